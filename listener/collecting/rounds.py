"""Stored mentions are read again, in a slow round: what was deleted or edited upstream is followed,
and numbers that grew, on networks that can be asked for posts by id (``networks.base.Rereads``).

A turn asks first for what stands in open alerts, then for what comes next in the round, which goes
from the newest row back through its window and begins again. A turn makes at most ``CALLS`` calls.
Where the round stands is written with what its turn stored, as the cursor of the read "refresh".
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from listener.clock import Clock, finished, unless
from listener.collecting import cursors, pace
from listener.collecting.complaints import Complaints
from listener.collecting.cursors import Cursor
from listener.collecting.host import Host
from listener.collecting.in_time import in_time
from listener.collecting.intake import Intake, database_trouble, short
from listener.collecting.missing import CONFIRM, Missing
from listener.collecting.pace import Held
from listener.collecting.source import WINDOW
from listener.collecting.waiting import until_due
from listener.networks.base import Broken, Gone, Page, Read, Refused, Rereads, RereadsApart, Trouble
from listener.store.reread_rows import Stored, by_ids, of_open_alerts, onward
from listener.store.session import Database

log = logging.getLogger(__name__)

REFRESH = Read("refresh")
CALLS = 10
ALERTED = 6
"""Calls of a turn that open alerts may take; the round has the others, so that it never stands."""


class Rounds:
    """``every``: the time between two turns; shorter where something is missing. ``window``: how
    long after it was collected a row is read again."""

    def __init__(
        self,
        host: Host,
        db: Database,
        intake: Intake,
        clock: Clock,
        complaints: Complaints,
        *,
        every: timedelta,
        window: timedelta = WINDOW,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._host, self._db, self._intake, self._clock = host, db, intake, clock
        self._complaints, self._every, self._jitter = complaints, every, jitter
        self._window = window
        self._name = host.network.name
        self._missing = Missing(min(CONFIRM, every.total_seconds()))
        self._alerted = 0  # id of the last row of an open alert that was read

    async def run(self, stop: asyncio.Event, cursor: Cursor) -> None:
        """Until ``stop`` is set; ``cursor``: of the read ``REFRESH``."""
        while not stop.is_set():
            delay = pace.due_in(cursor.pace, self._clock.now(), every=self._every)
            if self._missing.since and cursor.pace.state == "ok":
                delay = min(delay, self._missing.confirm)
            changed = self._host.changed(cursor.pace.state)
            if await until_due(self._clock, stop, delay, changed):  # there is another token
                cursor = replace(cursor, pace=pace.at_start(cursor.pace, changed=True))
            if stop.is_set():
                return
            try:
                cursor = await self.turn(cursor, stop)
            except Exception as error:
                if not database_trouble(error):
                    log.exception("%s refresh: %s", self._name, short(error))
                event = pace.NotStored(f"not stored: {short(error)}")
                cursor = replace(cursor, pace=self._paced(cursor, event))
            self._complaints.heard(self._name, cursor)

    async def turn(self, cursor: Cursor, stop: asyncio.Event) -> Cursor:
        """One turn; where the round stands afterwards. Raises what the database raises."""
        network = self._host.network
        if not isinstance(network, Rereads):
            return cursor
        rows, place = await self._chosen(network, cursor.walk.page)
        trouble: Trouble | Held | None = None
        for some in self._requests(network, rows):
            if stop.is_set():
                break
            trouble = await unless(stop, self._reread(network, some))
            if trouble is not None:
                break
        if trouble is None and not stop.is_set():
            cursor = replace(cursor, walk=replace(cursor.walk, page=place))
        event = pace.Done() if trouble is None else trouble
        cursor = replace(cursor, pace=self._paced(cursor, event))
        await finished(cursors.write(self._db, [cursor]))
        return cursor

    async def _chosen(self, network: Rereads, place: str | None) -> tuple[list[Stored], str | None]:
        """What this turn asks for, each row once, and where the round goes on after it."""
        most, since = network.most_reread, self._clock.now() - self._window
        async with self._db.reading() as connection:
            missing = await by_ids(connection, self._name, list(self._missing.since))
            alerted = await of_open_alerts(
                connection, self._name, since=since, after=self._alerted, most=ALERTED * most
            )
            room = max(CALLS * most - len(missing) - len(alerted), most)
            try:
                others = await onward(connection, self._name, since=since, place=place, most=room)
            except ValueError:  # another version's place: from the top
                others = []
        self._missing.forget(set(self._missing.since) - {row.id for row in missing})
        self._alerted = alerted[-1].id if len(alerted) == ALERTED * most else 0
        rows = {row.id: row for row in (*missing, *alerted, *others) if self._key(network, row)}
        return list(rows.values()), others[-1].place if len(others) == room else None

    def _requests(self, network: Rereads, rows: Sequence[Stored]) -> list[Sequence[Stored]]:
        """As many at a time as a request takes, of one sort each."""
        sorts: dict[str, list[Stored]] = {}
        for row in rows:
            key = self._key(network, row) or ""
            sort = network.reread_sort(key) if isinstance(network, RereadsApart) else ""
            sorts.setdefault(sort, []).append(row)
        most = network.most_reread
        return [some[n : n + most] for some in sorts.values() for n in range(0, len(some), most)]

    async def _reread(self, network: Rereads, rows: Sequence[Stored]) -> Trouble | Held | None:
        """Asks for ``rows`` and stores what came. An answer that one of them spoils is asked for in
        halves, until it stands alone and is left."""
        by_key = {key: row for row in rows if (key := self._key(network, row))}
        answer = await self._host.reread(list(by_key))
        if isinstance(answer, Refused) and answer.kind == "query" and answer.scope == "read":
            if len(rows) == 1:
                log.warning("%s: %.80r cannot be read again: %s", self._name, rows[0].native_id,
                            answer.why)  # fmt: skip
                return None
            half = len(rows) // 2
            trouble = await self._reread(network, rows[:half])
            return trouble or await self._reread(network, rows[half:])
        if not isinstance(answer, Page):
            return answer
        gone = {by_key[key].id for key in answer.gone if key in by_key}
        asked = {row.id for row in rows}
        sure = self._missing.seen(asked, asked - gone, self._clock.monotonic())
        await finished(self._store(answer, [row for row in rows if row.id in sure]))
        self._missing.forget(sure)
        return None

    async def _store(self, page: Page, gone: Sequence[Stored]) -> None:
        now = self._clock.now()
        page = in_time(page, self._host.network.mark, now)
        sorting = self._intake.sort(page.mentions)
        async with self._db.writing() as connection:
            # Only what is stored: a round brings nothing in, it follows what is here.
            arrivals = await self._intake.standing(connection, sorting)
            ids, _bad = await self._intake.store(connection, arrivals, source="collect", now=now)
            if gone:
                erased = [Gone(row.native_id) for row in gone]
                await self._intake.remove(connection, self._name, erased, now=now)
        await self._intake.tell(ids)

    @staticmethod
    def _key(network: Rereads, row: Stored) -> str | None:
        return network.reread_key(row.native_id, row.ref)

    def _paced(self, cursor: Cursor, event: pace.Event) -> pace.Pace:
        if isinstance(event, Refused) and event.kind == "gone":
            event = Broken(event.why)
        now = self._clock.now()
        return pace.after(cursor.pace, event, now, every=self._every, jitter=self._jitter())
