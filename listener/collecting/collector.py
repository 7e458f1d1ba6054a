"""The collector: every network's line and every stream, side by side, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from listener.clock import Clock, unless
from listener.collecting import cursors, pace
from listener.collecting.authors import Authors, authors_of
from listener.collecting.complaints import Complaints
from listener.collecting.credentials import Credentials
from listener.collecting.cursors import Cursor
from listener.collecting.exchange import Rest
from listener.collecting.expiry import ExpiryWatch
from listener.collecting.holds import Holds
from listener.collecting.host import Answer, Host
from listener.collecting.intake import Add, Erase, Intake, Keep, Match, Wake
from listener.collecting.line import THREAD, Line
from listener.collecting.nudges import Nudges
from listener.collecting.pace import Held
from listener.collecting.planning import budget_of, planned
from listener.collecting.poll import Poller
from listener.collecting.rounds import REFRESH, Rounds
from listener.collecting.source import Source
from listener.collecting.stream import Follower, StreamSource
from listener.collecting.subscriptions import Subscriptions
from listener.collecting.walk import Rules
from listener.networks.base import Expires, Read, Rereads, TakesAway, Trouble
from listener.networks.failures import pause
from listener.store.mentions import Arrival
from listener.store.session import Database
from listener.store.standing import BACKFILL

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds that a look may take over who wrote what it found."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The first page of a read, nothing stored; ``trouble`` where there was none."""

    read: Read
    arrivals: Sequence[Arrival] = ()
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
        self._db, self._clock = db, clock
        self._sources = [planned(source) for source in sources]
        self._intake = Intake(match, add, erase, wake, keep)
        self._streams, self._rest, self._jitter = streams, rest, jitter
        self._complaints = Complaints(clock, log)
        seeds = [source.seed for source in sources if source.seed is not None]
        self._credentials = Credentials(db, seeds, clock, jitter=jitter)
        self._holds = Holds(clock, jitter=jitter)

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; the page in hand is stored before it returns."""
        hosts = [self._host(source) for source in self._sources]
        # One for each network: what a search has learned of an author, its stream need not ask.
        resolving = {host.network.name: authors_of(host, self._clock) for host in hosts}
        lines = [
            self._line(source, host, resolving[host.network.name])
            for source, host in zip(self._sources, hosts, strict=True)
        ]
        try:
            await asyncio.gather(*(line.begin(stop) for line in lines))
            async with asyncio.TaskGroup() as tasks:
                for source, line in zip(self._sources, lines, strict=True):
                    tasks.create_task(line.run(stop), name=source.network.name)
                for source in self._sources:
                    if isinstance(source.network, Expires):
                        name = f"{source.network.name} expiry"
                        tasks.create_task(self._expiry(source).run(stop), name=name)
                for stream in self._streams:
                    authors = resolving.get(stream.stream.network)
                    tasks.create_task(self._follower(stream, authors).run(stop), name=stream.name)
                self._pushes(tasks, hosts, lines, stop)
                await stop.wait()  # also where there is nothing to collect
        finally:
            for host in hosts:
                await host.close()

    def _pushes(
        self,
        tasks: asyncio.TaskGroup,
        hosts: Sequence[Host],
        lines: Sequence[Line],
        stop: asyncio.Event,
    ) -> None:
        """Asks networks to call us, or to call no more, and follows what they tell."""
        told: dict[str, Line] = {}
        for source, host, line in zip(self._sources, hosts, lines, strict=True):
            if source.pushing is None:
                continue
            asking = Subscriptions(host, source.pushing, self._db, self._clock)
            tasks.create_task(asking.run(stop), name=f"{source.network.name} pushes")
            if source.pushing.callback is not None:
                told[source.network.name] = line
        if told:
            nudges = Nudges(self._db, told, self._clock, self._complaints)
            tasks.create_task(nudges.run(stop), name="pushes")

    async def read_once(self, source: Source, read: Read) -> Glance:
        """One look for ``rasid try``: asks, matches, writes nothing."""
        host = self._host(source, paid=False)
        try:
            answer = await host.ask(read, since=None, page=None)
            if isinstance(answer, Held):  # never: a look has no budget
                return Glance(read)
            if not isinstance(answer, Answer):
                return Glance(read, trouble=answer)
            to = read.brand if read.given else None
            sorting = self._intake.sort(answer.page.mentions, to=to)
            if (authors := authors_of(host, self._clock, patience=LOOK)) is not None:
                mentions = [arrival.mention for arrival in sorting.arrivals]
                sorting = self._intake.again(sorting, await authors.complete(mentions))
        finally:
            await host.close()
        skipped = answer.page.skipped + sorting.skipped
        return Glance(read, sorting.arrivals, skipped)

    async def backfill(self, since: datetime, stop: asyncio.Event) -> list[tuple[Cursor, bool]]:
        """Reads back to ``since`` (aware UTC), beside the polls and without moving their cursors;
        goes on where an interrupted one stopped. Each read's cursor, and whether it got there."""
        done = []
        for source in self._sources:
            if isinstance(source.network, TakesAway):
                continue
            host = self._host(source)
            rules = replace(source.rules, first=self._clock.now() - since)
            authors = authors_of(host, self._clock)
            poller = self._poller(source, host, authors, rules, "backfill")
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
                every = source.every_of(read)
                delay = pace.due_in(cursor.pace, self._clock.now(), every=every)
                await unless(stop, self._clock.sleep(delay))
        return cursor, False

    def _line(self, source: Source, host: Host, authors: Authors | None) -> Line:
        rules = source.rules
        thread = replace(rules, first=max(rules.first, THREAD))
        return Line(
            source,
            host,
            self._db,
            self._clock,
            self._complaints,
            poller=self._poller(source, host, authors, rules, "collect"),
            for_children=self._poller(source, host, authors, thread, "collect"),
            jitter=self._jitter,
            rounds=self._rounds(source, host),
        )

    def _rounds(self, source: Source, host: Host) -> Rounds | None:
        if not isinstance(source.network, Rereads):
            return None
        return Rounds(
            host,
            self._db,
            self._intake,
            self._clock,
            self._complaints,
            every=source.every_of(REFRESH),
            window=source.window,
            jitter=self._jitter,
        )

    def _expiry(self, source: Source) -> ExpiryWatch:
        # Asked besides: what the network has against this question holds up no read.
        host = Host(source.network, self._credentials, self._clock)
        renews = partial(self._credentials.renews, host.network.name)
        return ExpiryWatch(host, self._db, self._credentials, self._clock, renews=renews)

    def _host(self, source: Source, *, paid: bool = True) -> Host:
        return Host(
            source.network,
            self._credentials,
            self._clock,
            rate=source.rate,
            burst=source.burst,
            rest=self._rest,
            holds=self._holds,
            budget=budget_of(source, self._db, self._clock) if paid else None,
        )

    def _follower(self, source: StreamSource, authors: Authors | None) -> Follower:
        return Follower(
            source,
            self._db,
            self._intake,
            self._clock,
            authors=authors,
            credentials=self._credentials,
            jitter=self._jitter,
        )

    def _poller(
        self, source: Source, host: Host, authors: Authors | None, rules: Rules, written: str
    ) -> Poller:
        return Poller(
            host,
            self._db,
            self._intake,
            self._clock,
            every=source.every_of,
            rules=rules,
            limits=source.limits,
            source=written,
            authors=authors,
            jitter=self._jitter,
        )
