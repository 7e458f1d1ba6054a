"""The figures a classifier is judged by, over index arrays; standard definitions, numpy only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1. ``interval``: 95 % bootstrap of macro_f1; None where nothing to say.

    pos_neg_f1: mean F1 of positive and negative alone (the shared tasks' figure);
    confusion: counts, rows gold, columns predicted, in the order of the labels.
    """

    texts: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    interval: tuple[float, float]
    average_recall: float
    pos_neg_f1: float
    negative_recall: float | None
    negative_interval: tuple[float, float] | None
    ece: float
    confusion: list[list[int]]


def confusion(gold: Ints, said: Ints, classes: int) -> Ints:
    """Counts [gold, said]."""
    return np.bincount(gold * classes + said, minlength=classes * classes).reshape(classes, classes)


def f1s(table: Ints) -> Floats:
    """F1 of each class from a confusion table; 0 where a class never occurs nor is said."""
    hits = np.diagonal(table).astype(float)
    both = table.sum(axis=0) + table.sum(axis=1)
    result: Floats = np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)
    return result


def recalls(table: Ints) -> Floats:
    """Recall of each class; NaN where the class has no gold rows."""
    total = table.sum(axis=1).astype(float)
    result: Floats = np.divide(
        np.diagonal(table), total, out=np.full(len(total), np.nan), where=total > 0
    )
    return result


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Score interval of a share (Wilson, JASA 1927)."""
    if not of:
        return (0.0, 1.0)
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return (max(0.0, middle - half), min(1.0, middle + half))


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error in equal-width bins (Naeini et al., AAAI 2015)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for at in range(bins):
        inside = place == at
        if inside.any():
            gap = abs(float(confidence[inside].mean()) - float(right[inside].mean()))
            error += gap * float(inside.mean())
    return error


def score(gold: Ints, shares: Floats, *, resamples: int = 500, seed: int = 7) -> Scores:
    """All figures of ``gold`` (indices) against ``shares`` (probabilities [texts, 3]).

    Where gold never holds neutral (index 1), neutral is barred: the set has two classes.
    """
    if not len(gold):
        raise ValueError("no rows to score")
    present = [at for at in range(3) if (gold == at).any() or (at != 1)]
    kept = shares[:, present] / np.maximum(shares[:, present].sum(axis=1, keepdims=True), 1e-12)
    said = np.array(present)[kept.argmax(axis=1)]
    table = confusion(gold, said, 3)
    right = said == gold
    random = np.random.default_rng(seed)
    draws = [random.integers(0, len(gold), len(gold)) for _ in range(resamples)]
    means = [float(f1s(confusion(gold[d], said[d], 3))[present].mean()) for d in draws]
    negatives = int(table[0].sum())
    found = int(table[0, 0])
    return Scores(
        texts=len(gold),
        accuracy=float(right.mean()),
        accuracy_interval=wilson(int(right.sum()), len(gold)),
        macro_f1=float(f1s(table)[present].mean()),
        interval=(float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))),
        average_recall=float(np.nanmean(recalls(table))),
        pos_neg_f1=float(f1s(table)[[0, 2]].mean()),
        negative_recall=found / negatives if negatives else None,
        negative_interval=wilson(found, negatives) if negatives else None,
        ece=calibration_error(kept.max(axis=1), right),
        confusion=table.tolist(),
    )
