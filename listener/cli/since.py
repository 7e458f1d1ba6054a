"""``--since`` and ``--until`` as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from alerts.numbers.spans import Span, WeekStart, before, day_of, month_of, named, week_of
from listener.settings.values import duration

FORMS = 'write 7d, 2026-11-01, 2026-11, 2026-W47, yesterday, "last week" or "last month"'


def moment(text: str, now: datetime, zone: str, starts: WeekStart, *, end: bool) -> datetime:
    """Aware UTC. ``7d`` is so long before ``now`` (aware); a time of day without a zone is in
    ``zone``. A day, a week or a month is its first moment, and with ``end`` the moment after its
    last, so that both ends are within. Raises ValueError with what would be right."""
    spoken = " ".join(text.lower().split())
    try:
        return (now - duration(spoken)).astimezone(UTC)
    except (PydanticCustomError, OverflowError):
        pass
    try:
        span = _spoken(spoken, now, zone, starts) or _named(text.strip(), zone, starts)
        if span is not None:
            return span.until if end else span.since
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time: {FORMS}") from None


def _spoken(spoken: str, now: datetime, zone: str, starts: WeekStart) -> Span | None:
    today = now.astimezone(ZoneInfo(zone)).date()
    week, month = week_of(today, zone, starts), month_of(today, zone)
    return {
        "today": day_of(today, zone),
        "yesterday": day_of(today - timedelta(days=1), zone),
        "this week": week,
        "last week": before(week, starts),
        "this month": month,
        "last month": before(month, starts),
    }.get(spoken)


def _named(text: str, zone: str, starts: WeekStart) -> Span | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return day_of(datetime.fromisoformat(text).date(), zone)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return named("month", text, zone, starts)
    if re.fullmatch(r"\d{4}-W\d{1,2}", text):
        return named("week", text, zone, starts)
    return None
