"""One figure with its 95 % interval: what a table's cell holds."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from classifiers.evaluation.metrics import (
    Floats,
    Ints,
    confusion,
    f1s,
    occurring,
    percentiles,
    recalls,
    resampled,
)

Kind = Literal["macro_f1", "average_recall", "f1_pos_neg", "negative_recall"]
NAMES: dict[str, str] = {
    "macro_f1": "macro-F1",
    "average_recall": "average recall",
    "f1_pos_neg": "F1 of positive and negative",
}
RESAMPLES = 1000


class SetFigure(NamedTuple):
    value: float
    low: float
    high: float


def figure(kind: Kind, gold: Ints, said: Ints, classes: int = 3) -> SetFigure:
    """``kind`` of indices in the labels' order, with a bootstrap interval over the texts.

    ValueError where there are none.
    """
    if not len(gold):
        raise ValueError("no rows to measure")
    table = confusion(gold, said, classes)
    both = np.concatenate([table[None], resampled(table, RESAMPLES)])
    values = _values(kind, both, table)
    return SetFigure(float(values[0]), *percentiles(values[1:]))


def _values(kind: Kind, tables: Ints, whole: Ints) -> Floats:
    """Of each table; which classes count is told by the ``whole`` one."""
    if kind == "macro_f1":
        found: Floats = f1s(tables)[:, occurring(whole)].mean(axis=1)
    elif kind == "f1_pos_neg":
        found = f1s(tables)[:, [0, 2]].mean(axis=1)
    elif kind == "negative_recall":
        found = np.nan_to_num(recalls(tables)[:, 0])
    else:
        found = np.nanmean(recalls(tables)[:, np.flatnonzero(whole.sum(axis=1))], axis=1)
    return found
