"""Whether one model is better than another on the same rows, by a paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from classifiers.metrics import confusion, f1s

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """after - before in macro-F1, with the 95 % interval of that difference."""

    texts: int
    gain: float
    low: float
    high: float

    @property
    def word(self) -> Literal["better", "worse", "not shown to differ"]:
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "not shown to differ"


def paired(
    gold: Sequence[int], before: Sequence[int], after: Sequence[int], *, resamples: int = 2000
) -> Verdict:
    """Rows are drawn again with both answers to each (Efron and Tibshirani 1993, ch. 16): what both
    models find hard then moves neither. All three are indices of sentiments."""
    right, old, new = (np.asarray(part, dtype=np.int64) for part in (gold, before, after))
    if not len(right):
        raise ValueError("no rows to compare on")
    random = np.random.default_rng(7)
    gains = []
    for _ in range(resamples):
        drawn = random.integers(0, len(right), len(right))
        gains.append(_macro(right[drawn], new[drawn]) - _macro(right[drawn], old[drawn]))
    low, high = np.quantile(gains, [0.025, 0.975])
    return Verdict(len(right), _macro(right, new) - _macro(right, old), float(low), float(high))


def _macro(gold: Ints, said: Ints) -> float:
    """Over the classes that occur."""
    table = confusion(gold, said, 3)
    return float(f1s(table)[table.sum(axis=1) > 0].mean())
