"""Which reads of one network are due because it told of them, beside those whose time has come.

A hint never overrules what holds a read up: a read that fails is tried when it would be, a host
that wants silence has it, and a read that is told of again and again is asked a quarter of its time
apart. What waits stays written down (``collecting.hints``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from listener.clock import Clock
from listener.collecting import pace
from listener.collecting.hints import Hint

SOON, LATE = 5.0, 60.0
"""Seconds between two polls for hints alone: a quarter of ``every`` within these."""


def apart(every: timedelta) -> float:
    """Seconds that lie between the end of a poll and one for a hint."""
    return min(max(every.total_seconds() / 4, SOON), LATE)


@dataclass(slots=True)
class Nudge:
    """One read. ``news``: it is due; ``hint``: which its next poll answers. ``state``: how its last
    poll ended; ``ended``: when, in monotonic seconds."""

    news: asyncio.Event = field(default_factory=asyncio.Event)
    hint: Hint | None = None
    polling: bool = False
    state: pace.State = "new"
    ended: float | None = None

    def begin(self) -> None:
        self.news.clear()
        self.polling = True

    def end(self, state: pace.State, at: float) -> Hint | None:
        """What the poll that ended at ``at`` has answered."""
        answered, self.hint = self.hint, None
        self.polling, self.state, self.ended = False, state, at
        return answered


class Hinted:
    """The reads of one network that the settings name, by their keys."""

    def __init__(self, clock: Clock, reads: Iterable[str]) -> None:
        self._clock = clock
        self._nudges = {key: Nudge() for key in reads}

    def __contains__(self, key: str) -> bool:
        return key in self._nudges

    def of(self, key: str) -> Nudge:
        return self._nudges[key]

    def heard(self, hint: Hint, every: timedelta, held: float) -> bool:
        """Makes the read due if it may be. True where nothing is to be waited for: it fails, and
        its next try brings what was told. ``held``: seconds of silence its host still wants."""
        nudge = self._nudges[hint.read.key]
        if nudge.polling:
            return False
        nudge.hint = hint  # whatever makes its next poll begin
        if held > 0:
            return False
        if nudge.state not in ("new", "ok"):
            return True
        if nudge.ended is not None and self._clock.monotonic() < nudge.ended + apart(every):
            return False
        nudge.news.set()
        return False
