"""A stream that is paid for by what it brings: never more than its budget, whatever comes when."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import select
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from listener.clock import SteeredClock, unless
from listener.collecting import cursors
from listener.collecting.budget import Budget
from listener.collecting.budget_standing import budgets
from listener.collecting.spread import Plan
from listener.collecting.stream import Follower
from listener.collecting.stream_paying import RENEWED, Tab
from listener.collecting.stream_source import StreamSource
from listener.networks.allowance import Allowance, Cost
from listener.store import tables as t
from listener.store.session import Database
from listener.store.spending_rows import LOST
from tests.timeline.test_following import PlainStream
from tests.upstream import START, an_intake, stored

MOST = 300
DAILY = Allowance(most=MOST, per="day", unit="items")
LATE = START.replace(hour=23, minute=30)
"""Nearly all of the day's line has passed."""


@dataclass(frozen=True)
class BilledStream(PlainStream):
    ahead: ClassVar[int] = 60  # half: 16 that wait to be read, and a burst

    def cost(self) -> Sequence[Cost]:
        return [Cost("u")]

    def spent(self, data: bytes) -> Sequence[Cost]:
        return [Cost("u")]


@dataclass
class Seller:
    """Sends in ``bursts`` and bills what it sent; waits until a burst has arrived."""

    bursts: list[int]
    billed: int = 0
    lines: int = 0
    more: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def send(self, connection: ServerConnection) -> None:
        self.lines += 1
        try:
            while True:
                while self.bursts:
                    for _ in range(self.bursts.pop(0)):
                        self.billed += 1
                        key = str(self.billed)
                        raw = {"n": self.billed, "id": key, "text": "زين"}
                        await connection.send(json.dumps(raw))
                    await (await connection.ping())
                self.more.clear()
                await unless(self.more, connection.wait_closed())
                if not self.more.is_set():
                    return
        except ConnectionClosed:
            return


@asynccontextmanager
async def selling(bursts: list[int]) -> AsyncIterator[Seller]:
    seller = Seller(bursts)
    async with serve(seller.send, "127.0.0.1", 0) as server:
        seller.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield seller


@dataclass
class Process:
    """One that follows; ``kill`` leaves everything as it stands."""

    db: Database
    seller: Seller
    clock: SteeredClock
    covered: bool = True

    async def __aenter__(self) -> Process:
        async def wake(ids: Sequence[int]) -> None:
            return None

        stream = BilledStream(self.seller.url)
        self.budget = Budget(self.db, self.clock, "plain", {"u": DAILY})
        async with self.db.writing() as connection:
            await self.budget.begin(connection, "", Plan())
        self.follower = Follower(
            StreamSource(stream, idle=0.3, flush=0.02, batch=3, replay=None),
            self.db, await an_intake(self.db, wake), self.clock, jitter=lambda: 0.0,
            tab=Tab(stream, self.budget, self.clock, lambda: ""), covered=self.covered,
        )  # fmt: skip
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(self.follower.run(self.stop))
        return self

    async def kill(self) -> None:
        self.follower._tab.end = _nothing  # type: ignore[method-assign, union-attr]
        self.task.cancel()
        await asyncio.wait([self.task])

    async def __aexit__(self, *_of: Any) -> None:
        self.stop.set()
        await asyncio.wait([self.task], timeout=20)


async def _nothing() -> None:
    return None


async def books(db: Database, clock: SteeredClock) -> dict[str, Any]:
    async with db.reading() as connection:
        (told,) = await budgets(connection, {"plain"}, clock.now())
    return told


async def cursor(db: Database) -> cursors.Cursor:
    async with db.reading() as connection:
        return await cursors.load(connection, "plainstream", "stream")


async def until(true: Any) -> None:
    async with asyncio.timeout(60):
        while not await true():  # noqa: ASYNC110 - what is awaited happens in a database
            await asyncio.sleep(0.02)


async def held(db: Database) -> bool:
    return (await cursor(db)).pace.scope == "budget"


