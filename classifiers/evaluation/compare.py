"""Whether two models differ on the same texts: paired tests, numpy only.

Two intervals that overlap say little: both models err on the same hard texts, and a test that
looks at the texts one by one sees through that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from classifiers.evaluation.metrics import (
    Floats,
    Ints,
    choose,
    f1s,
    occurring,
    percentiles,
    resampled,
)

RESAMPLES = 4000
LEVEL = 0.05
EXACT = 20_000
"""Disagreements; the whole numbers of a million take minutes."""
FEWEST = 50
"""Below this many texts nothing is called significant: a bootstrap of a handful knows only the
handful."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Macro-F1 of two models on the same texts; ``difference`` is the first's minus the second's.

    interval: 95 %, paired bootstrap; significant: the interval that allows for how many
    differences are looked at together (that one, where it is one) leaves out 0, and the texts are
    enough.
    """

    texts: int
    first: float
    second: float
    difference: float
    interval: tuple[float, float]
    significant: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How often each model alone is right, and McNemar's p of that (mid-p)."""

    only_first: int
    only_second: int
    p: float
    significant: bool


def macro_difference(gold: Ints, first: Floats, second: Floats, among: int = 1) -> Difference:
    """``gold``: indices; ``first`` and ``second``: probabilities [texts, 3] of the same texts.

    among: how many differences are looked at together (Bonferroni)."""
    a, b = choose(gold, first)[0], choose(gold, second)[0]
    return _difference(gold, a, b, 3, occurring, among)


def answer_difference(
    gold: Ints, first: Ints, second: Ints, classes: int, among: int = 1
) -> Difference:
    """Of answers instead of probabilities; macro-F1 is over the classes that stand in ``gold``, so
    that a class said once by one model alone does not tip the scales."""
    return _difference(gold, first, second, classes, in_gold, among)


def in_gold(table: Ints) -> list[int]:
    """The classes that stand in gold."""
    return np.flatnonzero(table.sum(axis=1)).tolist()


def _difference(
    gold: Ints, a: Ints, b: Ints, classes: int, over: Callable[[Ints], list[int]], among: int
) -> Difference:
    cells = np.bincount((gold * classes + a) * classes + b, minlength=classes**3)
    cells = cells.reshape(classes, classes, classes)
    drawn = resampled(cells, RESAMPLES)
    values, spread = [], []
    for other in (2, 1):  # summing over what the other model said leaves a model's own table
        table = cells.sum(axis=other)
        there = over(table)
        values.append(float(f1s(table)[there].mean()))
        spread.append(f1s(drawn.sum(axis=other + 1))[:, there].mean(axis=1))
    gaps = spread[0] - spread[1]
    low, high = np.quantile(gaps, (LEVEL / among / 2, 1 - LEVEL / among / 2))
    return Difference(
        texts=len(gold),
        first=values[0],
        second=values[1],
        difference=values[0] - values[1],
        interval=percentiles(gaps),
        significant=len(gold) >= FEWEST and bool(low > 0 or high < 0),
    )


def disagreement(gold: Ints, first: Floats, second: Floats) -> Disagreement:
    """The texts that only one of the two gets right."""
    a, b = choose(gold, first)[0] == gold, choose(gold, second)[0] == gold
    alone, other = int((a & ~b).sum()), int((b & ~a).sum())
    p = mid_p(alone, other)
    return Disagreement(alone, other, p, p < LEVEL)


def mid_p(only_first: int, only_second: int) -> float:
    """McNemar's exact test with the mid-p correction (Fagerland et al., BMC Med Res Meth 2013).

    The chance that a fair coin splits the disagreements at least as unevenly, the split that was
    found counted half. Exact, in whole numbers, up to 20,000 disagreements; the normal
    approximation beyond.
    """
    total, least = only_first + only_second, min(only_first, only_second)
    if total > EXACT:
        return math.erfc((total - 2 * least) / math.sqrt(2 * total))
    term = tail = 1
    for at in range(least):
        term = term * (total - at) // (at + 1)
        tail += term
    return min(1.0, (2 * tail - term) / (1 << total))
