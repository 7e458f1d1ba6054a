"""The real collector, database and HTTP, killed at any await; nothing is lost or stored twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from listener.collecting.walk import Rules
from listener.store.session import Database
from tests.upstream import Bench, Upstream, upstream


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@pytest.mark.parametrize("seed", range(2))
async def test_killed_anywhere_nothing_is_lost(db: Database, served: Upstream, seed: int) -> None:
    chance = random.Random(seed)
    bench = Bench(db, served, rules=Rules(pages_a_poll=2))
    for _ in range(8):
        served.add(*["زين"] * chance.randrange(8))
        task = asyncio.create_task((await bench.collector()).run(asyncio.Event()))
        for _ in range(chance.randrange(120)):  # so many turns of the loop, then the end
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        bench.clock.jump(timedelta(seconds=chance.randrange(200)))
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    await bench.clock.settled()
    await bench.clock.advance(20 * 60)
    stop.set()
    await asyncio.wait_for(task, 10)
    assert await bench.stored() == [post["id"] for post in served.posts]
    assert len(served.asked) < 90


async def test_with_nothing_to_collect_it_waits_to_be_stopped(db: Database) -> None:
    bench = Bench(db, Upstream(url="http://127.0.0.1:1"), reads=())
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    await asyncio.sleep(0.05)
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 5)
