"""How much of a network may be taken until when: pure, of an allowance and what is written of it.

A limit is of a calendar day or month (in the zone of the network's clock, at whose midnight it
begins anew) or of every span of so long, wherever it begins. What is taken is written down by
``grain``: so short that no limit's begin falls into the middle of one (every zone's midnight is on
a quarter of an hour), and of a rolling span no longer than its 24th. All that was taken within one
grain counts until the last of it has left the span: rather too long than too short.

The *line* is how much may be taken by now, so that it lasts to the end: the share of the period
that has passed. Polls may be ``AHEAD`` of it, what they lead to (pages, comments, profiles, what is
read again) may not: so neither takes what the other needs, and what was left of quiet days may be
taken on busy ones. Of a rolling span the line is a 24th of it in every 24th, twice that for polls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from listener.networks.allowance import Allowance, Span
from listener.settings.budgets import Cap

QUARTER = timedelta(minutes=15)
PARTS = 24
AHEAD = 1 / PARTS
"""Of a period: how far polls may be ahead of the line."""
SHORTEST = 240
"""A read that has to wait for the line waits at least this part of the period."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``ours``: of the settings, and then of all that was taken, whoever was signed in."""

    most: float
    per: Span
    zone: str = "UTC"
    ours: bool = False

    @property
    def length(self) -> timedelta:
        """Of the period; a month is reckoned with 30 days."""
        if isinstance(self.per, timedelta):
            return self.per
        return timedelta(days=1 if self.per == "day" else 30)

    @property
    def rate(self) -> float:
        """A second, in the long run."""
        return self.most / self.length.total_seconds()


def limits_of(allowance: Allowance, caps: Sequence[Cap]) -> tuple[Limit, ...]:
    """The network's own limit, and what the settings write in its unit; all of them hold."""
    own = [] if allowance.most is None else [Limit(allowance.most, allowance.per, allowance.zone)]
    written = [
        Limit(cap.amount, cap.per, allowance.zone, ours=True)
        for cap in caps
        if cap.unit == allowance.unit
    ]
    return (*own, *written)


def grain(limits: Sequence[Limit]) -> timedelta:
    """How long a row of what was taken may be."""
    rolling = [limit.per / PARTS for limit in limits if isinstance(limit.per, timedelta)]
    return min([QUARTER, *rolling])


def bucket(now: datetime, long: timedelta) -> datetime:
    """The begin of the row that ``now`` falls into, aware UTC."""
    seconds = long.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def period(limit: Limit, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end, aware UTC, of the calendar period that ``now`` is in; of a rolling span, of
    what ends now."""
    if isinstance(limit.per, timedelta):
        return now - limit.per, now
    local = now.astimezone(ZoneInfo(limit.zone))
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if limit.per == "month":
        begin = begin.replace(day=1)
        end = (begin + timedelta(days=32)).replace(day=1)
    else:
        end = begin + timedelta(days=1)  # of the wall clock: a day of 23 or 25 hours is one
    return begin.astimezone(UTC), end.astimezone(UTC)


def line(limit: Limit, now: datetime, *, extra: bool) -> float:
    """How much may have been taken by ``now`` before the next one waits; of a rolling span, in its
    last 24th. ``extra``: for what polls lead to."""
    if isinstance(limit.per, timedelta):
        return limit.most / PARTS * (1 if extra else 2)
    begin, end = period(limit, now)
    passed = (now - begin) / (end - begin)
    return limit.most * min(passed + (0 if extra else AHEAD), 1.0)


def on_line(limit: Limit, taken: float, now: datetime, *, extra: bool) -> datetime:
    """When the line will have come to ``taken``; never sooner than ``SHORTEST`` of the period."""
    least = now + limit.length / SHORTEST
    if isinstance(limit.per, timedelta):
        return max(now + limit.per / PARTS, least)
    begin, end = period(limit, now)
    share = taken / limit.most - (0 if extra else AHEAD) if limit.most else 1.0
    return min(max(begin + (end - begin) * share, least), end)
