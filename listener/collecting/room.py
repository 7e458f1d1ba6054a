"""Which spellings of what is looked for a network's quota has room for.

Every term is read as the brand writes it; other spellings come after, the likeliest of all terms
first, until the reads take half of the requests that the network's pace leaves between two polls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from listener.networks.base import Read

SHARE = 0.5
"""Of what the pace allows: the rest is for pages, authors, and reading again."""
SHORTEST = timedelta(minutes=1)
"""What is polled more often is looked at as if it were not: a turn takes what it takes."""


def within(reads: Sequence[Read], *, rate: float, every: timedelta) -> list[Read]:
    """``reads`` in their order without the spellings for which there is no room. ``rate``: requests
    a second; ``every``: the time between two polls of each."""
    room = int(rate * max(every, SHORTEST).total_seconds() * SHARE)
    likely = sorted(range(len(reads)), key=lambda place: reads[place].spelling)
    kept = {place for nth, place in enumerate(likely) if nth < room or reads[place].spelling == 0}
    return [read for place, read in enumerate(reads) if place in kept]
