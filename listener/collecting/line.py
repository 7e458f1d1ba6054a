"""One network's line: the reads of its source, each in its own task, and what their pages ask for.

A read that fails is visible in ``cursors`` (``rasid status``) and in one log line that says when it
is tried again; it never stops the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from sqlalchemy import exc

from listener.clock import Clock, finished, unless
from listener.collecting import cursors, hints, pace
from listener.collecting.children import Children
from listener.collecting.complaints import Complaints
from listener.collecting.cursors import Cursor
from listener.collecting.hinted import Hinted
from listener.collecting.hints import Hint
from listener.collecting.host import Host
from listener.collecting.intake import database_trouble, short
from listener.collecting.poll import Poller
from listener.collecting.rounds import REFRESH, Rounds
from listener.collecting.source import Source
from listener.collecting.waiting import until_due
from listener.networks.base import Broken, Read
from listener.store.session import Database

log = logging.getLogger(__name__)

THREAD = timedelta(days=30)
"""How far back the first walk of a read that a page asked for goes: a thread is wanted whole."""


class Line:
    """``poller``: with the rules of the source; ``for_children``: with those of a thread.
    ``rounds``: reads what is stored again, where the network can be asked for it."""

    def __init__(
        self,
        source: Source,
        host: Host,
        db: Database,
        clock: Clock,
        complaints: Complaints,
        *,
        poller: Poller,
        for_children: Poller,
        jitter: Callable[[], float],
        rounds: Rounds | None = None,
    ) -> None:
        self._rounds = rounds
        self._source, self._host, self._db, self._clock = source, host, db, clock
        self._complaints, self._poller, self._jitter = complaints, poller, jitter
        self._name = source.network.name
        self._children = Children(
            host,
            db,
            for_children,
            clock,
            every=source.every_of,
            config=source.config(),
            limits=source.limits,
            jitter=jitter,
        )
        self._hinted = Hinted(clock, (read.key for read in source.reads))
        self._started: Sequence[Cursor] = ()

    async def begin(self, stop: asyncio.Event) -> None:
        """Every read's cursor is shown in ``status`` from now on, and what hosts said before a
        restart still holds; waits for the database. To be done for all networks before any is
        asked: two of them may be one host's."""
        errors = 0
        while not stop.is_set():
            try:
                self._started = await finished(self._load())
                await self._children.begin()
                return
            except Exception as error:
                if not database_trouble(error):
                    raise
                complaint = f"the database is not to be had: {short(error)}"
                self._complaints.say(self._name, complaint)
                delay = pace.backoff(errors, first=1, longest=60, jitter=self._jitter())
                errors += 1
                await unless(stop, self._clock.sleep(delay))

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; after ``begin``."""
        reads = {read.key: read for read in self._source.reads}
        async with asyncio.TaskGroup() as tasks:
            for cursor in self._started:
                if self._rounds is not None and cursor.read == REFRESH.key:
                    tasks.create_task(self._rounds.run(stop, cursor), name=f"{self._name} refresh")
                    continue
                follow = self._follow(reads[cursor.read], cursor, stop)
                tasks.create_task(follow, name=f"{self._name} {cursor.read}")
            tasks.create_task(self._children.run(stop), name=f"{self._name} children")

    async def hear(self, told: Sequence[Hint]) -> None:
        """What the network told of: a read of the settings is due now, another is asked for like
        one that a page asks for. Raises what the database raises."""
        named = [hint for hint in told if hint.read.key in self._hinted]
        others = [hint for hint in told if hint.read.key not in self._hinted]
        reads = self._source.reads
        settled = [
            hint
            for hint in named
            if self._hinted.heard(
                hint, self._source.every_of(hint.read), self._host.held(hint.read)
            )
        ]
        if others and not reads:
            self._complaints.say(self._name, "told of what no read of the settings leads to")
            settled += others
        elif others:
            for of, some in groupby(
                sorted(others, key=lambda hint: parent_of(hint.read, reads).key),
                key=lambda hint: parent_of(hint.read, reads),
            ):
                await self._children.told(list(some), of)
        await self._answered(settled)

    async def _answered(self, told: Sequence[Hint]) -> None:
        async def write() -> None:
            async with self._db.writing() as connection:
                await hints.answered(connection, told)

        if told:
            await finished(write())

    async def _load(self) -> list[Cursor]:
        source, now, loaded = self._source, self._clock.now(), []
        reads, config = {read.key: read for read in source.reads}, source.config()
        if self._rounds is not None:
            reads[REFRESH.key] = REFRESH
        async with self._db.writing() as connection:
            await cursors.keep_only(connection, self._name, reads, now)
            if self._host.budget is not None and source.plan is not None:
                await self._host.budget.begin(connection, self._host.mark, source.plan)
            for key, read in reads.items():
                cursor = await cursors.load(connection, self._name, key)
                state = pace.at_start(cursor.pace, changed=cursor.config != config)
                loaded.append(replace(cursor, pace=state, config=config, child=None))
                await cursors.save(connection, loaded[-1])
                left = pace.due_in(state, now, every=source.every_of(read))
                self._host.resume(read, state, left)
        return loaded

    async def _follow(self, read: Read, cursor: Cursor, stop: asyncio.Event) -> None:
        every, nudge = self._source.every_of(read), self._hinted.of(read.key)
        nudge.state = cursor.pace.state
        while not stop.is_set():
            delay = pace.due_in(cursor.pace, self._clock.now(), every=every)
            changed = self._host.changed(cursor.pace.state)
            if await until_due(self._clock, stop, delay, changed, nudge.news):
                cursor = replace(cursor, pace=pace.at_start(cursor.pace, changed=True))
                self._children.anew()
            if stop.is_set():
                return
            nudge.begin()
            try:
                cursor = await self._poller.poll(read, cursor, stop)
            except Exception as error:  # a bug: told in full, and the other reads go on
                log.exception("%s %s: %s", cursor.network, cursor.read, short(error))
                trouble = Broken(f"internal error: {type(error).__name__}")
                now, jitter = self._clock.now(), self._jitter()
                after = pace.after(cursor.pace, trouble, now, every=every, jitter=jitter)
                cursor = replace(cursor, pace=after)
            self._complaints.heard(self._name, cursor)
            self._children.look_again()
            hint = nudge.end(cursor.pace.state, self._clock.monotonic())
            if hint is not None and not stop.is_set():  # else it is read again after the restart
                with suppress(exc.SQLAlchemyError, OSError):  # then it is read once more
                    await self._answered([hint])


def parent_of(read: Read, reads: Sequence[Read]) -> Read:
    """The one of ``reads`` that what a network told of belongs to: of the same brand and kind,
    else of the brand, else the first."""
    return max(reads, key=lambda one: (one.brand == read.brand, one.kind == read.kind))
