"""Days, weeks and months, counted in the configured zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

WeekStart = Literal["saturday", "sunday", "monday"]
EARLIEST, LATEST = 1990, 9000
_START = {"monday": 0, "saturday": 5, "sunday": 6}  # date.weekday() of the first day


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days ``first`` to ``last``; ``since`` and ``until`` (exclusive) are aware UTC."""

    kind: Literal["day", "week", "month"]
    first: date
    last: date
    zone: str

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def name(self) -> str:
        """``2026-11-22``, ``2026-W47`` (of the ISO week whose Thursday it holds) or ``2026-11``."""
        if self.kind == "day":
            return self.first.isoformat()
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        thursday = self.first + timedelta(days=(3 - self.first.weekday()) % 7)
        year, week, _day = thursday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def key(self) -> str:
        """How ``sealed`` names it: ``day:2026-11-22``, ``week:2026-W47``, ``month:2026-11``."""
        return f"{self.kind}:{self.name}"


def day_of(day: date, zone: str) -> Span:
    return Span("day", day, day, zone)


def week_of(day: date, zone: str, starts: WeekStart) -> Span:
    """The configured week that holds ``day``."""
    first = day - timedelta(days=(day.weekday() - _START[starts]) % 7)
    return Span("week", first, first + timedelta(days=6), zone)


def month_of(day: date, zone: str) -> Span:
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Span("month", first, following - timedelta(days=1), zone)


def holding(moment: datetime, zone: str, starts: WeekStart) -> tuple[Span, Span, Span]:
    """The day, week and month that hold ``moment`` (aware)."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return day_of(day, zone), week_of(day, zone, starts), month_of(day, zone)


def before(span: Span, starts: WeekStart) -> Span:
    """The week or month before ``span``."""
    day = span.first - timedelta(days=1)
    return week_of(day, span.zone, starts) if span.kind == "week" else month_of(day, span.zone)


def last_full(kind: Literal["week", "month"], now: datetime, zone: str, starts: WeekStart) -> Span:
    """The newest week or month that is over at ``now``."""
    today = now.astimezone(ZoneInfo(zone)).date()
    current = week_of(today, zone, starts) if kind == "week" else month_of(today, zone)
    return before(current, starts)


def named(kind: Literal["week", "month"], of: str, zone: str, starts: WeekStart) -> Span:
    """The span of ``2026-11-22``, ``2026-W47`` (the configured week holding that ISO week's
    Thursday) or ``2026-11``. Raises ValueError with what would be right."""
    try:
        if iso_week := re.fullmatch(r"(\d{4})-W(\d{1,2})", of):
            day = date.fromisocalendar(int(iso_week[1]), int(iso_week[2]), 4)
        elif re.fullmatch(r"\d{4}-\d{2}", of):
            day = date.fromisoformat(f"{of}-01")
        else:
            day = date.fromisoformat(of)
        if not EARLIEST <= day.year <= LATEST:  # beyond are days that no zone can tell
            raise ValueError
    except ValueError:
        raise ValueError(f"{of!r} is no date: write 2026-11-22, 2026-W47 or 2026-11") from None
    return week_of(day, zone, starts) if kind == "week" else month_of(day, zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
