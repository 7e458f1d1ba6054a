"""Fitting one head of the bag: logistic regression over hashed n-grams, in numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.features import hash_batch
from classifiers.bag.head import Head, softmax
from classifiers.making.bag.lesson import Lesson

Floats = NDArray[np.float32]
START = 1e-4
"""Of the sums of squares: the first step of a bucket is then nearly a whole ``rate``."""
BARRED = -20.0
"""A log prior below it is of a class that a set does not have."""


class Hashed(NamedTuple):
    """Texts in CSR form: text i has the buckets and values bounds[i]:bounds[i+1]; ``bits``: of the
    hash, a smaller table takes its upper ones."""

    buckets: NDArray[np.int32]
    values: Floats
    bounds: NDArray[np.int64]
    bits: int


@dataclass(frozen=True, slots=True)
class BagSettings:
    """bits: table of 2**bits rows; rate: AdaGrad's, decaying to 0; drop: share of features unseen;
    smoothing: share of a certain label that is spread over all."""

    bits: int
    epochs: int = 3
    rate: float = 0.3
    drop: float = 0.2
    smoothing: float = 0.05
    batch: int = 512
    seed: int = 7


def hash_texts(folded: Sequence[str], bits: int) -> Hashed:
    """Buckets, their values (1/sqrt of the group's size) and the bounds of each text."""
    buckets, values = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
    lengths = [np.zeros(1, np.int64)]
    for start in range(0, len(folded), 2048):
        part = folded[start : start + 2048]
        groups = hash_batch(part, bits)
        counts = [np.diff(group.bounds) for group in groups]
        owner = np.concatenate([np.repeat(np.arange(len(part)), count) for count in counts])
        order = np.argsort(owner, kind="stable")
        buckets.append(np.concatenate([g.buckets for g in groups])[order].astype(np.int32))
        roots = [np.repeat(1 / np.sqrt(np.maximum(count, 1)), count) for count in counts]
        values.append(np.concatenate(roots)[order].astype(np.float32))
        lengths.append(np.sum(counts, axis=0))
    bounds = np.cumsum(np.concatenate(lengths))
    return Hashed(np.concatenate(buckets), np.concatenate(values), bounds, bits)


class _Batch(NamedTuple):
    """Features of some texts, sorted by bucket: ``owner`` is the text's line."""

    buckets: NDArray[np.int32]
    values: Floats
    owner: NDArray[np.int64]


def fit(
    texts: Hashed,
    taught: Lesson,
    classes: tuple[str, ...],
    settings: BagSettings,
    say: Callable[[str], None],
) -> Head:
    """AdaGrad (Duchi et al., JMLR 2011) on the cross-entropy over the allowed classes: a rare
    n-gram learns as fast as a common one, and only the buckets of a batch are touched. The table
    comes back in int8.

    The prior is added to the logits in training only, so that the weights learn words and not which
    set is gloomy (logit adjustment, Menon et al., ICLR 2021). A head that nothing teaches is zero.
    """
    width = len(classes)
    random = np.random.default_rng(settings.seed)
    table = np.zeros((1 << settings.bits, width), np.float32)
    squares = np.full_like(table, START)
    bias, bias_squares = np.zeros(width, np.float32), np.full(width, START, np.float32)
    if not len(taught.rows):
        return quantise(table, bias, classes)
    weight = taught.weight / taught.weight.mean()
    per_epoch = max(1, len(weight) // settings.batch)
    done, total = 0, per_epoch * settings.epochs
    for epoch in range(settings.epochs):
        loss = 0.0
        for lines in np.array_split(random.permutation(len(weight)), per_epoch):
            batch = _batch(texts, taught.rows[lines], settings, random)
            logits = _sums(table, batch, len(lines)) + bias + taught.prior[lines]
            error, lost = _error(logits, taught, lines, settings.smoothing)
            loss += float((lost * weight[lines]).mean())
            error *= weight[lines][:, None]
            done += 1
            rate = settings.rate * (1 - done / (total + 1))
            first = np.flatnonzero(np.diff(batch.buckets, prepend=-1))
            if len(first):
                slope = np.add.reduceat(error[batch.owner] * batch.values[:, None], first, axis=0)
                _step(table, squares, batch.buckets[first], slope, rate)
            _step(bias, bias_squares, ..., error.sum(axis=0), rate)
        say(f"  epoch {epoch + 1} of {settings.epochs}: loss {loss / per_epoch:.4f}")
    return quantise(table, bias, classes)


def _batch(
    texts: Hashed, rows: NDArray[np.int64], settings: BagSettings, random: np.random.Generator
) -> _Batch:
    lengths = texts.bounds[rows + 1] - texts.bounds[rows]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    at = np.repeat(texts.bounds[rows] - starts[:-1], lengths) + np.arange(starts[-1])
    owner = np.repeat(np.arange(len(rows)), lengths)
    kept = random.random(len(at), np.float32) >= settings.drop
    at, owner = at[kept], owner[kept]
    buckets = texts.buckets[at] >> (texts.bits - settings.bits)
    order = np.argsort(buckets)
    values = texts.values[at[order]] / np.float32(1 - settings.drop)
    return _Batch(buckets[order], values, owner[order])


def _sums(table: Floats, batch: _Batch, rows: int) -> NDArray[np.float64]:
    terms = table[batch.buckets] * batch.values[:, None]
    sums = [np.bincount(batch.owner, column, rows) for column in terms.T]
    return np.stack(sums, axis=1)


def _error(
    logits: NDArray[np.float64], taught: Lesson, lines: NDArray[np.int64], smoothing: float
) -> tuple[Floats, NDArray[np.float64]]:
    """(slope of the loss over the logits, -log of the probability on the allowed classes)."""
    share = softmax(logits)
    allowed = taught.allowed[lines]
    inside = share * allowed
    mass = inside.sum(axis=1, keepdims=True) + 1e-9
    known = taught.prior[lines] > BARRED
    spread = smoothing * (allowed.sum(axis=1, keepdims=True) == 1)
    target = (1 - spread) * inside / mass + spread * known / known.sum(axis=1, keepdims=True)
    return (share - target).astype(np.float32), -np.log(mass[:, 0])


def _step(weights: Floats, squares: Floats, at: Any, slope: Floats, rate: float) -> None:
    """One step of AdaGrad in place."""
    total = squares[at] + slope * slope
    squares[at] = total
    weights[at] -= np.float32(rate) * slope / np.sqrt(total)


def quantise(table: Floats, bias: Floats, classes: tuple[str, ...]) -> Head:
    """float32 [buckets, classes] to an int8 head; the rarest extremes are clipped."""
    table, bias = table[:, :-1] - table[:, -1:], bias[:-1] - bias[-1]
    used = np.abs(table[np.abs(table).sum(axis=1) > 0])
    most = np.quantile(used, 0.9999, axis=0) if len(used) else np.zeros(table.shape[1])
    scale = (np.maximum(most, 1e-6) / 127).astype(np.float32)
    steps = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
    return Head(classes, np.ascontiguousarray(steps), scale, bias)
