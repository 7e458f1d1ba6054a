"""Roll-ups by UTC hour: a cache of rows that summaries and reports are read from.

An hour is counted whole, never incremented, so a relabel, an edit or a deletion changes history
correctly and the job can run twice. It is counted while nothing is held, and written in a short
transaction. Hours of a sealed day stay: their rows are gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.cells import KEYS, SUMS, Cell, Range, cells_by_hour
from alerts.numbers.changes import (
    HOUR,
    OVERLAP,
    Times,
    changes,
    hour_of,
    known_times,
    mark,
    marked,
)
from alerts.numbers.closed import unsealed_hours
from listener.running.poison import Poison
from listener.store.session import Database
from listener.store.tables import brands, counts, mentions

ROWS = 100
"""Cells written in one transaction, about: some milliseconds."""
HOURS = 24
"""Hours counted by one query, before they are written."""
A_SECOND = 10_000
"""Changes, after a pass over which the next one waits a second: an import of a million rows must
not keep this process busy; what is not counted yet is read from rows."""
HELD = timedelta(days=1)
"""So long the mark waits for an hour that cannot be counted."""
LOCK = 0x72617369646E756D  # "rasidnum": the key of PostgreSQL's advisory lock

Hour = tuple[int, datetime]
"""(brand id, start of the UTC hour)."""
Count = Callable[[Iterable[Hour]], Awaitable[int]]


class Rollups:
    """Counts again what changed since the last pass. What it saw change lately it remembers, so
    that an hour is not counted again only because a late commit might still come."""

    def __init__(self) -> None:
        self._seen: dict[Hour, Times] = {}
        self._looked: datetime | None = None
        self._next: datetime | None = None
        self.poison: Poison[Hour] = Poison(lambda of: f"brand {of[0]}, {of[1]:%Y-%m-%d %H:00}")

    async def some(self, db: Database, *, now: datetime) -> int:
        """One pass. Returns how many (brand, hour) pairs it counted."""
        back = self._looked is not None and now < self._looked  # the clock was set back
        if self._next is not None and now < self._next and not back:
            return 0
        async with db.reading() as connection:
            reached = await marked(connection)
        if reached is not None and reached <= now + OVERLAP:
            return await self.since(db, reached, now=now)
        # A mark that lies ahead, from before the clock was set back, tells of no change since.
        counted = await count_all(
            db,
            now=now,
            count=partial(self._counted, db, now=now),
            whole=lambda: not self.poison,
        )
        self._looked, self._next = now, now + HOUR if self.poison else None
        return counted

    async def since(self, db: Database, reached: datetime, *, now: datetime) -> int:
        """As ``some``, of what changed since ``reached`` or little earlier."""
        async with db.reading() as connection:
            found = await changes(connection, reached - OVERLAP, now=now)
        moved = [hour for hour, times in found.items() if self._moved(hour, times)]
        again = self.poison.due(now)  # also of what did not change again
        counted = await self._counted(db, dict.fromkeys([*moved, *again]), now=now)
        held = len(self.poison) and now - reached < HELD
        if found and not held:  # nothing changed: the mark may stay, and nothing is written
            async with db.writing() as connection:
                await mark(connection, now)
        self._seen, self._looked = found, now
        busy = sum(sum(times.values()) for times in found.values())
        self._next = now + timedelta(seconds=busy / A_SECOND)
        return counted

    async def _counted(self, db: Database, wanted: Iterable[Hour], *, now: datetime) -> int:
        """An hour that cannot be counted is left out; while there is one the mark stays, for a day
        at most: reports read such an hour from rows, and a restart tries it again."""
        hours, counted = list(wanted), 0

        async def count(some: Iterable[Hour]) -> None:
            nonlocal counted
            counted += await count_hours(db, some, now=now)

        await self.poison.work(hours, count, now=now, at_once=len(hours) or 1)
        return counted

    def _moved(self, hour: Hour, times: Times) -> bool:
        """Whether more matches changed at any of these moments than were seen to have changed then,
        or some of them since we looked, which at one moment may be twice."""
        seen = self._seen.get(hour)
        if seen is None or self._looked is None or max(times) >= self._looked:
            return True
        return any(number > seen.get(at, 0) for at, number in times.items())


async def recount(db: Database, *, now: datetime, since: datetime | None = None) -> int:
    """Counts once whatever changed after ``since`` (None: after the mark of the last pass, or
    everything where there was none). Returns how many (brand, hour) pairs it counted."""
    rollups = Rollups()
    return await (rollups.some(db, now=now) if since is None else rollups.since(db, since, now=now))


async def count_all(
    db: Database,
    *,
    now: datetime,
    count: Count | None = None,
    whole: Callable[[], bool] = lambda: True,
) -> int:
    """Counts every hour that has a mention, a day at a time, and sets the mark where ``whole`` says
    that none was left out: reports go by rows until then. ``count``: instead of ``count_hours``."""
    count = count or partial(count_hours, db, now=now)
    reached, last = known_times(now)
    counted = 0
    while True:
        async with db.reading() as connection:
            ids = list((await connection.execute(select(brands.c.id))).scalars())
            first = (
                await connection.execute(
                    select(func.min(mentions.c.created_at)).where(
                        mentions.c.created_at >= reached, mentions.c.created_at < last
                    )
                )
            ).scalar_one()
        if first is None:
            break
        hours = [hour_of(first) + HOUR * number for number in range(HOURS)]
        counted += await count([(of, hour) for hour in hours for of in ids])
        reached = hours[-1] + HOUR
    if whole():
        async with db.writing() as connection:
            await mark(connection, now)
    return counted


async def count_hours(db: Database, wanted: Iterable[Hour], *, now: datetime) -> int:
    """Writes these hours anew from the mentions in them, sealed ones excepted."""
    brands_of: dict[datetime, list[int]] = {}
    for brand_id, hour in wanted:
        brands_of.setdefault(hour, []).append(brand_id)
    written = 0
    for since, until in _stretches(sorted(brands_of)):
        some = {hour: ids for hour, ids in brands_of.items() if since <= hour < until}
        async with db.reading() as connection:
            counted = await _count(connection, some, (since, until))
        for part in _parts(counted):
            await _write(db, part, now)
            written += len(part)
    return written


def _stretches(hours: Iterable[datetime]) -> Iterator[Range]:
    """Hours beside each other, ``HOURS`` at most, as one range."""
    since: datetime | None = None
    until: datetime | None = None
    for hour in hours:
        if since is not None and until is not None:
            if hour == until and hour < since + HOUR * HOURS:
                until = hour + HOUR
                continue
            yield since, until
        since, until = hour, hour + HOUR
    if since is not None and until is not None:
        yield since, until


async def _count(
    connection: AsyncConnection, brands_of: dict[datetime, list[int]], span: Range
) -> dict[Hour, list[Cell]]:
    counted: dict[Hour, list[Cell]] = {}
    for brand_id in sorted({of for ids in brands_of.values() for of in ids}):
        mine = [hour for hour, ids in brands_of.items() if brand_id in ids]
        counted |= {
            (brand_id, hour): [] for hour in await unsealed_hours(connection, brand_id, mine)
        }
    if not counted:
        return {}
    ids = {brand_id for brand_id, _hour in counted}
    for hour, cells in (await cells_by_hour(connection, ids, span)).items():
        for cell in cells:
            if (key := (cell.brand_id, hour)) in counted:
                counted[key].append(cell)
    return counted


def _parts(counted: dict[Hour, list[Cell]]) -> Iterator[dict[Hour, list[Cell]]]:
    part: dict[Hour, list[Cell]] = {}
    cells = 0
    for hour, found in counted.items():
        part[hour] = found
        cells += len(found)
        if cells >= ROWS:
            yield part
            part, cells = {}, 0
    if part:
        yield part


async def _write(db: Database, counted: dict[Hour, list[Cell]], now: datetime) -> None:
    """In place of what stood there; an hour without a cell keeps no row. Of two processes that
    count one hour beside each other the later may write what it saw earlier: it sees the change
    in its next pass."""
    rows = [
        {"brand_id": of, "hour": hour, "at": now, **{n: getattr(cell, n) for n in (*KEYS, *SUMS)}}
        for (of, hour), cells in counted.items()
        for cell in cells
    ]
    hours: dict[int, list[datetime]] = {}
    for of, hour in counted:
        hours.setdefault(of, []).append(hour)
    async with db.writing() as connection:
        await _alone(connection)
        for of, its in hours.items():
            await connection.execute(
                delete(counts).where(counts.c.brand_id == of, counts.c.hour.in_(its))
            )
        if rows:
            await connection.execute(insert(counts), rows)


async def _alone(connection: AsyncConnection) -> None:
    """Two processes that count do not write one hour beside each other; on SQLite they cannot."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
