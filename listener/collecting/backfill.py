"""Reads one network back in time, beside the polls and without moving their cursors.

Each read is walked to ``since`` or to where the network ends; then what its pages asked for (a
post's comments). Where it is stands in the tables with each page: it goes on after any end. What is
newer than the polls have read is left to them, so that it can still alert: what a backfill stores
is counted and never alerts (``alerts.deciding.decide``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.clock import Clock, finished, unless
from listener.collecting import backfill_rows, child_reads, cursors, pace
from listener.collecting.back_poller import BackPoller, Told
from listener.collecting.backfill_rows import FINISHED, prefix
from listener.collecting.cursors import Cursor
from listener.collecting.host import Host
from listener.collecting.source import Source
from listener.collecting.walk import Rules
from listener.networks.base import Read, TakesAway
from listener.store import tables as t
from listener.store.session import Database

log = logging.getLogger(__name__)

TRIES = 5
"""Failures in a row, after which a read is left; the same command goes on with it."""
HISTORY = ("search", "hashtag", "feed", "mentions", "replies", "own_posts")
"""Kinds of reads that have a history; numbers are as they are now."""
_PAGES = 10_000  # of one walk

Pollers = Callable[[datetime | None, Rules], BackPoller]
"""A poller that leaves out what is newer than a time (None: nothing), with these rules."""


def history_of(source: Source) -> list[Read]:
    """What can be read back in time without taking it away from the polls."""
    if isinstance(source.network, TakesAway):
        return []
    return [read for read in source.reads if read.kind in HISTORY]


async def looked_up(connection: AsyncConnection, source: Source) -> list[Read]:
    """What an own account's figures asked for that the settings name by its handle alone: the id
    that its mentions and posts are read by is told there, and nowhere else."""
    by = [read.key for read in source.reads if read.kind == "figures"]
    if not by or isinstance(source.network, TakesAway):
        return []
    c = t.cursors.c
    rows = await connection.execute(
        select(t.cursors).where(
            c.network == source.network.name,
            c.parent.in_(by),
            c.depth == 1,
            c.kind.in_(HISTORY),
            c.state.in_(child_reads.LIVE),
            child_reads.OURS,
        )
    )
    children = (cursors.of_row(row).child for row in rows.mappings())
    return [child.read for child in children if child is not None]


class Backfill:
    """Of one network. ``told``: hears of each page, and of what it waits for."""

    def __init__(
        self,
        source: Source,
        host: Host,
        db: Database,
        clock: Clock,
        since: datetime,
        *,
        pollers: Pollers,
        told: Told,
    ) -> None:
        self._source, self._host, self._db, self._clock = source, host, db, clock
        self._since, self._pollers, self._told = since, pollers, told
        self._name = source.network.name

    async def run(self, reads: Sequence[Read], stop: asyncio.Event) -> None:
        """Until all are read, or ``stop`` is set. Raises what the database raises."""
        try:
            await self._all(reads, stop)
        finally:
            await self._host.close()

    async def _all(self, reads: Sequence[Read], stop: asyncio.Event) -> None:
        async with self._db.reading() as connection:
            rows = await backfill_rows.load(connection, self._since, [self._name])
        standing = {row.read: row for row in rows}
        for read in reads:
            if stop.is_set():
                return
            if standing[read.key].state not in FINISHED:
                await self._read(read, stop)
        async with self._db.reading() as connection:
            rows = await backfill_rows.load(connection, self._since, [self._name])
        if all(row.state in FINISHED for row in rows):
            await finished(self._forget())

    async def _read(self, read: Read, stop: asyncio.Event) -> None:
        key, gaps = prefix(self._since) + read.key, 0
        async with self._db.reading() as connection:
            cursor = await cursors.load(connection, self._name, key)
        cursor = await self._walk(read, cursor, read.key, stop)
        if _over(cursor):
            while not stop.is_set() and (children := await self._children(key)):
                for child in children:
                    gaps += await self._child(child, stop)
        if stop.is_set() and not _over(cursor):
            return
        await finished(self._ended(read, cursor, gaps, stopped=stop.is_set()))

    async def _child(self, cursor: Cursor, stop: asyncio.Event) -> int:
        """How many gaps it leaves: what could not be read is left, and told."""
        child = cursor.child
        if child is None or stop.is_set():
            return 0
        after = await self._walk(child.read, cursor, child.read.key, stop)
        if stop.is_set() and not _over(after):
            return 0
        await finished(self._retire(cursor))
        if _over(after) or after.pace.state == "refused":  # a post that is gone has no comments
            return 0
        log.warning("%s: %s was not read: %s", self._name, child.read.key, after.pace.why)
        return 1

    async def _retire(self, cursor: Cursor) -> None:
        c = t.cursors.c
        mine = (c.network == cursor.network, c.read == cursor.read)
        async with self._db.writing() as connection:
            await connection.execute(update(t.cursors).where(*mine).values(state="retired"))

    async def _walk(self, read: Read, cursor: Cursor, live: str, stop: asyncio.Event) -> Cursor:
        """Until the walk is over, hopeless, or told to stop. ``live``: the key under which the
        running collector reads the same."""
        now = self._clock.now()
        begun = cursor.walk.started_at or now
        rules = replace(self._source.rules, first=begun - self._since, pages_a_walk=_PAGES)
        poller = self._pollers(await self._until(live, now), rules)
        cursor = replace(cursor, pace=pace.at_start(cursor.pace, changed=True))
        while not stop.is_set() and not _over(cursor):
            if (held := await self._held(read)) > 0:
                await unless(stop, self._clock.sleep(held))
                continue
            if cursor.pace.state == "waiting":  # told so before it was interrupted
                await self._rest(read, cursor, stop)
            cursor = await poller.poll(read, cursor, stop)
            if cursor.pace.state == "refused" or (
                cursor.pace.state == "unreachable" and cursor.pace.errors >= TRIES
            ):
                break
            if cursor.pace.state == "unreachable":
                await self._rest(read, cursor, stop)
        return cursor

    async def _rest(self, read: Read, cursor: Cursor, stop: asyncio.Event) -> None:
        left = pace.due_in(cursor.pace, self._clock.now(), every=self._source.every_of(read))
        if left > 0:
            self._told(self._name, read.key, cursor.pace.why)
            await unless(stop, self._clock.sleep(left))

    async def _until(self, live: str, now: datetime) -> datetime | None:
        """What is newer is left to the polls of the same; None where nobody polls it."""
        async with self._db.reading() as connection:
            row = await connection.execute(
                select(t.cursors).where(t.cursors.c.network == self._name, t.cursors.c.read == live)
            )
            known = row.mappings().one_or_none()
        return None if known is None else read_until(cursors.of_row(known), self._source.rules, now)

    async def _held(self, read: Read) -> float:
        """Seconds of silence that the host wants: what it told the running collector counts."""
        c, now = t.cursors.c, self._clock.now()
        async with self._db.reading() as connection:
            rows = await connection.execute(
                select(t.cursors).where(
                    c.network == self._name, c.scope == "host", c.next_try > now
                )
            )
            told = [cursors.of_row(row).pace for row in rows.mappings()]
        for one in told:
            if one.state == "waiting" and one.next_try is not None:
                self._host.resume(read, one, (one.next_try - now).total_seconds())
        held = self._host.held(read)
        if held > 0:
            why = next((one.why for one in told if one.why), "the network wants a rest")
            self._told(self._name, read.key, why)
        return held

    async def _children(self, key: str) -> list[Cursor]:
        """What the pages of a read asked for and is not read yet."""
        c = t.cursors.c
        async with self._db.reading() as connection:
            rows = await connection.execute(
                select(t.cursors)
                .where(c.network == self._name, c.parent == key, c.state != "retired")
                .order_by(c.depth, c.read)
            )
            return [cursors.of_row(row) for row in rows.mappings()]

    async def _ended(self, read: Read, cursor: Cursor, gaps: int, *, stopped: bool) -> None:
        async with self._db.writing() as connection:
            if stopped or not _over(cursor):
                state: backfill_rows.State = "going" if stopped else "failed"
                why = None if stopped else cursor.pace.why
            else:
                state, why = await self._reached(connection, read), None
            await backfill_rows.state(
                connection, self._name, read.key, self._since, state, why, gaps=gaps
            )

    async def _reached(self, connection: AsyncConnection, read: Read) -> backfill_rows.State:
        rows = await backfill_rows.load(connection, self._since, [self._name])
        [row] = [row for row in rows if row.read == read.key]
        there = row.reached_at is not None and row.reached_at <= self._since
        return "done" if there else "ended"

    async def _forget(self) -> None:
        async with self._db.writing() as connection:
            await backfill_rows.forget_walks(connection, self._name, self._since)


def read_until(live: Cursor, rules: Rules, now: datetime) -> datetime:
    """Up to when the polls of ``live`` have read all there is, as the cursor rule has it: what
    appears late is theirs, too. Where they have ended no walk yet: where their first will end."""
    walk, last = live.walk, live.pace.last_success
    if walk.page is not None:
        last = walk.ahead_at
    return (last or (walk.started_at or now) - rules.first) - rules.overlap


def _over(cursor: Cursor) -> bool:
    return cursor.pace.state == "ok" and cursor.walk.page is None
