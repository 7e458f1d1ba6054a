"""``read_once`` for a look, ``backfill`` for the past."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

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
