"""Nearness of places in a text, in time linear (but for sorting) in their number.

A place is (first word, last word), counted from 0. Two places are as far apart as their nearest
ends: neighbours are 1 apart, overlapping places less.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

Span = tuple[int, int]


def merged(parts: Iterable[Sequence[Span]]) -> list[Span]:
    """All spans of several lists, in order, once each."""
    return sorted({span for part in parts for span in part})


def apart(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """Those of ``right`` that have one of ``left`` within ``distance``, not overlapping."""
    firsts = sorted(first for first, _ in left)
    lasts = sorted(last for _, last in left)
    kept: list[Span] = []
    for first, last in right:
        after = bisect_right(firsts, last)
        if after < len(firsts) and firsts[after] - last <= distance:
            kept.append((first, last))
            continue
        before = bisect_left(lasts, first) - 1
        if before >= 0 and first - lasts[before] <= distance:
            kept.append((first, last))
    return kept


def around(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """Those of ``right`` within ``distance`` of one of ``left``, overlapping ones too."""
    ordered = sorted(left)
    firsts = [first for first, _ in ordered]
    furthest = list(accumulate((last for _, last in ordered), max))
    kept: list[Span] = []
    for first, last in right:
        until = bisect_right(firsts, last + distance)
        if until and furthest[until - 1] >= first - distance:
            kept.append((first, last))
    return kept
