"""One figure with its 95 % interval: what a table's cell holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.metrics import confusion, f1s, recalls

Ints = NDArray[np.int64]
Kind = Literal["macro_f1", "average_recall", "f1_pos_neg", "negative_recall", "binary_f1"]
NAMES: dict[str, str] = {
    "macro_f1": "macro-F1",
    "average_recall": "average recall",
    "f1_pos_neg": "F1 of positive and negative",
}
RESAMPLES = 500


class Figure(NamedTuple):
    value: float
    low: float
    high: float


def figure(kind: Kind, gold: Ints, said: Ints) -> Figure:
    """``kind`` of indices in the labels' order, with a bootstrap interval over the texts.

    Classes that ``gold`` does not have do not count (two-class sets have no neutral).
    """
    if not len(gold):
        raise ValueError("no rows to measure")
    classes = 2 if kind == "binary_f1" else 3
    one = _KINDS[kind]
    random = np.random.default_rng(7)
    drawn = []
    for _ in range(RESAMPLES):
        at = random.integers(0, len(gold), len(gold))
        drawn.append(one(confusion(gold[at], said[at], classes)))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Figure(one(confusion(gold, said, classes)), float(low), float(high))


def _macro(table: Ints) -> float:
    return float(f1s(table)[table.sum(axis=1) > 0].mean())


_KINDS: dict[str, Callable[[Ints], float]] = {
    "macro_f1": _macro,
    "binary_f1": _macro,
    "average_recall": lambda table: float(np.nanmean(recalls(table))),
    "f1_pos_neg": lambda table: float(f1s(table)[[0, 2]].mean()),
    "negative_recall": lambda table: float(recalls(table)[0]),
}
