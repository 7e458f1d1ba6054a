"""The collector: polls every read of every source, each in its own task, until told to stop.

A source that fails is visible in ``cursors`` (``rasid status``) and in one log line that says when
it is tried again; it never stops the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from listener.clock import Clock, finished, unless
from listener.collecting import cursors, pace
from listener.collecting.authors import Authors, authors_of
from listener.collecting.complaints import Complaints
from listener.collecting.credentials import Credentials
from listener.collecting.cursors import Cursor
from listener.collecting.host import Answer, Host, Rest
from listener.collecting.intake import (
    Add,
    Erase,
    Intake,
    Keep,
    Match,
    Wake,
    database_trouble,
    short,
)
from listener.collecting.poll import Poller
from listener.collecting.seeds import Seed, mark_of
from listener.collecting.stream import Follower, StreamSource
from listener.collecting.waiting import until_due
from listener.collecting.walk import Rules
from listener.networks.base import Broken, Network, Read, Trouble
from listener.networks.failures import pause
from listener.records import Credential
from listener.store.mentions import Arrival
from listener.store.session import Database
from listener.store.standing import BACKFILL

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds that a look may take over who wrote what it found."""


@dataclass(frozen=True, slots=True)
class Source:
    """A network with what is read of it. ``rate``: requests a second in the long run."""

    network: Network
    reads: Sequence[Read]
    every: timedelta = timedelta(minutes=2)
    credential: Credential | Seed | None = None
    rules: Rules = field(default_factory=Rules)
    rate: float = 1.0
    burst: float = 5.0

    def config(self) -> str:
        """Changes with the token, the address and the options: then a refusal is void."""
        configured = mark_of(self.seed.values()) if self.seed else ""
        return hashlib.sha256(f"{self.network!r} {configured}".encode()).hexdigest()[:16]

    @property
    def seed(self) -> Seed | None:
        """What its credential grows from."""
        given = self.credential
        seed = Seed.of(given) if isinstance(given, Credential) else given
        return replace(seed, network=self.network.name) if seed else None


@dataclass(frozen=True, slots=True)
class Glance:
    """The first page of a read, nothing stored; ``trouble`` where there was none."""

    read: Read
    arrivals: Sequence[Arrival] = ()
    unmatched: int = 0
    skipped: int = 0
    trouble: Trouble | None = None


