"""``read_once`` for a look, ``backfill`` for the past."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from listener.collecting import cursors
from listener.collecting.walk import Rules
from listener.networks.base import Read, Wait
from listener.records import Query
from listener.store import standing
from listener.store.session import Database
from tests.upstream import READ, START, Bench, Upstream, upstream


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


async def test_a_look_stores_nothing(db: Database, served: Upstream) -> None:
    bench = Bench(db, served)
    served.add("زين", "x", "زين", "y")
    glance = await (await bench.collector()).read_once(bench.source(), READ)
    assert [(a.mention.id, a.hits[0].brand) for a in glance.arrivals] == [("3", "زين")]
    assert glance.trouble is None
    assert await bench.stored() == []
    async with db.reading() as connection:
        assert await standing.sources(connection, START) == []


async def test_a_look_at_our_own_account_takes_all_that_is_said_to_it(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served)
    served.add("زين", "x")
    read = Read("mentions", "zain", Query("زين", ""))
    glance = await (await bench.collector()).read_once(bench.source(), read)
    told = [(a.mention.id, [e.place for e in a.hits[0].evidence]) for a in glance.arrivals]
    assert told == [("2", ["account"]), ("1", ["account", "text"])]


async def test_a_look_at_nothing_says_why(db: Database) -> None:
    bench = Bench(db, Upstream(url="http://127.0.0.1:1"))
    glance = await (await bench.collector()).read_once(bench.source(), READ)
    assert isinstance(glance.trouble, Wait)
    assert "ConnectError" in glance.trouble.why


def days(served: Upstream, count: int) -> None:
    for n in range(count):
        served.add(f"زين {n}", at=START - timedelta(days=count - n))


async def test_a_backfill_goes_back_so_far_and_leaves_the_polls_alone(
    db: Database, served: Upstream
) -> None:
    bench = Bench(db, served, rules=Rules(pages_a_poll=1))
    days(served, 12)
    ((cursor, done),) = await (await bench.collector()).backfill(
        START - timedelta(days=5), asyncio.Event()
    )
    assert done
    assert cursor.pace.state == "ok"
    stored = await bench.stored()
    assert stored == [str(n) for n in range(4, 13)]  # to the first page that is older as a whole
    async with db.reading() as connection:
        assert await standing.sources(connection, START) == []
        assert await cursors.load(connection, "plain", READ.key) == cursors.Cursor(
            "plain", READ.key
        )


async def test_an_interrupted_backfill_goes_on_where_it_was(db: Database, served: Upstream) -> None:
    bench = Bench(db, served, rules=Rules(pages_a_poll=1))
    days(served, 12)
    stop = asyncio.Event()

    async def stopping(request: web.Request) -> None:
        if len(served.asked) == 2:
            stop.set()

    served.answer = stopping
    ((_, done),) = await (await bench.collector()).backfill(START - timedelta(days=30), stop)
    assert not done
    before = len(served.asked)
    ((_, done),) = await (await bench.collector()).backfill(
        START - timedelta(days=30), asyncio.Event()
    )
    assert done
    assert len(await bench.stored()) == 12
    assert len(served.asked) - before <= 4
