"""Reads that pages ask for: over outages, restarts, refusals and weeks, none is lost unseen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import exc, select

from alerts.operators.judging import judge
from listener.collecting import child_reads
from listener.collecting.child_reads import Limits
from listener.networks.base import Read
from listener.store import tables as t
from listener.store.session import Database
from tests.upstream import READ, START, Bench, Upstream, upstream

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass
class Videos:
    """Videos that a search finds, each with comments that nothing but its own read brings.
    ``shown``: those on the search's page; ``threads``: what is asked for below a target."""

    bench: Bench
    shown: list[str] = field(default_factory=list)
    comments: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    """Target ("" for the search) to the HTTP status it is answered with."""
    down: bool = False
    count: int = 0
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    def comment(self, *targets: str) -> None:
        for target in targets:
            self.count += 1
            at = self.bench.clock.now().isoformat()
            said = {"id": str(self.count), "text": f"زين {target}", "at": at}
            self.comments.setdefault(target, []).append(said)

    async def answer(self, request: web.Request) -> web.Response:
        target, since = request.query["q"], request.query["since"]
        name = "" if target == READ.target else target
        self.asked.append((name, self.bench.clock.now()))
        if self.down or name in self.status:
            return web.json_response({}, status=500 if self.down else self.status[name])
        if not name:
            return web.json_response({"posts": [], "more": self.shown})
        new = [c for c in self.comments.get(name, []) if not since or int(c["id"]) > int(since)]
        posts = sorted(new, key=lambda c: -int(c["id"]))
        return web.json_response({"posts": posts, "more": self.threads.get(name, [])})

    def times(self, target: str) -> list[float]:
        """Seconds since the start at which ``target`` was asked for."""
        return [(at - START).total_seconds() for name, at in self.asked if name == target]


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@pytest.fixture
def videos(db: Database, served: Upstream) -> Videos:
    made = Videos(Bench(db, served, every=timedelta(minutes=5)))
    served.answer = made.answer
    return made


@asynccontextmanager
async def running(bench: Bench, sleepers: int = 2) -> AsyncIterator[None]:
    """The search and the watch over its children each sleep when all is done."""
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    try:
        async with asyncio.timeout(60):  # a sleeper that never comes is a failure, not a wait
            await bench.clock.settled(sleepers)
            yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def until(bench: Bench, children: dict[str, str]) -> None:
    """Where it ends, the clock has one sleeper less to wait for."""
    async with asyncio.timeout(10):
        while await bench.children() != children:  # noqa: ASYNC110 - it happens in a database
            await asyncio.sleep(0.01)


def all_of(videos: Videos) -> list[str]:
    return [str(n + 1) for n in range(videos.count)]


async def test_an_outage_of_three_hours_loses_none_of_forty_children(videos: Videos) -> None:
    bench, names = videos.bench, [f"v{n:02}" for n in range(40)]
    bench.kinds = {"replies": timedelta(minutes=50)}
    videos.shown = names
    videos.comment(*names)

    async def begins(request: web.Request) -> web.Response:
        """The search's first page is the last thing that is answered."""
        answer = await videos.answer(request)
        videos.down, videos.shown = True, []  # and it shows none of them again
        return answer

    bench.upstream.answer = begins
    async with running(bench):
        await bench.clock.advance(1.5 * HOUR, sleepers=2)
        assert await bench.stored() == []
        videos.comment(*names)
    async with running(bench):  # restarted in the middle of it
        await bench.clock.advance(1.5 * HOUR, sleepers=2)
        assert len(await bench.children()) == 40
        assert (await bench.sources())[0]["children"] == {"failing": 40}
        videos.comment("v07")
        bench.upstream.answer, videos.down = videos.answer, False
        await bench.clock.advance(HOUR, sleepers=2)
        assert await bench.stored() == all_of(videos)
        assert set((await bench.children()).values()) == {"ok"}
    assert await bench.ledger("gap") == []


