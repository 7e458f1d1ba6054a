"""Polls the reads that the pages of one network ask for, each at its own time, from the table.

When each is due is kept in memory, on the monotonic clock, as it is for the reads of the settings;
the rows say what there is to poll, before each poll anew. A child tells nobody of its troubles:
they stand in its row, and ``rasid status`` counts them on its parent.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from listener.clock import Clock, finished, unless
from listener.collecting import child_reads, cursors, hints, pace
from listener.collecting.child_reads import Limits
from listener.collecting.cursors import Cursor
from listener.collecting.hinted import apart
from listener.collecting.hints import Hint
from listener.collecting.host import Host
from listener.collecting.intake import database_trouble, short
from listener.collecting.poll import Poller
from listener.networks.base import Broken, Read
from listener.store.session import Database

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Children of one network that are polled at a time; the host's pace holds for all of them."""
_AGAIN = 30.0  # seconds before a database that was away is asked again


class Children:
    """``every``: how often a read is due. ``config``: as of ``Source.config``. ``limits``: of what
    is asked for."""

    def __init__(
        self,
        host: Host,
        db: Database,
        poller: Poller,
        clock: Clock,
        *,
        every: Callable[[Read], timedelta],
        config: str,
        limits: Limits,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._host, self._db, self._poller, self._clock = host, db, poller, clock
        self._every, self._config, self._jitter = every, config, jitter
        self._name = host.network.name
        self._limits = limits
        self._due: dict[str, float] = {}  # key of a read to monotonic seconds
        self._held = 0.0  # until then the budget pays for none: one is asked about, not each
        self._polling: set[str] = set()
        self._ended: dict[str, tuple[float, bool]] = {}  # when its last poll did, and whether well
        self._news = asyncio.Event()

    def look_again(self) -> None:
        """A page was stored, perhaps with reads to follow: looks at the table again."""
        self._news.set()

    def anew(self) -> None:
        """The sign-in changed: what was refused is asked for again at once."""
        self._due, self._held = dict.fromkeys(self._due, self._clock.monotonic()), 0.0
        self._news.set()

    async def told(self, told: Sequence[Hint], by: Read) -> None:
        """Asks for what the network told of, on behalf of ``by``; what is read already is due, but
        not at once again. What is just being polled waits. Raises what the database raises."""
        ready = [hint for hint in told if hint.read.key not in self._polling]
        keys = [hint.read.key for hint in ready]

        async def write() -> None:
            reads, now = [hint.read for hint in ready], self._clock.now()
            async with self._db.writing() as connection:
                await child_reads.ask(
                    connection, self._name, reads, by=by, of=None, limits=self._limits, now=now
                )
                await child_reads.at_once(connection, self._name, keys)
                await hints.answered(connection, ready)

        if not ready:
            return
        await finished(write())
        now = self._clock.monotonic()
        for hint in ready:
            key, every = hint.read.key, self._every(hint.read)
            ended, well = self._ended.get(key, (None, True))
            if key in self._due and well:
                after = now if ended is None else max(now, ended + apart(every))
                self._due[key] = min(self._due[key], after)
        self._news.set()

    async def begin(self) -> None:
        """What is there from before a restart, with what the hosts said. Raises what the database
        raises."""
        now = self._clock.now()
        for cursor in await self._load():
            state = pace.at_start(cursor.pace, changed=cursor.config != self._config)
            child = cursor.child
            if child is not None:
                left = pace.due_in(state, now, every=self._every(child.read))
                self._host.resume(child.read, state, left)
                self._due[cursor.read] = self._clock.monotonic() + left

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set."""
        while not stop.is_set():
            if self._news.is_set():
                self._news.clear()
                await self._look()
            now = self._clock.monotonic()
            due = sorted((at, key) for key, at in self._due.items() if at <= now)
            if due and self._held <= now:
                await asyncio.gather(*(self._poll(key, stop) for _at, key in due[:AT_ONCE]))
            elif self._due:
                waiting = self._clock.sleep(max(min(self._due.values()), self._held) - now)
                await unless(stop, unless(self._news, waiting))
            else:
                await unless(stop, self._news.wait())

    async def _look(self) -> None:
        """Takes up what pages asked for, drops what was given up."""
        try:
            live = {cursor.read: cursor for cursor in await self._load()}
        except Exception as error:
            if not database_trouble(error):
                raise
            return  # the page after this one sets it right
        now, at = self._clock.now(), self._clock.monotonic()
        self._due = {key: due for key, due in self._due.items() if key in live}
        self._ended = {key: ended for key, ended in self._ended.items() if key in live}
        for key, cursor in live.items():
            if key not in self._due and cursor.child is not None:
                left = pace.due_in(cursor.pace, now, every=self._every(cursor.child.read))
                self._due[key] = at + left

    async def _poll(self, key: str, stop: asyncio.Event) -> None:
        del self._due[key]
        self._polling.add(key)
        try:
            await self._poll_one(key, stop)
        finally:
            self._polling.discard(key)

    async def _poll_one(self, key: str, stop: asyncio.Event) -> None:
        try:
            async with self._db.reading() as connection:
                cursor = await cursors.load(connection, self._name, key)
        except Exception as error:
            if not database_trouble(error):
                raise
            self._due[key] = self._clock.monotonic() + _AGAIN
            return
        child = cursor.child
        if child is None or cursor.pace.state not in child_reads.LIVE:
            return  # given up, paused, or named by the settings meanwhile
        if (held := self._host.held(child.read)) > 0:  # its host's trouble, and no fact about it
            self._due[key] = self._clock.monotonic() + held
            return
        cursor = await self._polled(child.read, replace(cursor, config=self._config), stop)
        left = pace.due_in(cursor.pace, self._clock.now(), every=self._every(child.read))
        self._due[key] = self._clock.monotonic() + left
        if cursor.pace.scope == "line":
            self._held = self._due[key]
        self._ended[key] = (self._clock.monotonic(), cursor.pace.state == "ok")

    async def _polled(self, read: Read, cursor: Cursor, stop: asyncio.Event) -> Cursor:
        try:
            return await self._poller.poll(read, cursor, stop)
        except Exception as error:  # a bug: told in full, and the others go on
            log.exception("%s %s: %s", cursor.network, cursor.read, short(error))
            trouble = Broken(f"internal error: {type(error).__name__}")
            now, every = self._clock.now(), self._every(read)
            after = pace.after(cursor.pace, trouble, now, every=every, jitter=self._jitter())
            cursor = replace(cursor, pace=after)
        try:
            await finished(cursors.write(self._db, [cursor]))
        except Exception as error:
            if not database_trouble(error):
                raise
        return cursor

    async def _load(self) -> list[Cursor]:
        async with self._db.reading() as connection:
            return await child_reads.live(connection, self._name)
