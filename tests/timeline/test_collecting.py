"""What a collector does over time: at(1) this happens, by(2) that is stored and shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from sqlalchemy import select

from listener.collecting.source import Source
from listener.collecting.walk import Rules
from listener.networks.base import Page, Read
from listener.records import Credential
from listener.store import standing
from listener.store import tables as t
from listener.store.session import Database
from tests.upstream import READ, START, Bench, Plain, Upstream, upstream

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@asynccontextmanager
async def running(bench: Bench, sleepers: int = 1) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    try:
        await bench.clock.settled(sleepers)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def only(bench: Bench) -> dict[str, object]:
    async with bench.db.reading() as connection:
        (source,) = await standing.sources(connection, bench.clock.now())
    return source


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


def always(status: int, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    return answer


async def test_what_concerns_a_brand_is_stored_once_and_woken(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    served.add("زين ممتازة", "nothing of ours", "شبكة زين بطيئة", "زين", "زين اليوم")
    async with running(bench):
        assert await bench.stored() == ["1", "3", "4", "5"]
        served.add("زين من جديد")
        await bench.clock.advance(59)
        assert await bench.stored() == ["1", "3", "4", "5"]
        await bench.clock.advance(2)
        assert await bench.stored() == ["1", "3", "4", "5", "6"]
        await bench.clock.advance(600)
    assert len(bench.woken) == 5
    (window,) = [w for w in await bench.ledger("window") if w["at"] < START + timedelta(hours=1)]
    assert window["matched"] < window["fetched"]
    assert (await only(bench))["state"] == "ok"


async def test_a_capped_walk_goes_on_where_it_stopped_also_in_another_process(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served, rules=Rules(pages_a_poll=2))
    served.add(*[f"زين {n}" for n in range(15)])  # five pages
    async with running(bench):
        assert len(await bench.stored()) == 6
        served.add("زين في هذه الأثناء")
    bench.clock.jump(timedelta(minutes=1))
    async with running(bench):
        assert len(await bench.stored()) == 12
        await bench.clock.advance(61)
        assert len(await bench.stored()) == 15
        await bench.clock.advance(61)
        assert len(await bench.stored()) == 16
    assert [asked["page"] for asked in served.asked[:5]] == ["", "13", "10", "7", "4"]


async def test_a_late_post_below_the_newest_mark_is_still_seen(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    served.add("زين 1", "زين 2", "زين 3")
    late = served.posts.pop(1)
    async with running(bench):
        await bench.clock.advance(200)
        assert await bench.stored() == ["1", "3"]
        served.posts.append(late)
        await bench.clock.advance(61)
        assert await bench.stored() == ["1", "2", "3"]


async def test_retry_after_in_seconds_is_kept_to(db: Database, served: Upstream) -> None:
    bench = Bench(db, served)
    served.add("زين")
    served.answer = always(429, **{"Retry-After": "600"})
    async with running(bench):
        assert (await only(bench))["state"] == "waiting"
        served.answer = None
        await bench.clock.advance(599)
        assert len(served.asked) == 1
        await bench.clock.advance(2)
        assert await bench.stored() == ["1"]


async def test_retry_after_as_a_date_is_kept_to(db: Database, served: Upstream) -> None:
    bench = Bench(db, served)
    served.add("زين")
    at = START + timedelta(minutes=20)
    date = format_datetime(START, usegmt=True)
    retry = format_datetime(at, usegmt=True)
    served.answer = always(429, **{"Retry-After": retry, "Date": date})
    async with running(bench):
        served.answer = None
        await bench.clock.advance(20 * 60 - 1)
        assert len(served.asked) == 1
        await bench.clock.advance(2)
        assert await bench.stored() == ["1"]


async def test_a_limit_is_the_hosts_and_a_restart_does_not_hammer(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served, reads=(Read("search", "a"), Read("search", "b")))
    served.answer = always(429, **{"Retry-After": "600"})
    async with running(bench, sleepers=2):
        await bench.clock.advance(120, sleepers=2)
        before = len(served.asked)
        assert before <= 2
    for _ in range(3):
        async with running(bench, sleepers=2):
            await bench.clock.advance(60, sleepers=2)
    assert len(served.asked) == before
    served.answer = None
    async with running(bench, sleepers=2):
        await bench.clock.advance(400, sleepers=2)
        assert len(served.asked) > before


async def test_an_outage_is_backed_off_told_once_and_made_good(
    db: Database, served: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="listener")
    bench = Bench(db, served)
    served.answer = always(500)
    async with running(bench):
        await bench.clock.advance(3600)
        tries = len(served.asked)
        assert 6 <= tries <= 20
        shown = await only(bench)
        assert (shown["state"], shown["last_success"]) == ("unreachable", None)
        assert shown["errors"] == tries
        assert shown["next_try"]
        served.answer = None
        served.add("زين أثناء العطل")
        await bench.clock.advance(901)
        assert await bench.stored() == ["1"]
        assert (await only(bench))["errors"] == 0
    said = [record.getMessage() for record in caplog.records]
    warnings = [line for line in said if "unreachable" in line]
    assert 1 <= len(warnings) <= 5
    assert "plain" in warnings[0]
    assert "next try 2026-11-22 09:00:" in warnings[0]
    assert said[-1] == "plain is back"


async def test_no_connection_at_all_is_an_outage_like_any_other(db: Database) -> None:
    bench = Bench(db, Upstream(url="http://127.0.0.1:1"))
    async with running(bench):
        shown = await only(bench)
        assert shown["state"] == "unreachable"
        assert shown["why"]


async def test_a_refused_sign_in_rests_long_and_ends_with_a_new_token(
    db: Database, served: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=401, text='{"error": "bad token s3cr3t"}')

    bench = Bench(db, served, credential=Credential("plain", {"token": "s3cr3t"}))
    served.answer = answer
    async with running(bench):
        await bench.clock.advance(800)
        assert len(served.asked) == 1
        assert (await only(bench))["state"] == "refused"
    async with running(bench):  # the same token: nothing to hope for
        assert len(served.asked) == 1
    assert "s3cr3t" not in caplog.text + str(await only(bench))
    served.answer = None
    served.add("زين")
    bench.credential = Credential("plain", {"token": "another"})
    async with running(bench):
        assert await bench.stored() == ["1"]


async def test_an_old_page_token_sends_the_walk_to_the_top(db: Database, served: Upstream) -> None:
    bench = Bench(db, served, rules=Rules(pages_a_poll=2))
    served.add(*[f"زين {n}" for n in range(12)])
    refused: list[str] = []

    async def expired(request: web.Request) -> web.Response | None:
        page = request.query["page"]
        if page == "7" and not refused:
            refused.append(page)
            return web.Response(status=400, text='{"error": "cursor expired"}')
        return None

    served.answer = expired
    async with running(bench):
        await bench.clock.advance(61)
        await bench.clock.advance(61)
        assert refused == ["7"]
        assert len(await bench.stored()) == 12
        assert (await only(bench))["errors"] == 0


async def test_tokens_that_never_live_until_the_next_poll_do_not_stop_the_walk(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served, rules=Rules(pages_a_poll=2))
    served.add(*[f"زين {n}" for n in range(30)])
    latest = [""]

    async def short_lived(request: web.Request) -> web.Response | None:
        page = request.query["page"]
        fresh = not page or latest[0] == f"{bench.clock.now()}"
        latest[0] = f"{bench.clock.now()}"
        return None if fresh else web.Response(status=400, text='{"error": "cursor expired"}')

    served.answer = short_lived
    async with running(bench):
        await bench.clock.advance(300)
        assert len(await bench.stored()) == 30


async def test_a_page_that_follows_itself_ends_the_poll_and_is_told(
    db: Database, served: Upstream
) -> None:
    async def circle(request: web.Request) -> web.Response:
        shown = {"posts": served.posts, "older": "same"}
        return web.json_response(shown)

    bench = Bench(db, served)
    served.add("زين")
    served.answer = circle
    async with running(bench):
        assert await bench.stored() == ["1"]
        assert len(served.asked) <= 3
        assert (await only(bench))["gaps"] == 1


async def test_deletions_upstream_are_erased_here(db: Database, served: Upstream) -> None:
    bench = Bench(db, served)
    served.add("زين 1", "زين 2")
    async with running(bench):
        assert await bench.stored() == ["1", "2"]

        async def gone(request: web.Request) -> web.Response:
            return web.json_response({"posts": [], "gone": ["1", "never seen"]})

        served.answer = gone
        await bench.clock.advance(61)
        assert await bench.stored() == ["2"]


async def test_an_edit_that_no_longer_concerns_a_brand_is_stored(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    served.add("زين")
    async with running(bench):
        served.posts[0]["text"] = "وداعًا"
        await bench.clock.advance(61)
    async with db.reading() as connection:
        assert (await connection.execute(select(t.mentions.c.text))).scalar_one() == "وداعًا"
    assert bench.woken == [1, 1]


async def test_reads_that_a_page_asks_for_are_read(db: Database, served: Upstream) -> None:
    at = START.isoformat()

    async def answer(request: web.Request) -> web.Response:
        if request.query["q"] == "video":
            reply = {"id": "7", "text": "زين في رد", "at": at}
            return web.json_response({"posts": [reply]})
        post = {"id": "6", "text": "زين", "at": at}
        return web.json_response({"posts": [post], "more": ["video"]})

    bench = Bench(db, served)
    served.answer = answer
    async with running(bench, sleepers=2):
        assert await bench.stored() == ["6", "7"]


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_full_disk_loses_nothing(db: Database, served: Upstream) -> None:
    bench = Bench(db, served)
    served.add("زين 1", "زين 2")
    served.add("زين " + "ن" * 50_000)
    async with db.write.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # SQLITE_FULL
    async with running(bench):
        await bench.clock.advance(300)
        assert await bench.stored() == []
        tries = len(served.asked)
        assert tries > 3
        async with db.write.connect() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        await bench.clock.advance(61)
        assert await bench.stored() == ["1", "2", "3"]
        assert (await only(bench))["errors"] == 0


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
async def test_a_clock_that_jumps_does_not_stop_polling(
    db: Database, served: Upstream, jump: timedelta
) -> None:
    bench = Bench(db, served)
    async with running(bench):
        bench.clock.jump(jump)
        served.add("زين بعد القفزة", at=bench.clock.now())
        await bench.clock.advance(61)
        assert await bench.stored() == ["1"]
        asked = len(served.asked)
        await bench.clock.advance(600)
        assert asked + 9 <= len(served.asked) <= asked + 11
    async with running(bench):  # next_try may lie in a year: a restart is due within one interval
        await bench.clock.advance(61)
        assert len(served.asked) > asked + 9


async def test_a_read_taken_out_is_paused_and_goes_on_when_put_back(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    async with running(bench):
        pass
    first, bench.reads = bench.reads, (Read("search", "else"),)
    async with running(bench):
        async with db.reading() as connection:
            shown = {s["read"]: s["state"] for s in await standing.sources(connection, START)}
        assert shown == {"search:زين": "paused", "search:else": "ok"}
    bench.reads = first
    async with running(bench):
        async with db.reading() as connection:
            shown = {s["read"]: s["state"] for s in await standing.sources(connection, START)}
        assert shown == {"search:زين": "ok", "search:else": "paused"}


@pytest.mark.parametrize("status", [403, 404, 406])
async def test_one_refusal_is_a_stumble_and_repeated_ones_suspend(
    db: Database, served: Upstream, status: int
) -> None:
    served.add("زين")
    served.answer = always(status)
    bench = Bench(db, served, every=timedelta(hours=1))
    async with running(bench):
        first = await only(bench)
        assert (first["state"], first["errors"]) == ("unreachable", 1)
        served.answer = None
        await bench.clock.advance(60)
        assert await bench.stored() == ["1"]
        assert (await only(bench))["state"] == "ok"
        served.answer, before = always(status), len(served.asked)
        await bench.clock.advance(25 * 3600)
        suspended = await only(bench)
        assert (suspended["state"], str(suspended["why"])[:8]) == ("refused", f"HTTP {status}")
        assert 8 < len(served.asked) - before < 16  # ever more seldom, never not at all
        served.answer = None
        await bench.clock.advance(24 * 3600)
        assert (await only(bench))["state"] == "ok"


async def test_what_of_a_page_could_not_be_read_is_said_until_it_is_read(
    db: Database, served: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [
        Page(doubt="says utf-8, is windows-1256", skipped=2),
        Page(unchanged=True),
        Page(),
    ]

    class Doubtful(Plain):
        def parse(self, response, read, page):  # type: ignore[no-untyped-def]
            return pages.pop(0) if len(pages) > 1 else pages[0]

    bench = Bench(db, served)
    bench.source = lambda: Source(  # type: ignore[method-assign]
        Doubtful(served.url),
        (READ,),
        every=timedelta(minutes=1),
        burst=100,  # type: ignore[arg-type]
    )
    said = "says utf-8, is windows-1256; 2 of 2 not readable"
    async with running(bench):
        assert ((await only(bench))["state"], (await only(bench))["why"]) == ("ok", said)
        await bench.clock.advance(60)
        assert (await only(bench))["why"] == said  # 304: nothing new, and nothing better
        assert caplog.text.count("is read, but: says utf-8") == 1
        await bench.clock.advance(60)
        assert ((await only(bench))["state"], (await only(bench))["why"]) == ("ok", None)


async def test_many_reads_that_fail_at_once_are_told_with_their_number(
    db: Database, served: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    served.answer = always(500)
    reads = tuple(Read("search", str(n)) for n in range(45))
    async with running(Bench(db, served, reads=reads), sleepers=45):
        pass
    told = [r.getMessage() for r in caplog.records if "of its reads fail now" in r.getMessage()]
    assert told == [f"plain: {n} of its reads fail now" for n in (10, 20, 40)]