async def test_a_page_and_the_reads_it_asks_for_are_written_together(
    videos: Videos, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = videos.bench
    videos.shown = ["v1"]
    videos.comment("v1")
    real, tries = child_reads.ask, []

    async def full(*args: Any, **named: Any) -> None:
        tries.append(args)
        if len(tries) == 1:
            raise exc.OperationalError("INSERT", {}, Exception("disk is full"))
        await real(*args, **named)

    monkeypatch.setattr(child_reads, "ask", full)
    async with running(bench, sleepers=1):
        assert await bench.ledger("window") == []  # nothing of the page stands
        await bench.clock.advance(2, sleepers=1)
        await bench.clock.settled(2)
        assert await bench.stored() == ["1"]


async def test_children_are_polled_at_their_own_pace_and_also_where_the_search_stands_still(
    videos: Videos,
) -> None:
    bench = videos.bench
    bench.kinds = {"replies": timedelta(minutes=20)}
    videos.shown = ["v1"]
    async with running(bench):
        videos.shown = []
        videos.status[""] = 404  # the search itself is refused for a day
        await bench.clock.advance(HOUR, sleepers=2)
    async with running(bench):
        await bench.clock.advance(HOUR, sleepers=2)
    assert len(videos.times("")) < 10  # of 24 in two hours
    waits = [b - a for a, b in zip(videos.times("v1"), videos.times("v1")[1:], strict=False)]
    assert len(waits) == 6
    assert all(1200 <= wait <= 1200 + 300 for wait in waits)


async def test_a_refused_child_is_one_quiet_fact(
    videos: Videos, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="listener")
    bench = videos.bench
    videos.shown = ["kept", "gone", "closed", "broken"]
    videos.status = {"gone": 404, "closed": 403, "broken": 500}
    videos.comment("kept")
    async with running(bench):
        await bench.clock.advance(3 * HOUR, sleepers=2)
        (source,) = await bench.sources()
        now = bench.clock.now()
    assert await bench.stored() == ["1"]
    assert await bench.children() == {
        "replies:broken": "unreachable",
        "replies:closed": "refused",
        "replies:gone": "refused",
        "replies:kept": "ok",
    }
    assert (source["state"], source["errors"]) == ("ok", 0)
    assert source["children"] == {"reading": 1, "failing": 1, "refused": 2}
    assert len(videos.times("gone")) == 1
    assert [record.getMessage() for record in caplog.records] == []
    async with bench.db.reading() as connection:
        rows = list((await connection.execute(select(t.cursors))).mappings())
    judged = {row["read"]: judge(row, now, every=timedelta(minutes=2)) for row in rows}
    assert set(judged.values()) == {"well", "apart"}  # a child is its parent's business
    assert judged["replies:broken"] == "apart"


async def test_a_child_that_nobody_asks_for_ends_and_goes_on_where_it_was(videos: Videos) -> None:
    bench = videos.bench
    bench.every, bench.kinds = timedelta(hours=3), {"replies": timedelta(hours=2)}
    bench.limits = Limits(days={"replies": 1})
    videos.shown = ["v1"]
    videos.comment("v1")
    async with running(bench):
        videos.shown = []
        await bench.clock.advance(10 * HOUR, sleepers=2)
        videos.comment("v1")  # it is spoken of, so it is followed a day longer
        await bench.clock.advance(20 * HOUR, sleepers=2)
        assert await bench.children() == {"replies:v1": "ok"}
        await bench.clock.advance(7 * HOUR, sleepers=2)
        await bench.clock.advance(HOUR, sleepers=1)
        await until(bench, {"replies:v1": "retired"})
        assert (await bench.sources())[0]["children"] == {"retired": 1}
        (entry,) = await bench.ledger("retired")
        assert (entry["read"], entry["skipped"]) == (READ.key, 1)
        before = len(videos.times("v1"))
        await bench.clock.advance(DAY, sleepers=1)
        assert len(videos.times("v1")) == before
        videos.comment("v1")
        videos.shown = ["v1"]
        await bench.clock.advance(3 * HOUR, sleepers=1)
        await bench.clock.settled(2)
        assert await bench.stored() == ["1", "2", "3"]
    assert await bench.ledger("gap") == []


async def test_an_outage_longer_than_its_window_ends_no_child(videos: Videos) -> None:
    bench = videos.bench
    bench.every, bench.kinds = timedelta(hours=3), {"replies": timedelta(hours=2)}
    bench.limits = Limits(days={"replies": 1})
    videos.shown = ["v1"]
    async with running(bench):
        videos.shown, videos.down = [], True
        videos.comment("v1")
        await bench.clock.advance(3 * DAY, sleepers=2)
        videos.down = False
        await bench.clock.advance(4 * HOUR, sleepers=2)
        assert await bench.stored() == ["1"]


async def test_over_the_bound_those_silent_longest_are_given_up_and_the_ledger_says_so(
    videos: Videos,
) -> None:
    bench = videos.bench
    bench.limits = Limits(most=3)
    videos.shown = ["a", "b", "c"]
    async with running(bench):
        videos.shown = ["b", "c"]
        await bench.clock.advance(301, sleepers=2)
        assert await bench.ledger("gap") == []
        videos.shown = ["d"]
        videos.comment("b", "c", "d")
        await bench.clock.advance(HOUR, sleepers=2)
        assert await bench.children() == {
            "replies:a": "retired",
            "replies:b": "ok",
            "replies:c": "ok",
            "replies:d": "ok",
        }
        assert await bench.stored() == ["1", "2", "3"]
    (gap,) = await bench.ledger("gap")
    assert (gap["read"], gap["skipped"]) == (READ.key, 1)
    assert (await bench.sources())[0]["gaps"] == 1


async def test_more_than_the_bound_take_turns(videos: Videos) -> None:
    bench = videos.bench
    bench.limits = Limits(most=2)
    videos.shown = ["a", "b", "c", "d", "e"]
    async with running(bench):
        await bench.clock.advance(2 * HOUR, sleepers=2)
    assert all(videos.times(name) for name in videos.shown)


async def test_replies_of_a_comment_are_read_and_no_deeper(videos: Videos) -> None:
    bench = videos.bench
    videos.shown = ["video"]
    videos.threads = {"video": ["comment"], "comment": ["answer", "video"], "answer": ["end"]}
    videos.comment("video", "comment", "answer")
    async with running(bench):
        await bench.clock.advance(HOUR, sleepers=2)
        assert await bench.stored() == ["1", "2"]
        assert set(await bench.children()) == {"replies:video", "replies:comment"}
    (limit,) = {(row["read"], row["note"]) for row in await bench.ledger("limit")}
    assert limit == (READ.key, "asked for 3 levels down: not followed")


async def test_children_pause_and_return_with_their_parent(videos: Videos) -> None:
    bench = videos.bench
    videos.shown = ["v1"]
    async with running(bench):
        videos.shown = []
    bench.reads = (Read("search", "else"),)
    videos.status["else"] = 404
    async with running(bench, sleepers=1):
        assert await bench.children() == {"replies:v1": "paused"}
        videos.comment("v1")
        before = len(videos.times("v1"))
        await bench.clock.advance(HOUR, sleepers=1)
        assert len(videos.times("v1")) == before
    bench.reads = (READ,)
    async with running(bench):
        assert await bench.stored() == ["1"]


async def test_a_read_of_the_settings_is_no_child_whoever_asks_for_it(videos: Videos) -> None:
    bench = videos.bench
    bench.reads = (READ, Read("replies", "v1"))
    videos.shown = ["v1"]
    async with running(bench):
        await bench.clock.advance(HOUR, sleepers=2)
        assert await bench.children() == {}
        assert len(await bench.sources()) == 2
