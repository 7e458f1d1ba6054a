"""Reading back in time: how far, beside the polls, over every kind of end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from listener.collecting import backfill_rows, child_reads, cursors, left_unread
from listener.collecting.back_poller import MOST
from listener.collecting.backfill import TRIES, looked_up, read_until
from listener.collecting.backfill_rows import Standing, prefix
from listener.collecting.cursors import ChildRead, Cursor
from listener.collecting.pace import Held, Pace
from listener.collecting.source import Source
from listener.collecting.walk import Rules, Walk
from listener.networks.base import Read
from listener.networks.x import X
from listener.records import Account, Query
from listener.store import standing
from listener.store import tables as t
from listener.store.session import Database
from tests.upstream import READ, START, Bench, Plain, Upstream, upstream

DAYS, HOUR = timedelta(days=1), 3600.0


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@pytest.fixture
def bench(db: Database, served: Upstream) -> Bench:
    return Bench(db, served, rules=Rules(pages_a_poll=1))


def days(served: Upstream, count: int) -> None:
    """One post a day, the newest a day old."""
    for n in range(count):
        served.add(f"زين {n}", at=START - (count - n) * DAYS)


async def back(
    bench: Bench, since: timedelta, stop: asyncio.Event | None = None, **more: Any
) -> list[Standing]:
    """``backfill``, on a clock that never stands still."""
    collector = await bench.collector()
    going = asyncio.create_task(
        collector.backfill(bench.clock.now() - since, stop or asyncio.Event(), **more)
    )
    async with asyncio.timeout(60):
        while not going.done():
            if bench.clock._sleepers:
                await bench.clock.advance(30, sleepers=0)
            await asyncio.sleep(0)
    return await going


async def rows(db: Database, table: Any) -> list[dict[str, Any]]:
    async with db.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def test_it_goes_back_so_far_and_leaves_the_polls_alone(
    bench: Bench, served: Upstream
) -> None:
    days(served, 12)
    [row] = await back(bench, 5 * DAYS)
    assert (row.state, row.pages, row.stored, row.gaps) == ("done", 3, 5, 0)
    assert row.reached_at is not None
    assert row.reached_at <= START - 5 * DAYS
    assert await bench.stored() == [str(n) for n in range(8, 13)]  # nothing older than asked for
    assert await bench.sources() == []
    async with bench.db.reading() as connection:
        assert await cursors.load(connection, "plain", READ.key) == Cursor("plain", READ.key)
    assert await rows(bench.db, t.cursors) == []  # it is over, so is its walk


async def test_where_the_network_ends_first_that_is_said(bench: Bench, served: Upstream) -> None:
    days(served, 4)
    [row] = await back(bench, 30 * DAYS)
    assert (row.state, row.stored) == ("ended", 4)
    assert row.reached_at == START - 4 * DAYS


async def test_stopped_it_goes_on_where_it_was_when_the_same_is_asked_for(
    bench: Bench, served: Upstream
) -> None:
    days(served, 12)
    stop = asyncio.Event()

    async def stopping(_request: web.Request) -> None:
        if len(served.asked) == 2:
            stop.set()

    served.answer = stopping
    [row] = await back(bench, 30 * DAYS, stop, asked="30d")
    assert row.state == "going"
    before = len(served.asked)
    bench.clock.jump(timedelta(hours=5))  # 30 days before is another moment by now
    [row] = await back(bench, 30 * DAYS, asked="30d")
    assert (row.state, row.stored, row.duplicates) == ("ended", 12, 0)
    assert len(await bench.stored()) == 12
    assert len(served.asked) - before <= 4
    [row] = await back(bench, 30 * DAYS, asked="30d")  # over: it begins anew
    assert (row.state, row.stored, row.duplicates) == ("ended", 0, 12)


async def test_killed_in_the_middle_it_goes_on_with_the_same_counts(
    bench: Bench, served: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    days(served, 12)

    class Killed(BaseException):
        pass

    real, pages = backfill_rows.page, []

    async def dying(*args: Any, **named: Any) -> Standing:
        pages.append(1)
        if len(pages) == 3:
            raise Killed
        return await real(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(backfill_rows, "page", dying)
        with pytest.raises(BaseExceptionGroup):
            await back(bench, 30 * DAYS, asked="30d")
    assert len(await bench.stored()) == 6  # the third page was not written
    [row] = await back(bench, 30 * DAYS, asked="30d")
    assert (row.state, row.pages, row.stored, row.duplicates) == ("ended", 4, 12, 0)


async def test_what_failed_is_told_and_the_same_command_tries_again(
    bench: Bench, served: Upstream
) -> None:
    days(served, 6)

    async def down(_request: web.Request) -> web.Response:
        return web.json_response({}, status=500)

    served.answer = down
    [row] = await back(bench, 30 * DAYS, asked="30d")
    assert (row.state, row.stored) == ("failed", 0)
    assert "500" in str(row.why)
    assert len(served.asked) == TRIES
    served.answer = None
    [row] = await back(bench, 30 * DAYS, asked="30d")
    assert (row.state, row.stored, row.why) == ("ended", 6, None)


async def test_a_limit_is_waited_out_however_often_it_is_met(
    bench: Bench, served: Upstream
) -> None:
    days(served, 30)
    met, said = [], []

    async def limited(_request: web.Request) -> web.Response | None:
        met.append(1)
        if len(met) <= 2 * TRIES or len(met) % 2:
            return web.json_response({}, status=429, headers={"Retry-After": "900"})
        return None

    served.answer = limited
    [row] = await back(bench, 60 * DAYS, told=lambda *told: said.append(told))
    assert (row.state, row.stored) == ("ended", 30)
    assert any(isinstance(what, str) and "429" in what for _n, _r, what in said)


async def test_what_the_running_collector_was_told_holds_here(
    bench: Bench, served: Upstream
) -> None:
    days(served, 3)
    until = START + timedelta(hours=2)
    told = Cursor("plain", "search:x", pace=Pace("waiting", "HTTP 429", 1, until, None, "host"))
    async with bench.db.writing() as connection:
        await cursors.save(connection, told)
    asked: list[datetime] = []

    async def noting(_request: web.Request) -> None:
        asked.append(bench.clock.now())

    served.answer = noting
    [row] = await back(bench, 30 * DAYS)
    assert row.state == "ended"
    assert min(asked) >= until


async def test_what_is_newer_than_the_polls_have_read_is_left_to_them(
    bench: Bench, served: Upstream
) -> None:
    days(served, 4)
    served.add("زين الآن", at=START - timedelta(minutes=1))
    read = Pace("ok", None, 0, None, START - timedelta(hours=30))
    async with bench.db.writing() as connection:
        await cursors.save(connection, Cursor("plain", READ.key, pace=read))
    [row] = await back(bench, 30 * DAYS)
    assert (row.state, row.stored) == ("ended", 3)  # not of the last 30 hours: those may alert
    assert await bench.stored() == ["1", "2", "3"]


def test_up_to_when_the_polls_have_read() -> None:
    rules, last = Rules(), START - timedelta(hours=1)

    def of(walk: Walk, last_success: datetime | None) -> datetime:
        cursor = Cursor("plain", "r", walk, Pace("ok", last_success=last_success))
        return read_until(cursor, rules, START)

    assert of(Walk(), last) == last - rules.overlap
    assert of(Walk(), None) == START - rules.first - rules.overlap
    earlier = START - timedelta(hours=5)
    capped = Walk(page="p", started_at=START, ahead="9", ahead_at=earlier)
    assert of(capped, last) == earlier - rules.overlap
    assert of(Walk(page="p", started_at=earlier), last) == earlier - rules.first - rules.overlap


async def test_comments_are_read_with_their_posts_and_take_no_place_of_the_polls(
    bench: Bench, served: Upstream
) -> None:
    days(served, 3)
    live = Read("replies", "live")
    async with bench.db.writing() as connection:
        kept = child_reads.row_of("plain", live, ChildRead(live, READ.key, 1, START))
        await connection.execute(t.cursors.insert(), [kept])
    threads = {"v1": [("101", 2), ("102", 40)], "v2": [("103", 1)]}

    async def answer(request: web.Request) -> web.Response | None:
        target = request.query["q"]
        if target == READ.target and not request.query["page"]:
            posts = sorted(served.posts, key=lambda p: -int(p["id"]))
            return web.json_response({"posts": posts, "more": list(threads)})
        posts = [
            {"id": id_, "text": "زين تعليق", "at": (START - n * DAYS).isoformat()}
            for id_, n in threads.get(target, ())
        ]
        return web.json_response({"posts": posts})

    served.answer = answer
    [row] = await back(bench, 10 * DAYS)
    assert (row.state, row.stored, row.gaps) == ("ended", 5, 0)
    assert await bench.stored() == ["1", "2", "3", "101", "103"]  # 102 is older than asked for
    assert row.reached_at == START - 3 * DAYS  # of the read itself, not of a comment
    assert await bench.children() == {"replies:live": "new"}


async def test_what_a_backfill_reads_the_running_collector_does_not(
    bench: Bench, served: Upstream
) -> None:
    read, top = Read("replies", "v1"), f"{prefix(START)}{READ.key}"
    async with bench.db.writing() as connection:
        kept = child_reads.row_of("plain", read, ChildRead(read, top, 1, START))
        await connection.execute(
            t.cursors.insert(), [{**kept, "read": f"{prefix(START)}{read.key}"}]
        )
    stop = asyncio.Event()
    running = asyncio.create_task((await bench.collector()).run(stop))
    await bench.clock.settled(1)
    await bench.clock.advance(300, sleepers=1)
    stop.set()
    await asyncio.wait_for(running, 10)
    assert {query["q"] for query in served.asked} == {READ.target}
    assert list((await bench.children()).values()) == ["new"]


async def test_comments_left_by_an_end_in_between_are_read_afterwards(
    bench: Bench, served: Upstream
) -> None:
    days(served, 1)
    stop = asyncio.Event()

    async def answer(request: web.Request) -> web.Response | None:
        target = request.query["q"]
        if target == READ.target:
            return web.json_response({"posts": served.posts, "more": ["v1", "v2"]})
        if target == "v1":
            stop.set()
        said = {"id": f"10{target[1]}", "text": "زين", "at": START.isoformat()}
        return web.json_response({"posts": [said]})

    served.answer = answer
    [row] = await back(bench, 10 * DAYS, stop, asked="10d")
    assert row.state == "going"
    before = len(served.asked)
    [row] = await back(bench, 10 * DAYS, asked="10d")
    assert (row.state, row.stored) == ("ended", 3)
    assert [query["q"] for query in served.asked[before:]].count(str(READ.target)) == 0
    assert await bench.stored() == ["1", "101", "102"]


async def test_more_comments_than_are_read_are_a_gap(
    bench: Bench, served: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST > 500
    monkeypatch.setattr("listener.collecting.back_poller.MOST", 2)

    async def answer(request: web.Request) -> web.Response:
        more = [f"v{n}" for n in range(5)] if request.query["q"] == READ.target else []
        return web.json_response({"posts": [], "more": more})

    served.answer = answer
    [row] = await back(bench, 10 * DAYS)
    assert (row.state, row.gaps, row.pages) == ("ended", 3, 3)


async def test_a_running_collector_reads_on_and_stores_each_post_once(
    bench: Bench, served: Upstream
) -> None:
    days(served, 20)
    stop = asyncio.Event()
    running = asyncio.create_task((await bench.collector()).run(stop))
    await bench.clock.settled(1)
    going = asyncio.create_task(back(bench, 60 * DAYS))
    served.add("زين جديد", at=START)
    [row] = await asyncio.wait_for(going, 60)
    await bench.clock.advance(120, sleepers=1)
    stop.set()
    await asyncio.wait_for(running, 10)
    assert row.state == "ended"
    assert await bench.stored() == [str(n) for n in range(1, 22)]
    kept = {r["native_id"]: r["source"] for r in await rows(bench.db, t.mentions)}
    assert kept["21"] == "collect"  # what is new came by the polls, and may alert
    [source] = await bench.sources()
    assert (source["state"], source["gaps"]) == ("ok", 0)


async def test_an_old_run_is_not_gone_on_with(bench: Bench, served: Upstream) -> None:
    days(served, 3)
    old = START - 40 * DAYS
    async with bench.db.writing() as connection:
        await backfill_rows.begin(connection, [("plain", READ.key)], "30d", old, START - 9 * DAYS)
    [row] = await back(bench, 30 * DAYS, asked="30d")
    assert row.since == START - 30 * DAYS
    assert prefix(row.since).startswith(standing.BACKFILL)


def test_a_backfill_that_its_budget_holds_for_days_is_not_given_up() -> None:
    began = START - 3 * DAYS
    walk = Walk(page="p", started_at=began)
    pace = Pace("ok", last_success=began)
    line = Held(HOUR, "budget: spread out")
    back, polled = (Cursor("plain", read, walk, pace) for read in (f"{prefix(began)}x", "x"))
    assert left_unread.given_up(polled, line, START, None) is not None
    assert left_unread.given_up(back, line, START, None) is None
    assert left_unread.lost_to(back, READ, Plain(), START) is None  # type: ignore[arg-type]


async def test_what_an_account_named_by_its_handle_is_read_by_is_read_back_too(
    db: Database,
) -> None:
    named = Account("زين", "zain")
    network = X()
    [figures] = network.reads([], [], [named])
    mine = Query("زين", "")
    asked = [Read("mentions", "7", mine), Read("own_posts", "7", mine), Read("figures", "7", mine)]
    async with db.writing() as connection:
        await child_reads.ask(
            connection, "x", asked, by=figures, of=None, limits=child_reads.Limits(), now=START
        )
        below = ChildRead(asked[1], figures.key, 1, START)  # what is below its posts is read later
        await child_reads.ask(
            connection, "x", [Read("replies", "9", mine)], by=asked[1], of=below,
            limits=child_reads.Limits(), now=START,
        )  # fmt: skip
    async with db.reading() as connection:
        found = await looked_up(connection, Source(network, [figures]))
        assert sorted(read.key for read in found) == ["mentions:7", "own_posts:7"]
        assert all(read.given for read in found)
        other = Source(network, [Read("figures", "other", mine)])
        assert await looked_up(connection, other) == []
