"""What a week or month may be compared with: the one before, over as long a stretch of it, and only
where both were watched. A difference in watching must never read as a difference in what was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.numbers import Numbers, numbers
from alerts.numbers.seals import seal_of
from alerts.numbers.spans import Span, WeekStart, before
from listener.store.tables import queries

Refusal = Literal["ahead", "unwatched", "gaps", "sealed", "none"]
"""Why nothing is compared: the span has not begun; nobody listened for the whole of the one before;
windows of it were never read; its rows are gone, so that a part of it cannot be counted; nothing
was seen in it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """``numbers`` of the stretch before, or None and why. ``same_days``: the span still runs, and
    only as much of the one before was counted."""

    numbers: Numbers | None = None
    refused: Refusal | None = None
    same_days: bool = False


def is_open(span: Span, now: datetime) -> bool:
    """Whether ``span`` is not over at ``now`` (aware)."""
    return now < span.until


def as_far(span: Span, earlier: Span, now: datetime) -> datetime:
    """The moment of ``earlier`` that lies as many days and hours of the clock behind its first as
    ``now`` behind the first of ``span``; its end where ``span`` is over or ``earlier`` is shorter.
    """
    if not is_open(span, now):
        return earlier.until
    local = now.astimezone(ZoneInfo(span.zone))
    day = earlier.first + (local.date() - span.first)
    if day > earlier.last:
        return earlier.until
    moment = datetime.combine(day, local.time(), ZoneInfo(earlier.zone)).astimezone(now.tzinfo)
    return min(max(moment, earlier.since), earlier.until)


async def compare(
    connection: AsyncConnection,
    brand_id: int,
    span: Span,
    current: Numbers,
    *,
    starts: WeekStart,
    now: datetime,
) -> Compared:
    """The stretch before ``span`` that ``current``, its numbers, may be set against at ``now``."""
    if span.since >= now:
        return Compared(refused="ahead")
    earlier = before(span, starts)
    same_days = is_open(span, now)
    if not await _watched_since(connection, brand_id, earlier.since):
        return Compared(refused="unwatched")
    closed = await seal_of(connection, brand_id, earlier.key)
    if closed is not None and same_days:
        return Compared(refused="sealed")
    was = (
        closed.numbers
        if closed is not None
        else await numbers(
            connection, brand_id, since=earlier.since, until=as_far(span, earlier, now)
        )
    )
    if not was.mentions:
        return Compared(refused="none", same_days=same_days)
    # What was missed now can only make the number smaller: a rise stands in spite of it.
    if was.gaps or (current.gaps and current.mentions < was.mentions):
        return Compared(refused="gaps", same_days=same_days)
    return Compared(was, same_days=same_days)


async def _watched_since(connection: AsyncConnection, brand_id: int, moment: datetime) -> bool:
    """Whether the brand was listened for from ``moment`` on; the first hour of a day forgives the
    minutes between the start of the service and its first look."""
    since = await connection.execute(
        select(func.min(queries.c.since)).where(queries.c.brand_id == brand_id)
    )
    listening: datetime | None = since.scalar_one()
    return listening is not None and listening <= moment + timedelta(hours=1)