class Collector:
    """``match``, ``add``, ``erase``, ``wake``, ``keep``: see ``collecting.intake``. ``rest``: what
    a good answer says of a limit that is used up."""

    def __init__(
        self,
        db: Database,
        sources: Sequence[Source],
        *,
        match: Match,
        add: Add,
        erase: Erase,
        wake: Wake,
        clock: Clock,
        keep: Keep | None = None,
        streams: Sequence[StreamSource] = (),
        rest: Rest | None = pause,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._db, self._sources, self._clock = db, sources, clock
        self._intake = Intake(match, add, erase, wake, keep)
        self._streams, self._rest, self._jitter = streams, rest, jitter
        self._complaints = Complaints(clock, log)
        seeds = [source.seed for source in sources if source.seed is not None]
        self._credentials = Credentials(db, seeds, clock, jitter=jitter)

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; the page in hand is stored before it returns."""
        lines = [(source, self._host(source)) for source in self._sources]
        # One for each network: what a search has learned of an author, its stream need not ask.
        resolving = {source.network.name: self._authors(host) for source, host in lines}
        try:
            async with asyncio.TaskGroup() as tasks:
                for source, host in lines:
                    name = source.network.name
                    following = self._network(source, host, resolving[name], stop)
                    tasks.create_task(following, name=name)
                for stream in self._streams:
                    authors = resolving.get(stream.stream.network)
                    tasks.create_task(self._follower(stream, authors).run(stop), name=stream.name)
                await stop.wait()  # also where there is nothing to collect
        finally:
            for _source, host in lines:
                await host.close()

    async def read_once(self, source: Source, read: Read) -> Glance:
        """One look for ``rasid try``: asks, matches, writes nothing."""
        host = self._host(source)
        try:
            answer = await host.ask(read, since=None, page=None)
            if not isinstance(answer, Answer):
                return Glance(read, trouble=answer)
            found = self._intake.sort(answer.page.mentions)
            if (authors := authors_of(host, self._clock, patience=LOOK)) is not None:
                mentions = [arrival.mention for arrival in found.arrivals]
                found = self._intake.again(found, await authors.complete(mentions))
        finally:
            await host.close()
        skipped = answer.page.skipped + found.skipped
        return Glance(read, found.arrivals, len(found.others), skipped)

    async def backfill(self, since: datetime, stop: asyncio.Event) -> list[tuple[Cursor, bool]]:
        """Reads back to ``since`` (aware UTC), beside the polls and without moving their cursors;
        goes on where an interrupted one stopped. Each read's cursor, and whether it got there."""
        done = []
        for source in self._sources:
            host = self._host(source)
            rules = replace(source.rules, first=self._clock.now() - since)
            poller = self._poller(source, host, self._authors(host), rules, "backfill")
            try:
                for read in source.reads:
                    key = f"{BACKFILL}{since:%Y-%m-%dT%H:%M} {read.key}"
                    done.append(await self._back(poller, read, key, source, stop))
            finally:
                await host.close()
        return done

    async def _back(
        self, poller: Poller, read: Read, key: str, source: Source, stop: asyncio.Event
    ) -> tuple[Cursor, bool]:
        async with self._db.reading() as connection:
            cursor = await cursors.load(connection, source.network.name, key)
        while not stop.is_set() and cursor.pace.errors < 5 and cursor.pace.state != "refused":
            cursor = await poller.poll(read, cursor, stop)
            if cursor.pace.state == "ok" and cursor.walk.page is None:
                return cursor, True
            if cursor.pace.errors:
                self._complaints.heard(source.network.name, cursor)
                delay = pace.due_in(cursor.pace, self._clock.now(), every=source.every)
                await unless(stop, self._clock.sleep(delay))
        return cursor, False

    async def _network(
        self, source: Source, host: Host, authors: Authors | None, stop: asyncio.Event
    ) -> None:
        poller = self._poller(source, host, authors, source.rules, "collect")
        reads = {read.key: read for read in source.reads}
        started = await self._start(source, list(reads), stop)
        now = self._clock.now()
        for cursor in started:
            if cursor.pace.state == "waiting":  # said before the restart, still meant
                left = pace.due_in(cursor.pace, now, every=source.every)
                host.hold(reads[cursor.read], left)
        async with asyncio.TaskGroup() as tasks:
            for cursor in started:
                follow = self._follow(poller, reads[cursor.read], cursor, source, stop)
                tasks.create_task(follow, name=f"{source.network.name} {cursor.read}")

    async def _start(
        self, source: Source, keys: Sequence[str], stop: asyncio.Event
    ) -> list[Cursor]:
        """Every read's cursor, shown in ``status`` from now on; waits for the database."""
        name, errors = source.network.name, 0
        while not stop.is_set():
            try:
                return await finished(self._begin(name, keys, source.config()))
            except Exception as error:
                if not database_trouble(error):
                    raise
                self._complaints.say(name, f"the database is not to be had: {short(error)}")
                delay = pace.backoff(errors, first=1, longest=60, jitter=self._jitter())
                errors += 1
                await unless(stop, self._clock.sleep(delay))
        return []

    async def _begin(self, name: str, keys: Sequence[str], config: str) -> list[Cursor]:
        async with self._db.writing() as connection:
            await cursors.pause_others(connection, name, keys)
            found = []
            for key in keys:
                cursor = await cursors.load(connection, name, key)
                state = pace.at_start(cursor.pace, changed=cursor.config != config)
                found.append(replace(cursor, pace=state, config=config))
                await cursors.save(connection, found[-1])
        return found

    async def _follow(
        self, poller: Poller, read: Read, cursor: Cursor, source: Source, stop: asyncio.Event
    ) -> None:
        while not stop.is_set():
            delay = pace.due_in(cursor.pace, self._clock.now(), every=source.every)
            changed = self._credentials.watch(cursor.network, cursor.pace.state)
            if await until_due(self._clock, stop, delay, changed):
                cursor = replace(cursor, pace=pace.at_start(cursor.pace, changed=True))
            if stop.is_set():
                return
            try:
                cursor = await poller.poll(read, cursor, stop)
            except Exception as error:  # a bug: told in full, and the other reads go on
                log.exception("%s %s: %s", cursor.network, cursor.read, short(error))
                said = Broken(f"internal error: {type(error).__name__}")
                now, jitter = self._clock.now(), self._jitter()
                after = pace.after(cursor.pace, said, now, every=source.every, jitter=jitter)
                cursor = replace(cursor, pace=after)
            self._complaints.heard(source.network.name, cursor)

    def _host(self, source: Source) -> Host:
        return Host(
            source.network,
            self._credentials,
            self._clock,
            rate=source.rate,
            burst=source.burst,
            rest=self._rest,
        )

    def _authors(self, host: Host) -> Authors | None:
        return authors_of(host, self._clock)

    def _follower(self, source: StreamSource, authors: Authors | None) -> Follower:
        return Follower(
            source, self._db, self._intake, self._clock, authors=authors, jitter=self._jitter
        )

    def _poller(
        self, source: Source, host: Host, authors: Authors | None, rules: Rules, written: str
    ) -> Poller:
        return Poller(
            host,
            self._db,
            self._intake,
            self._clock,
            every=source.every,
            rules=rules,
            source=written,
            authors=authors,
            jitter=self._jitter,
        )
