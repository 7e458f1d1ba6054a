"""Complaints that do not fill the log: once when trouble begins or changes, then now and then."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from listener.clock import Clock
from listener.collecting.cursors import Cursor

AGAIN = 900.0  # seconds before the same trouble is told again
MANY = 10
"""Reads of a network that fail at once before their number is told, and whenever it has doubled:
the reason of one says nothing of a trouble that is everybody's."""


@dataclass(slots=True)
class Complaints:
    """One for each process; ``name`` is a network: its reads mostly fail together."""

    clock: Clock
    log: logging.Logger
    _troubled: dict[str, set[str]] = field(default_factory=dict)
    _last: dict[str, tuple[str, float]] = field(default_factory=dict)
    _many: dict[str, int] = field(default_factory=dict)
    _doubts: dict[tuple[str, str], str] = field(default_factory=dict)

    def heard(self, name: str, cursor: Cursor) -> None:
        """After every poll: tells what changed for the worse, and when all is well again."""
        pace, troubled = cursor.pace, self._troubled.setdefault(name, set())
        if pace.state in ("ok", "new"):
            troubled.discard(cursor.read)
            self._doubt(name, cursor)
            if not troubled and name in self._last:
                del self._last[name]
                self._many.pop(name, None)
                self.log.info("%s is back", name)
            return
        if pace.scope in ("budget", "line"):
            if pace.scope == "budget":
                self.say(name, f"{cursor.read} waits: {pace.why}", about="budget")
            return
        troubled.add(cursor.read)
        again = f"{pace.next_try:%Y-%m-%d %H:%M:%S} UTC" if pace.next_try else "on a restart"
        complaint = (
            f"{cursor.read} is {pace.state}: {pace.why or 'no reason given'}; next try {again}"
        )
        self.say(name, complaint, about=f"{pace.state} {pace.why}")
        if len(troubled) >= max(2 * self._many.get(name, 1), MANY):
            self._many[name] = len(troubled)
            self.log.warning("%s: %d of its reads fail now", name, len(troubled))

    def _doubt(self, name: str, cursor: Cursor) -> None:
        """Told when it begins or changes: the read goes on, and would say it every time."""
        key, why = (name, cursor.read), cursor.pace.why
        if why is None:
            self._doubts.pop(key, None)
        elif self._doubts.get(key) != why:
            self._doubts[key] = why
            self.log.warning("%s: %s is read, but: %s", name, cursor.read, why)

    def say(self, name: str, complaint: str, *, about: str | None = None) -> None:
        """``about``: the part that tells one trouble from another; all of ``complaint`` if None."""
        about, now = about or complaint, self.clock.monotonic()
        before = self._last.get(name)
        if before and before[0] == about and now - before[1] < AGAIN:
            return
        self._last[name] = (about, now)
        self.log.warning("%s: %s", name, complaint)
