"""Which networks are read less often than they should be, as measured: pure, over ``sources``.

A read is late that was due well before the newest success of its network: the collector was at
work, and had not come round to it. Reads that fail or are refused are another matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

MARGIN = timedelta(seconds=30)
"""A read may be late by so much, and by half of its turn: a slow answer, a jitter."""
SHARE = 20
"""One in so many reads must be late: a slow site is no crowd."""


def late(sources: Sequence[Mapping[str, Any]], since: datetime | None) -> list[dict[str, Any]]:
    """For each network with late reads: ``network``, ``reads`` (how many are read at all), ``late``
    (how many of them are), ``every_seconds`` (how often these should be read) and
    ``takes_seconds`` (how long the longest of them has waited for its turn).

    ``sources``: as ``standing.sources`` gives them. ``since``: when the collector began, None where
    that is not known; what was due before could not be read.
    """
    turns: dict[str, list[tuple[datetime, datetime]]] = {}
    for source in sources:
        if source["state"] == "ok" and source["last_success"] and source["next_try"]:
            last, upcoming = (
                datetime.fromisoformat(source[key]) for key in ("last_success", "next_try")
            )
            turns.setdefault(source["network"], []).append((last, upcoming))
    return [said for network, some in turns.items() if (said := _of(network, some, since))]


def _of(
    network: str, turns: Sequence[tuple[datetime, datetime]], since: datetime | None
) -> dict[str, Any] | None:
    newest = max(last for last, _ in turns)
    overdue = [
        (upcoming - last, newest - max(last, since or last))
        for last, upcoming in turns
        if newest - max(upcoming, since or upcoming) > max(MARGIN, (upcoming - last) / 2)
    ]
    if len(overdue) * SHARE < len(turns) or not overdue:
        return None
    return {
        "network": network,
        "reads": len(turns),
        "late": len(overdue),
        "every_seconds": round(median(turn.total_seconds() for turn, _ in overdue)),
        "takes_seconds": round(max(took for _, took in overdue).total_seconds()),
    }
