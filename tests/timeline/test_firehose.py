"""Jetstream's frames over a socket that is cut at any frame: what is stored is what was sent."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.frames import frames
from listener.clock import SystemClock
from listener.collecting import cursors
from listener.collecting.intake import Intake
from listener.collecting.stream import Follower
from listener.collecting.stream_source import READ, StreamSource
from listener.matching.matcher import Matcher
from listener.networks.base import Gone
from listener.networks.jetstream import Jetstream
from listener.records import Brand, Mention
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database

KEY = b"k" * 32
BRAND = Brand("رشفان", keywords=("رشفان", "Rashfan"))
FRAMES = list(frames(1500, ["رشفان", "Rashfan"], seed=11))
LAST = str(json.loads(FRAMES[-1])["time_us"])


async def nobody(_ids: Sequence[int]) -> None:
    return None


@dataclass
class Relay:
    """Sends from the position that is asked for; a connection breaks after as many frames as
    ``cuts`` says, the last one not at all. ``asked``: positions."""

    cuts: list[int]
    asked: list[int] = field(default_factory=list)
    port: int = 0

    async def handle(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        cursor = request.path.partition("cursor=")[2]
        self.asked.append(int(cursor or 0))
        left = self.cuts.pop(0) if self.cuts else len(FRAMES)
        due = [line for line in FRAMES if json.loads(line)["time_us"] >= self.asked[-1]]
        try:
            for line in due[:left]:
                await connection.send(line)
            if left < len(due):
                connection.transport.abort()  # no closing words: what was under way is lost
            await connection.wait_closed()
        except ConnectionClosed:
            return


@asynccontextmanager
async def relaying(cuts: Sequence[int]) -> AsyncIterator[Relay]:
    relay = Relay(list(cuts))
    async with serve(relay.handle, "127.0.0.1", 0) as server:
        relay.port = server.sockets[0].getsockname()[1]
        yield relay


async def intake_of(db: Database) -> Intake:
    async with db.writing() as connection:
        ids = await sync_brands(connection, [BRAND], SystemClock().now())
    matcher = Matcher([BRAND])
    adding = partial(add, brand_ids=ids, key=KEY)
    return Intake(matcher.match, adding, partial(erase, key=KEY), nobody)


def follower(db: Database, intake: Intake, port: int) -> Follower:
    stream = Jetstream(api_url=f"ws://127.0.0.1:{port}/subscribe")
    source = StreamSource(stream, flush=0.02, batch=20)
    return Follower(source, db, intake, SystemClock(), jitter=lambda: 0.0)


async def until_last(db: Database) -> None:
    async with asyncio.timeout(60):
        while True:
            async with db.reading() as connection:
                cursor = await cursors.load(connection, Jetstream.name, READ)
            if cursor.walk.since == LAST:
                return
            await asyncio.sleep(0.05)


async def rows_of(db: Database) -> dict[str, str | None]:
    """What stands, by id; what is deleted has no text."""
    c = t.mentions.c
    async with db.reading() as connection:
        found = await connection.execute(select(c.native_id, c.text, c.gone_at))
        return {row.native_id: row.text for row in found if row.gone_at is None}


def sent() -> dict[str, str]:
    """What stands of the brand once all frames are told, read without the collector."""
    matcher, stream = Matcher([BRAND]), Jetstream()
    standing, ever = dict[str, str](), set[str]()
    for line in FRAMES:
        told = stream.event(line.encode())
        if isinstance(told, Gone):
            standing.pop(told.id, None)
            ever.discard(told.id)
        elif isinstance(told, Mention) and (matcher.match(told) or told.id in ever):
            standing[told.id] = told.text
            ever.add(told.id)
    return standing


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_socket_that_is_cut_at_any_frame_loses_nothing(db: Database, seed: int) -> None:
    rng, intake, stop = random.Random(seed), await intake_of(db), asyncio.Event()
    async with relaying([rng.randrange(1, 400) for _ in range(6)]) as relay:
        task = asyncio.create_task(follower(db, intake, relay.port).run(stop))
        await until_last(db)
        stop.set()
        await task
        assert len(relay.asked) == 7
        assert relay.asked[1:] == sorted(relay.asked[1:])
    assert await rows_of(db) == sent()


class DiedError(BaseException):
    """The end of a process, in the middle of a transaction."""


def dying(intake: Intake, after: int) -> Intake:
    """``intake`` whose process dies at its write number ``after``, once the rows are there."""
    left = [after]

    async def adding(*given: Any, **named: Any) -> Any:
        added = await intake.add(*given, **named)
        left[0] -= 1
        if left[0] <= 0:
            raise DiedError
        return added

    return replace(intake, add=adding)


@pytest.mark.parametrize("seed", [4])
async def test_a_process_that_dies_while_it_writes_and_starts_again_loses_nothing(
    db: Database, seed: int
) -> None:
    rng, intake, stop = random.Random(seed), await intake_of(db), asyncio.Event()
    async with relaying([rng.randrange(200, 900) for _ in range(3)]) as relay:
        for _ in range(3):
            doomed = follower(db, dying(intake, rng.randrange(1, 3)), relay.port)
            with pytest.raises(DiedError):
                await asyncio.wait_for(doomed.run(stop), 30)
        task = asyncio.create_task(follower(db, intake, relay.port).run(stop))
        await until_last(db)
        stop.set()
        await task
    assert await rows_of(db) == sent()


async def test_what_concerns_nobody_is_looked_up_for_all_events_of_a_batch_at_once(
    db: Database,
) -> None:
    asked: list[str] = []

    def heard(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.write.sync_engine, "before_cursor_execute", heard)
    intake, stop = await intake_of(db), asyncio.Event()
    async with relaying([]) as relay:
        source = StreamSource(Jetstream(f"ws://127.0.0.1:{relay.port}/subscribe"), flush=1.0)
        nobodys = Intake(lambda _mention: [], intake.add, intake.erase, nobody)
        task = asyncio.create_task(Follower(source, db, nobodys, SystemClock()).run(stop))
        await until_last(db)
        stop.set()
        await task
    assert len([s for s in asked if s.startswith("SELECT")]) < len(FRAMES) / 20
