"""What a network no longer shows, until it is sure that it is gone.

A deletion cannot be taken back here, and an index may lose sight of a post for a moment. So a post
is gone when it was missing twice, ``confirm`` apart; where an answer held nothing of many that were
asked for, the network may be ill, and only ``LASTING`` makes it sure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

CONFIRM = 60.0
"""Seconds; less where somebody wants what is stored to be read again more often than that."""
LASTING = 3600.0
MANY = 5
"""Posts that are not all deleted between two looks, as a rule."""


@dataclass(slots=True)
class Missing:
    """Ids of rows to the monotonic second since when they were missing at every look."""

    confirm: float = CONFIRM
    since: dict[int, float] = field(default_factory=dict)

    def seen(self, asked: Collection[int], there: Collection[int], at: float) -> set[int]:
        """After an answer: which of ``asked`` are gone for sure, at ``at`` (monotonic seconds)."""
        for number in there:
            self.since.pop(number, None)
        absent = set(asked) - set(there)
        needed = LASTING if not there and len(absent) >= MANY else self.confirm
        gone = set()
        for number in absent:
            if at - self.since.setdefault(number, at) >= needed:
                gone.add(number)
        return gone

    def forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.since.pop(number, None)
