"""Sources that went silent, told to the operators: with an error, or without one; and their return.

One look every so often, at the cursors and at what the ledger got since the last look. What is
told hangs on the outage (``outages``), so a restart repeats nothing and forgets nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.operators.budgets import look_at_budgets
from alerts.operators.failing_jobs import JOB, well_again
from alerts.operators.judging import Trouble, judge
from alerts.operators.naming import job_name, source_name
from alerts.operators.outages import Outage, begin, close, heard, open_outages, tell, well
from alerts.operators.together import SOURCE, is_told_with, trouble_of
from alerts.operators.volumes import Source, Volumes
from listener.running.poison import Poison
from listener.settings import Settings
from listener.store.job_rows import standings
from listener.store.session import Database
from listener.store.standing import BACKFILL, read_id
from listener.store.tables import cursors
from listener.words import words

Usual = Callable[[str, str], timedelta]
"""Of a network and a kind of read: how often it is read, as far as the settings say."""


class Watch:
    """Looks after the sources of one installation. Without ``service.operators`` it keeps the
    outages all the same, and tells nobody: the log and ``rasid status`` say it."""

    def __init__(self, settings: Settings, usual: Usual) -> None:
        self._settings, self._usual = settings, usual
        self._words = words(settings.service.language, settings.service.digits)
        self._volumes = Volumes()
        self._turns: dict[Source, timedelta] = {}
        self._there: dict[str, Outage] = {}  # by subject, as this look has them
        self._reads: Counter[str] = Counter()  # of a network
        self._failing: Counter[str] = Counter()  # those of them that fail now
        self.poison: Poison[Source] = Poison(lambda of: f"{of[0]} {read_id(*of)}")

    async def look(self, db: Database, *, now: datetime) -> int:
        """Queues a message for each source that is in trouble for long enough, once an outage and
        kind of it, and one when it is back. Returns how many it queued."""
        async with db.reading() as connection:
            rows = await connection.execute(
                select(cursors).where(cursors.c.read.not_like(f"{BACKFILL}%"))
            )
            read_rows = {(row["network"], row["read"]): row for row in rows.mappings()}
            there = self._there = await open_outages(connection, "")
            jobs = await standings(connection, now)
            await self._volumes.follow(connection, now)
        rows_of = {
            source: row for source, row in read_rows.items() if _stands_with_others(source, row)
        }
        self._reads = Counter(network for network, _read in rows_of)
        self._failing = Counter(of[0] for of, row in rows_of.items() if row["errors"])
        queued = 0

        async def look_at(some: Sequence[Source]) -> None:
            nonlocal queued
            for source in some:
                outage = there.get(subject(source))
                queued += await self._source(db, source, read_rows[source], outage, now)

        await self.poison.work(sorted(read_rows), look_at, now=now)
        for outage in list(there.values()):
            queued += await self._elsewhere(db, outage, {subject(s) for s in read_rows}, jobs, now)
        return queued + await look_at_budgets(db, self._settings, self._words, there, now)

    async def _source(
        self, db: Database, source: Source, row: Any, outage: Outage | None, now: datetime
    ) -> int:
        every = self._every(source, row)
        verdict = judge(
            row,
            now,
            every=every,
            brought=self._volumes.of(source, now, every=every),
            known_since=outage.began_at if outage else None,
            was_empty=outage is not None and outage.kind == "empty",
        )
        if isinstance(verdict, Trouble):
            if self._known(verdict, outage):
                return 0
            async with db.writing() as connection:
                return await self._trouble(connection, source, verdict, outage, now)
        if outage is None or (verdict == "unsure" and outage.well_since is None):
            return 0
        async with db.writing() as connection:
            if verdict == "apart":
                await close(connection, outage, now)
                return 0
            if verdict == "unsure":
                await begin(connection, outage.subject, outage.kind, outage.why, now)
                return 0
            ended = await well(connection, outage, now)
            if ended:
                self._there.pop(outage.subject, None)
            if not ended or outage.told_at is None:
                return 0
            return await self._read_again(connection, source, outage, now)

    async def _read_again(
        self, connection: AsyncConnection, source: Source, outage: Outage, now: datetime
    ) -> int:
        """Told when the last of those that were in this trouble together is well."""
        if is_told_with(self._there, outage.subject, outage.kind, outage.why):
            return 0
        name = source_name(*source, self._words)
        if self._reads[source[0]] > 1 and trouble_of(outage.subject, outage.kind, outage.why):
            name = self._words.one_of("network", source[0])
        return await self._back(connection, outage, "source.back", {"source": name}, now)

    def _known(self, trouble: Trouble, outage: Outage | None) -> bool:
        """Whether nothing is to be written. One that never answered is noted at once, so that its
        patience has a beginning."""
        if outage is None:
            return not trouble.lasting and trouble.since is not None
        silent = outage.told_at is not None or self._settings.service.operators is None
        same = (outage.kind, outage.why) == (trouble.kind, trouble.why)
        return same and outage.well_since is None and (silent or not trouble.lasting)

    async def _trouble(
        self,
        connection: AsyncConnection,
        source: Source,
        trouble: Trouble,
        before: Outage | None,
        now: datetime,
    ) -> int:
        kind = trouble.kind if trouble.lasting or before is None else before.kind
        began = trouble.since or now
        outage = await begin(connection, subject(source), kind, trouble.why, began)
        channel = self._settings.service.operators
        if channel is None or not trouble.lasting:
            return 0
        if is_told_with(self._there, outage.subject, kind, trouble.why):
            await heard(connection, outage, now)
            self._there[outage.subject] = replace(outage, told_at=now)
            return 0
        self._there[outage.subject] = replace(outage, told_at=now)
        zone = self._settings.service.zone
        never = self._words.say("source.never")
        text = self._words.say(
            f"source.{trouble.kind}",
            source=source_name(*source, self._words),
            since=self._words.moment(trouble.since, zone) if trouble.since else never,
            why=self._words.aside(trouble.why or "-"),
            command=self._words.aside("rasid check"),
        )
        if trouble_of(outage.subject, kind, trouble.why) and self._failing[source[0]] > 1:
            text += " " + self._words.say(
                "source.others", command=self._words.aside("rasid status")
            )
        return int(await tell(connection, outage, channel, text, now))

    async def _elsewhere(
        self,
        db: Database,
        outage: Outage,
        sources: set[str],
        jobs: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> int:
        """Outages of what has no cursor: sources that are gone, and our own jobs."""
        if outage.subject.startswith(SOURCE) and outage.subject not in sources:
            async with db.writing() as connection:
                await close(connection, outage, now)
        if not outage.subject.startswith(JOB):
            return 0
        job = outage.subject.removeprefix(JOB)
        if not well_again(jobs, job):
            return 0
        async with db.writing() as connection:
            ended = await well(connection, outage, now)
            if not ended or outage.told_at is None:
                return 0
            name = job_name(job, self._words)
            return await self._back(connection, outage, "job.back", {"job": name}, now)

    async def _back(
        self,
        connection: AsyncConnection,
        outage: Outage,
        key: str,
        values: dict[str, str],
        now: datetime,
    ) -> int:
        channel = self._settings.service.operators
        if channel is None:
            return 0
        ended = Outage(outage.id, outage.subject, "back", None, outage.began_at, now, now)
        return int(await tell(connection, ended, channel, self._words.say(key, **values), now))

    def _every(self, source: Source, row: Any) -> timedelta:
        """How often it is read: as it was seen to be, or as the settings say, whichever is less
        often."""
        network, read = source
        if row["state"] == "ok" and row["next_try"] and row["last_success"]:
            self._turns[source] = row["next_try"] - row["last_success"]
        usual = self._usual(network, read.partition(":")[0])
        return max(usual, self._turns.get(source, usual))


def _stands_with_others(source: Source, row: Mapping[Any, Any]) -> bool:
    """Feeds are a site each; what a page asked for is its parent's business."""
    return row["parent"] is None and not source[1].startswith("feed:")


def subject(source: Source) -> str:
    """Names the outage's subject: ``source:mastodon:hashtag:…``."""
    return f"{SOURCE}{source[0]}:{source[1]}"