async def entries(db: Database, kind: str) -> list[dict[str, Any]]:
    async with db.reading() as connection:
        rows = await connection.execute(select(t.ledger).where(t.ledger.c.kind == kind))
        return [dict(row) for row in rows.mappings()]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_comes_when_no_more_is_billed_than_the_budget_and_all_of_it_is_booked(
    db: Database, seed: int
) -> None:
    drawn = random.Random(seed)
    bursts = [drawn.choice([1, 1, 2, 5, 12]) for _ in range(200)]
    clock = SteeredClock(LATE)
    async with selling(bursts) as seller, Process(db, seller, clock):
        await until(lambda: held(db))
        assert MOST / 2 < seller.billed <= MOST
        there = await stored(db)
        assert len(there) >= seller.billed - 12  # a burst that was sent while the line closed
        told = await books(db, clock)
        assert seller.billed <= told["used"] <= MOST
        assert told["used"] - len(there) <= BilledStream.ahead / 2
        assert told["reserved"] == 0
        lines, state = seller.lines, (await cursor(db)).pace
        assert state.state == "waiting"
        assert state.why == (
            f"budget: {told['used']:g} items of {MOST} used until 2026-11-23 00:00 UTC"
        )
        assert told["stopped_until"] == "2026-11-23T00:00:00+00:00"  # operators hear of it
        (limit,) = await entries(db, "limit")
        assert (limit["note"], limit["read"]) == (state.why, "stream")
        await asyncio.sleep(0.1)
        assert seller.lines == lines


@pytest.mark.parametrize(("covered", "gaps"), [(True, 0), (False, 1)])
async def test_it_opens_again_when_there_is_room_and_what_no_search_reads_is_a_gap(
    db: Database, covered: bool, gaps: int
) -> None:
    clock = SteeredClock(LATE)
    async with selling([5] * 200) as seller, Process(db, seller, clock, covered):
        await until(lambda: held(db))
        lines = seller.lines
        seller.bursts[:] = [3]
        await clock.advance(31 * 60, sleepers=0)

        async def well() -> bool:
            return (await cursor(db)).pace.state == "ok"

        await until(well)
        assert seller.lines == lines + 1
        assert len(await entries(db, "gap")) == gaps


async def test_two_processes_and_restarts_do_not_exceed_together(db: Database) -> None:
    clock = SteeredClock(LATE)
    async with selling([2, 3] * 400) as seller:
        async with Process(db, seller, clock), Process(db, seller, clock):

            async def some() -> bool:
                return seller.billed > 60

            await until(some)
        async with Process(db, seller, clock):
            await until(lambda: held(db))
            assert seller.billed <= MOST
            told = await books(db, clock)
            assert told["used"] + told["reserved"] >= seller.billed


async def test_what_a_killed_process_had_paid_ahead_counts_as_taken(db: Database) -> None:
    clock = SteeredClock(LATE)
    async with selling([5] * 4) as seller:
        async with Process(db, seller, clock) as first:

            async def there() -> bool:
                return len(await stored(db)) == 20

            await until(there)
            seller.bursts += [5]
            seller.more.set()  # on their way, and booked by nobody
            await first.kill()
        clock.jump(LOST + timedelta(seconds=1))
        told = await books(db, clock)
        assert seller.billed <= told["used"] <= 20 + 2 * BilledStream.ahead
        seller.bursts += [5] * 100

        async def closed() -> bool:  # its block stands as reserved until that quarter is over
            return (await cursor(db)).pace.scope in ("budget", "line")

        async with Process(db, seller, clock):
            await until(closed)
            assert seller.billed <= MOST


async def test_a_quiet_stream_keeps_its_block_and_it_never_counts_as_lost(db: Database) -> None:
    clock = SteeredClock(START.replace(hour=22))
    stream, budget = BilledStream(), Budget(db, clock, "plain", {"u": DAILY})
    async with db.writing() as connection:
        await budget.begin(connection, "", Plan())
    tab = Tab(stream, budget, clock, lambda: "")
    assert await tab.begin() is None
    for _ in range(12):
        assert not tab.due()
        clock.jump(RENEWED)
        assert tab.due()
        await tab.onward()
        told = await books(db, clock)
        assert (told["used"], told["reserved"]) == (0, 2 * stream.ahead)
    clock.jump(START.replace(hour=23, minute=59, second=59) - clock.now())
    await tab.onward()
    clock.jump(timedelta(seconds=2))
    assert tab.due()  # another day's allowance
    await tab.onward()
    assert (await books(db, clock))["reserved"] == 2 * stream.ahead
    await tab.end()
    assert (await books(db, clock))["reserved"] == 0
