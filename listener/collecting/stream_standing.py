"""Where a stream stands: its position, how it is doing, and what of it was missed.

The position is that of the last event that was stored or found to concern nobody. Only what is new
is progress: a line that brings the same events again and breaks is opened less and less often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx

from listener.clock import Clock, finished
from listener.collecting import cursors, ledger, pace, walk
from listener.collecting.batch import Batch
from listener.collecting.complaints import Complaints
from listener.collecting.cursors import Cursor
from listener.collecting.intake import database_trouble
from listener.collecting.left_unread import entry_of
from listener.collecting.pace import Held
from listener.collecting.stream_source import READ, StreamSource
from listener.networks import failures
from listener.networks.base import Trouble, Wait
from listener.networks.live import Steps
from listener.store.session import Database

log = logging.getLogger(__name__)


class Standing:
    """``largest``: bytes of one message that are read. ``covered``: searches of the same network
    read what comes while the budget keeps the stream closed."""

    def __init__(
        self,
        source: StreamSource,
        db: Database,
        clock: Clock,
        *,
        largest: int,
        jitter: Callable[[], float],
        covered: bool = False,
    ) -> None:
        self._source, self._db, self._clock = source, db, clock
        self._largest, self._jitter, self._covered = largest, jitter, covered
        self._complaints = Complaints(clock, log)
        self.cursor = Cursor(source.name, READ)
        self.said: str | None = None  # what the server refused of the stream that is open
        self._tries = 0  # connections in a row that brought nothing new
        self._opened = 0.0
        self._adrift = False  # the network no longer knows our position
        self._step = 1.0  # seconds that the next unreadable event is stepped over by

    @property
    def position(self) -> str | None:
        """What ``connect`` is given."""
        return self.cursor.walk.since

    async def load(self) -> float:
        """Seconds to wait before the stream is opened: said before a restart, still meant."""
        async with self._db.reading() as connection:
            cursor = await cursors.load(connection, self._source.name, READ)
        cursor = replace(cursor, pace=pace.at_start(cursor.pace, changed=False))
        await finished(cursors.write(self._db, [cursor]))  # from now on ``status`` shows it
        self.cursor = cursor
        return pace.due_in(cursor.pace, self._clock.now(), every=timedelta(0))

    async def opened(self) -> None:
        """A line is open. Says in the ledger what no replay will bring: it is asked for in no other
        way."""
        await self._gap_since()
        self.said, self._opened = None, asyncio.get_running_loop().time()

    async def _gap_since(self) -> None:
        last, now = self.cursor.pace.last_success, self._clock.now()
        if self._covered and self.cursor.pace.scope in ("budget", "line"):
            return
        replay = timedelta(0) if self._adrift else self._source.replay or timedelta(0)
        from_now_on = now - replay
        if last is None or last >= from_now_on:
            return
        note = "the stream was not followed"
        gap = ledger.Entry(self._source.name, READ, "gap", since=last, until=from_now_on, note=note)
        # Said once for an absence, however often the line breaks before the first event.
        state = replace(self.cursor.pace, last_success=from_now_on)
        onward = replace(self.cursor, pace=state)
        await self._write(onward, gap)
        self.cursor, self._adrift = onward, False

    def after(self, batch: Batch) -> tuple[Cursor, bool]:
        """The cursor that is stored with ``batch``, and whether that holds anything new."""
        before, fresh = self.cursor, self._is_new(batch)
        since = batch.position if fresh and batch.position else before.walk.since
        now = self._clock.now()
        state = pace.Pace("ok", self.said, last_success=now) if fresh else before.pace
        return replace(before, walk=replace(before.walk, since=since), pace=state), fresh

    def stored(self, onward: Cursor, fresh: bool) -> None:
        """What ``after`` told was stored."""
        self.cursor = onward
        if fresh:
            self._tries, self._step = 0, 1.0
            self._complaints.heard(self._source.name, onward)

    def _is_new(self, batch: Batch) -> bool:
        """Whether it holds anything that was not there before the line broke. A line that has
        lasted is as good: the positions of another instance may lie behind ours."""
        if asyncio.get_running_loop().time() - self._opened >= self._source.idle:
            return True
        known = self.cursor.walk.since
        if batch.position is None or known is None or self.cursor.pace.last_success is None:
            return True
        if walk.comparable(batch.position, known):
            return walk.later(batch.position, known)
        return batch.position != known

    async def well(self) -> None:
        """A quiet stream is open, and was all the time since it was last said to be."""
        state = pace.Pace("ok", self.said, last_success=self._clock.now())
        self.cursor, self._tries = replace(self.cursor, pace=state), 0
        await finished(cursors.write(self._db, [self.cursor]))
        self._complaints.heard(self._source.name, self.cursor)

    async def beyond(self) -> str:
        """Moves the position past an event that is too large to be read; how far is doubled until
        something new comes. What is said of it."""
        stream, since, step = self._source.stream, self.cursor.walk.since, self._step
        why = f"an event of more than {self._largest // 2**20} MiB was passed over"
        if since is None:  # live from now, and now it is past
            return why
        self._step = min(step * 2, 3600.0)
        onward = stream.beyond(since, step) if isinstance(stream, Steps) else None
        now, network = self._clock.now(), self._source.name
        note = "an event too large to be read, and what stood within seconds of it"
        gap = ledger.Entry(network, READ, "gap", until=now, skipped=int(step == 1), note=note)
        self.cursor = replace(self.cursor, walk=replace(self.cursor.walk, since=onward))
        log.warning("%s: %s", network, why)
        await self._noted(gap)
        return why

    def refused(self, answer: httpx.Response) -> tuple[float | None, str]:
        """Seconds that the server asks for, and what it says."""
        told = getattr(self._source.stream, "trouble", failures.trouble)
        trouble: Trouble | None = told(answer, self._clock.now())
        if self.cursor.walk.since and answer.status_code in (400, 404, 410) and self._tries >= 2:
            # Perhaps it is the position that is refused: live from now, and the gap is told.
            walk = replace(self.cursor.walk, since=None)
            self.cursor, self._adrift = replace(self.cursor, walk=walk), True
        seconds = trouble.seconds if isinstance(trouble, Wait) else None
        return seconds, trouble.why if trouble else f"HTTP {answer.status_code}"

    async def broke(self, why: str, status: int | None, retry_after: float | None) -> float:
        """Seconds before it is opened again."""
        delay = pace.reconnect(self._tries, status, retry_after, self._jitter())
        self._tries += 1
        state: pace.State = "refused" if status in (401, 403) else "unreachable"
        upcoming = self._clock.now() + timedelta(seconds=delay)
        last = self.cursor.pace.last_success
        onward = pace.Pace(state, why[:300], self._tries, upcoming, last)
        self.cursor = replace(self.cursor, pace=onward)
        await self._noted()
        if self._tries > 1:  # a line that breaks and is back at once is not worth a word
            self._complaints.heard(self._source.name, self.cursor)
        return delay

    async def held(self, held: Held) -> float:
        """Its budget does not pay for it; seconds before that is looked at again."""
        now, before = self._clock.now(), self.cursor
        unread = entry_of(before, held, now, None)
        every, jitter = timedelta(0), self._jitter()
        onward = pace.after(before.pace, held, now, every=every, jitter=jitter)
        self.cursor = replace(before, pace=onward)
        await self._noted(unread)
        self._complaints.heard(self._source.name, self.cursor)
        return max((onward.next_try - now).total_seconds(), 1.0) if onward.next_try else 1.0

    async def _noted(self, entry: ledger.Entry | None = None) -> None:
        """What cannot be written is known here, too."""
        try:
            await self._write(self.cursor, entry)
        except Exception as error:
            if not database_trouble(error):
                raise

    async def _write(self, cursor: Cursor, entry: ledger.Entry | None) -> None:
        now = self._clock.now()

        async def write() -> None:
            async with self._db.writing() as connection:
                if entry is not None:
                    await ledger.record(connection, entry, now)
                await cursors.save(connection, cursor)

        await finished(write())
