"""Whether a source is well: pure, from its cursor's row, what it brought, and the time.

A source that fails tells its reason. One that answers but brings nothing is the worse kind: nobody
sees it. It counts as silent when a day and a turn (``window``) brought nothing although the rest of
the week brought five posts a day or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

FAILS_FOR = timedelta(minutes=30)
"""A source may fail for so long, restarts and rate limits of networks included; one that is read
seldom for three of its turns."""
TURNS = 3
DAY = timedelta(days=1)
DAYS_BEFORE = 6
A_DAY = 5
"""Posts a day, below which a day without any is nothing unusual."""

Kind = Literal["failing", "refused", "empty"]
Other = Literal["well", "unsure", "apart"]
"""unsure: neither well nor in trouble for long enough. apart: not read at all, or a read that a
page asked for, whose trouble is its parent's business."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """``why``: the source's own words, None where it gave none. ``since``: when it was last known
    to be well; None: never. ``lasting``: for long enough to be told."""

    kind: Kind
    why: str | None
    since: datetime | None
    lasting: bool = True


def patience(every: timedelta) -> timedelta:
    """How long a source that is read every ``every`` may fail before anybody hears of it."""
    return max(FAILS_FOR, TURNS * every)


def window(every: timedelta) -> timedelta:
    """What is read once a day, a little later each time, brings nothing on some days; so a day of
    nothing is one in which a whole turn has brought nothing."""
    return DAY + every


def judge(
    row: Mapping[Any, Any],
    now: datetime,
    *,
    every: timedelta,
    brought: tuple[int, int] = (0, 0),
    known_since: datetime | None = None,
    was_empty: bool = False,
) -> Trouble | Other:
    """``row``: of ``cursors``. ``brought``: posts fetched lately, and in the days before
    (``Volumes.of``). ``known_since``: when its trouble was first seen, where that was before;
    ``was_empty``: that trouble is that it brings nothing. A week of nothing does not make nothing
    usual."""
    state, last = row["state"], row["last_success"]
    if state in ("paused", "retired") or row.get("parent") is not None:
        return "apart"
    if state == "refused":
        return Trouble("refused", row["why"], last)
    if row["errors"]:
        began = last or known_since or now
        return Trouble("failing", row["why"], last, lasting=now - began > patience(every))
    if state != "ok":
        return "unsure"
    today, before = brought
    if not today and (was_empty or before >= A_DAY * DAYS_BEFORE):
        return Trouble("empty", None, now - window(every))
    return "well"
