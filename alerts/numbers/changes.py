"""What changed since roll-ups were last counted: ``matches.changed_at`` says it.

Whoever changes what a mention counts for (a text, a match, a deletion, figures, a label) sets
``changed_at`` of its matches in the same transaction; a match that waits to be decided counts as
changing all the time. The mark ``counts`` says up to when changes were looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.cells import Range, hour_written, read_hour
from alerts.numbers.closed import unsealed_hours
from listener.store.tables import marks, matches, mentions
from listener.store.upsert import upsert

HOUR = timedelta(hours=1)
OVERLAP = timedelta(minutes=5)
"""A change may be committed so long after the moment it says it was made at."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)
"""A mention of a time before ``EARLIEST``, or so far after now, is of no span: a row may hold what
no door would let in today, and must stop nothing."""
MARK = "counts"
WAITING = matches.c.state == bindparam(None, "waiting", literal_execute=True)

Times = dict[datetime, int]
"""``changed_at`` -> how many matches say so."""


def known_times(now: datetime) -> Range:
    """The moments at which a mention can have been written."""
    return EARLIEST, hour_of(now) + AHEAD


async def marked(connection: AsyncConnection) -> datetime | None:
    """Up to when changes were looked at, aware UTC; None: roll-ups were never counted."""
    result = await connection.execute(select(marks.c.at).where(marks.c.name == MARK))
    return result.scalar_one_or_none()


async def mark(connection: AsyncConnection, now: datetime) -> None:
    await upsert(connection, marks, [{"name": MARK, "at": now}], keys=["name"])


async def changes(
    connection: AsyncConnection, since: datetime, *, now: datetime
) -> dict[tuple[int, datetime], Times]:
    """(brand id, hour) -> when its matches changed, of those that did at ``since`` or later."""
    hour = hour_written(connection)
    rows = await connection.execute(
        select(matches.c.brand_id, hour, matches.c.changed_at, func.count())
        .join(mentions, mentions.c.id == matches.c.mention_id)
        .where(matches.c.changed_at >= since)
        .group_by(matches.c.brand_id, hour, matches.c.changed_at)
    )
    times: dict[tuple[int, datetime], Times] = {}
    first, last = known_times(now)
    for brand_id, written, at, number in rows:
        # Not asked of the database: SQLite would then go by the time of writing, through all rows.
        if first <= (start := read_hour(written)) < last:
            times.setdefault((brand_id, start), {})[at] = number
    return times


async def stale(
    connection: AsyncConnection, brand_id: int, span: Range, *, since: datetime
) -> set[datetime]:
    """The hours of ``span`` (of whole hours) whose roll-ups may lag behind the rows: a match was
    changed at ``since`` or later, or waits. Hours of a sealed day never are: their rows are gone.
    """
    hour = hour_written(connection)
    hours: set[datetime] = set()
    for why in (matches.c.changed_at >= since, WAITING):
        rows = await connection.execute(
            select(hour)
            .select_from(matches)
            .join(mentions, mentions.c.id == matches.c.mention_id)
            .where(
                why,
                matches.c.brand_id == brand_id,
            )
            .distinct()
        )
        hours |= {at for at in map(read_hour, rows.scalars()) if span[0] <= at < span[1]}
    return await unsealed_hours(connection, brand_id, hours) if hours else hours


def without(span: Range, hours: Iterable[datetime]) -> tuple[list[Range], list[Range]]:
    """``span`` of whole hours, parted: (ranges without ``hours``, ranges of ``hours`` alone)."""
    clean: list[Range] = []
    taken: list[Range] = []
    reached = span[0]
    for hour in sorted(hours):
        if reached < hour:
            clean.append((reached, hour))
        reached = hour + HOUR
        if taken and taken[-1][1] == hour:
            taken[-1] = (taken[-1][0], reached)
        else:
            taken.append((hour, reached))
    if reached < span[1]:
        clean.append((reached, span[1]))
    return clean, taken


def hour_of(moment: datetime) -> datetime:
    """The start of the UTC hour that holds ``moment``."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
