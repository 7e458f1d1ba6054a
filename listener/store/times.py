"""The one bound for times: whoever brings a mention, its time passes here before it is a row.

One row of the year 9999 would keep roll-ups, summaries, alarms and retention from ever ending. What
lies outside is refused and counted; it is never taken for "now", nor for fresh.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from listener.records import Mention

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far past ``now`` a time may lie: clocks go wrong, and zones are mistaken."""
RIGHT = "a time between 1990 and tomorrow"


def believable(moment: datetime, now: datetime) -> bool:
    """True for an aware time from 1990 to a day past ``now`` (aware UTC)."""
    try:
        return moment.tzinfo is not None and EARLIEST <= moment.astimezone(UTC) <= now + AHEAD
    except (OverflowError, ValueError):
        return False


def admitted(mention: Mention, now: datetime) -> Mention | None:
    """``mention`` as it may be stored, or None where its time is beyond the bound. An unknown time
    passes as unknown; numbers "as of" an unbelievable time are as of an unknown one."""
    if mention.created_at is not None and not believable(mention.created_at, now):
        return None
    as_of = mention.engagement.as_of
    if as_of is not None and not believable(as_of, now):
        return replace(mention, engagement=replace(mention.engagement, as_of=None))
    return mention
