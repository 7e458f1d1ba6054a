"""The figures a classifier is judged by, over index arrays; standard definitions, numpy only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
RESAMPLES = 1000
BINS = 15


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1. Intervals hold 95 %: Wilson's where a share of texts is meant, the
    bootstrap's of ``macro_f1`` (``interval``) and ``average_recall``, 1.96 bootstrap standard
    errors of ``ece``. None where there is nothing to say.

    macro_f1: over the sentiments that stand in gold or are said; average_recall: over those in
    gold; pos_neg_f1: mean F1 of positive and negative alone (the shared tasks' figure); ece:
    expected calibration error, which few texts make look larger than it is; confusion: counts,
    rows gold, columns predicted, in the order of the labels.
    """

    texts: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    interval: tuple[float, float]
    average_recall: float
    average_recall_interval: tuple[float, float]
    pos_neg_f1: float
    negative_recall: float | None
    negative_interval: tuple[float, float] | None
    ece: float
    ece_interval: tuple[float, float]
    confusion: list[list[int]]


def confusion(gold: Ints, predicted: Ints, classes: int) -> Ints:
    """Counts [gold, predicted]."""
    return np.bincount(gold * classes + predicted, minlength=classes * classes).reshape(
        classes, classes
    )


def f1s(table: Ints) -> Floats:
    """F1 of each class from confusion tables [..., gold, said]; 0 where a class never occurs nor
    is said."""
    hits = np.diagonal(table, axis1=-2, axis2=-1).astype(float)
    both = table.sum(axis=-1) + table.sum(axis=-2)
    result: Floats = np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)
    return result


def recalls(table: Ints) -> Floats:
    """Recall of each class from confusion tables [..., gold, said]; NaN where it has no gold."""
    total = table.sum(axis=-1).astype(float)
    hits = np.diagonal(table, axis1=-2, axis2=-1)
    result: Floats = np.divide(hits, total, out=np.full(total.shape, np.nan), where=total > 0)
    return result


def resampled(counts: Ints, resamples: int, seed: int = 7) -> Ints:
    """Bootstrap of counted texts: [resamples, *counts.shape]. Drawing as many texts with
    replacement and counting them is one multinomial draw over the cells."""
    total = int(counts.sum())
    drawn = np.random.default_rng(seed).multinomial(total, counts.ravel() / total, size=resamples)
    return drawn.reshape(resamples, *counts.shape)


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Score interval of a share (Wilson, JASA 1927)."""
    if not of:
        return (0.0, 1.0)
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return (max(0.0, middle - half), min(1.0, middle + half))


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error in equal-width bins (Naeini et al., AAAI 2015)."""
    counts, gaps = _calibration(confidence, right, bins)
    return float(_ece(counts, gaps))


def _calibration(confidence: Floats, right: NDArray[np.bool_], bins: int) -> tuple[Ints, Floats]:
    """Texts by bin and by whether they are right, [bins, 2], and each cell's mean of confidence
    minus truth."""
    place = np.minimum((confidence * bins).astype(int), bins - 1) * 2 + right
    counts = np.bincount(place, minlength=2 * bins).reshape(bins, 2)
    sums = np.bincount(place, weights=confidence - right, minlength=2 * bins).reshape(bins, 2)
    return counts, sums / np.maximum(counts, 1)


def _ece(counts: Ints, gaps: Floats) -> Floats:
    sums: Floats = np.abs((counts * gaps).sum(axis=-1)).sum(axis=-1) / counts.sum(axis=(-2, -1))
    return sums


def choose(gold: Ints, shares: Floats) -> tuple[Ints, Floats]:
    """What probabilities [texts, 3] say of each text, and how sure they are.

    Where gold never holds neutral (index 1), neutral is barred: the set has two classes.
    """
    open_to = [at for at in range(3) if at != 1 or (gold == 1).any()]
    kept = shares[:, open_to] / np.maximum(shares[:, open_to].sum(axis=1, keepdims=True), 1e-12)
    return np.array(open_to)[kept.argmax(axis=1)], kept.max(axis=1)


def occurring(table: Ints) -> list[int]:
    """The classes that stand in gold or are said: those that a macro-F1 is the mean over."""
    return np.flatnonzero(table.sum(axis=0) + table.sum(axis=1)).tolist()


def percentiles(values: Floats) -> tuple[float, float]:
    """The middle 95 %."""
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def score(gold: Ints, shares: Floats, *, resamples: int = RESAMPLES) -> Scores:
    """All figures of ``gold`` (indices) against ``shares`` (probabilities [texts, 3]).

    ValueError where there are no texts.
    """
    if not len(gold):
        raise ValueError("no rows to score")
    predicted, sure = choose(gold, shares)
    right = predicted == gold
    table = confusion(gold, predicted, 3)
    drawn = resampled(table, resamples)
    there, held = occurring(table), np.flatnonzero(table.sum(axis=1))
    negatives, hits = int(table[0].sum()), int(table[0, 0])
    counts, gaps = _calibration(sure, right, BINS)
    ece = float(_ece(counts, gaps))
    off = 1.96 * float(_ece(resampled(counts, resamples), gaps).std())
    return Scores(
        texts=len(gold),
        accuracy=float(right.mean()),
        accuracy_interval=wilson(int(right.sum()), len(gold)),
        macro_f1=float(f1s(table)[there].mean()),
        interval=percentiles(f1s(drawn)[:, there].mean(axis=1)),
        average_recall=float(recalls(table)[held].mean()),
        average_recall_interval=percentiles(np.nanmean(recalls(drawn)[:, held], axis=1)),
        pos_neg_f1=float(f1s(table)[[0, 2]].mean()),
        negative_recall=hits / negatives if negatives else None,
        negative_interval=wilson(hits, negatives) if negatives else None,
        ece=ece,
        ece_interval=(max(0.0, ece - off), min(1.0, ece + off)),
        confusion=table.tolist(),
    )
