"""The collector: every network's line and every stream, side by side, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from listener.clock import Clock
from listener.collecting import backfill_rows
from listener.collecting.authors import Authors, authors_of
from listener.collecting.back_poller import BackPoller, Told
from listener.collecting.backfill import Backfill, history_of, looked_up
from listener.collecting.backfill_rows import Standing
from listener.collecting.complaints import Complaints
from listener.collecting.credentials import Credentials
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
from listener.collecting.stream import Follower
from listener.collecting.stream_paying import tab_of
from listener.collecting.stream_source import StreamSource
from listener.collecting.subscriptions import Subscriptions
from listener.collecting.walk import Rules
from listener.networks.base import Expires, Read, Rereads, Trouble
from listener.networks.failures import pause
from listener.store.mentions import Arrival
from listener.store.session import Database

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


def _nobody(*_said: object) -> None:
    """Hears nothing."""


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

    @property
    def sources(self) -> Sequence[Source]:
        """What is read, as the budget plans it."""
        return self._sources

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
                named = {host.network.name: host for host in hosts}
                for stream in self._streams:
                    of = stream.stream.network
                    follower = self._follower(stream, resolving.get(of), named.get(of))
                    tasks.create_task(follower.run(stop), name=stream.name)
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

    async def backfill(
        self, since: datetime, stop: asyncio.Event, *, asked: str = "", told: Told | None = None
    ) -> list[Standing]:
        """Reads back to ``since`` (aware UTC), beside the polls and without moving their cursors;
        goes on where an interrupted one stopped that was ``asked`` for in the same words. How each
        read stands. ``told``: hears of each page. Raises what the database raises."""
        async with self._db.reading() as connection:
            reads = {
                source.network.name: [*history_of(source), *await looked_up(connection, source)]
                for source in self._sources
            }
        keys = [(name, read.key) for name, some in reads.items() for read in some]
        now = self._clock.now()
        async with self._db.writing() as connection:
            asked = asked or f"{since:%Y-%m-%dT%H:%M}"
            since = await backfill_rows.begin(connection, keys, asked, since, now)
        async with asyncio.TaskGroup() as tasks:
            for source in self._sources:
                going = self._back(source, since, told or _nobody)
                tasks.create_task(going.run(reads[source.network.name], stop))
        async with self._db.reading() as connection:
            rows = await backfill_rows.load(connection, since, list(reads))
        return [row for row in rows if (row.network, row.read) in set(keys)]

    def _back(self, source: Source, since: datetime, told: Told) -> Backfill:
        host = self._host(source)
        authors = authors_of(host, self._clock)

        def poller(until: datetime | None, rules: Rules) -> BackPoller:
            return BackPoller(
                host,
                self._db,
                self._intake,
                self._clock,
                every=source.every_of,
                rules=rules,
                limits=source.limits,
                authors=authors,
                jitter=self._jitter,
                since=since,
                until=until,
                told=told,
            )

        return Backfill(source, host, self._db, self._clock, since, pollers=poller, told=told)

    def _line(self, source: Source, host: Host, authors: Authors | None) -> Line:
        rules = source.rules
        thread = replace(rules, first=max(rules.first, THREAD))
        return Line(
            source,
            host,
            self._db,
            self._clock,
            self._complaints,
            poller=self._poller(source, host, authors, rules),
            for_children=self._poller(source, host, authors, thread),
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

    def _follower(
        self, source: StreamSource, authors: Authors | None, host: Host | None
    ) -> Follower:
        """``host``: of the same network, with which it shares the budget."""
        network = source.stream.network
        searched = any(
            read.kind == "search"
            for polled in self._sources
            if polled.network.name == network
            for read in polled.reads
        )
        return Follower(
            source,
            self._db,
            self._intake,
            self._clock,
            authors=authors,
            credentials=self._credentials,
            jitter=self._jitter,
            tab=tab_of(source.stream, host, self._clock),
            covered=searched,
        )

    def _poller(self, source: Source, host: Host, authors: Authors | None, rules: Rules) -> Poller:
        return Poller(
            host,
            self._db,
            self._intake,
            self._clock,
            every=source.every_of,
            rules=rules,
            limits=source.limits,
            authors=authors,
            jitter=self._jitter,
        )
