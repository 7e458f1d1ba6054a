"""Fitting one head of the bag: logistic regression over hashed n-grams, in numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.features import hash_batch
from classifiers.bag.head import Head, softmax

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Examples:
    """Hashed texts in CSR form, with what each may be.

    allowed: bool [texts, classes], True for every class the label leaves open (one, as a rule);
    offset: float32 [texts, classes], added to the logits in training only: the log prior of the
    text's source, so that the weights learn words and not which set is gloomy (logit adjustment,
    Menon et al., ICLR 2021); weight: float32 [texts].
    """

    buckets: NDArray[np.int32]
    values: Floats
    bounds: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    offset: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class BagSettings:
    """bits: table of 2**bits rows; rate: Adam's, decaying to 0; drop: share of features unseen."""

    bits: int
    epochs: int = 3
    rate: float = 0.02
    drop: float = 0.1
    decay: float = 1e-6
    batch: int = 1024
    seed: int = 7


def hash_texts(
    folded: Sequence[str], bits: int
) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Buckets, their values (1/sqrt of the group's size) and the bounds of each text."""
    buckets, values, lengths = [], [], []
    for start in range(0, len(folded), 2048):
        part = folded[start : start + 2048]
        groups = hash_batch(part, bits)
        counts = [np.diff(group.bounds) for group in groups]
        owner = np.concatenate([np.repeat(np.arange(len(part)), count) for count in counts])
        order = np.argsort(owner, kind="stable")
        buckets.append(np.concatenate([g.buckets for g in groups])[order].astype(np.int32))
        roots = [np.repeat(1 / np.sqrt(np.maximum(count, 1)), count) for count in counts]
        values.append(np.concatenate(roots)[order].astype(np.float32))
        lengths.append(sum(counts))
    bounds = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))
    return np.concatenate(buckets), np.concatenate(values), bounds.astype(np.int64)


def fit(
    data: Examples, classes: tuple[str, ...], settings: BagSettings, say: Callable[[str], None]
) -> Head:
    """Adam on the cross-entropy over the allowed classes; the table comes back in int8."""
    width = len(classes)
    random = np.random.default_rng(settings.seed)
    table = np.zeros((width, 1 << settings.bits), np.float32)
    bias = np.zeros(width, np.float32)
    mean, square = np.zeros_like(table), np.zeros_like(table)
    bias_mean, bias_square = np.zeros_like(bias), np.zeros_like(bias)
    per_epoch = max(1, len(data.weight) // settings.batch)
    done, total = 0, per_epoch * settings.epochs
    for epoch in range(settings.epochs):
        loss = 0.0
        order = random.permutation(len(data.weight))
        for rows in np.array_split(order, per_epoch):
            lengths = data.bounds[rows + 1] - data.bounds[rows]
            starts = np.concatenate(([0], np.cumsum(lengths)))
            at = np.repeat(data.bounds[rows] - starts[:-1], lengths) + np.arange(starts[-1])
            buckets, owner = data.buckets[at], np.repeat(np.arange(len(rows)), lengths)
            values = data.values[at] * (random.random(len(at), np.float32) >= settings.drop)
            values /= 1 - settings.drop
            logits = np.empty((len(rows), width))
            for c in range(width):
                terms = table[c][buckets] * values
                logits[:, c] = np.bincount(owner, terms, len(rows))
            share = softmax(logits + bias + data.offset[rows])
            inside = share * data.allowed[rows]
            mass = inside.sum(axis=1, keepdims=True) + 1e-9
            loss -= float((np.log(mass[:, 0]) * data.weight[rows]).mean())
            error = ((share - inside / mass) * data.weight[rows][:, None] / len(rows)).astype(
                np.float32
            )
            done += 1
            rate = settings.rate * (1 - done / (total + 1))
            for c in range(width):
                slope = np.bincount(buckets, error[:, c][owner] * values, 1 << settings.bits)
                grad = slope.astype(np.float32)
                grad += settings.decay * table[c]
                _adam(table[c], grad, mean[c], square[c], rate, done)
            _adam(bias, error.sum(axis=0), bias_mean, bias_square, rate, done)
        say(f"  epoch {epoch + 1} of {settings.epochs}: loss {loss / per_epoch:.4f}")
    return quantise(table, bias, classes)


def _adam(
    weights: Floats, grad: Floats, mean: Floats, square: Floats, rate: float, step: int
) -> None:
    """One step in place (Kingma and Ba, ICLR 2015; beta 0.9 and 0.98, epsilon 1e-6)."""
    mean *= 0.9
    mean += 0.1 * grad
    square *= 0.98
    square += 0.02 * grad * grad
    ahead = np.sqrt(square / np.float32(1 - 0.98**step))
    ahead += np.float32(1e-6)
    np.divide(mean, ahead, out=ahead)
    ahead *= np.float32(rate / (1 - 0.9**step))
    weights -= ahead


def quantise(table: Floats, bias: Floats, classes: tuple[str, ...]) -> Head:
    """float32 [classes, buckets] to an int8 head; the rarest extremes are clipped."""
    scale = np.maximum(np.quantile(np.abs(table), 0.9999, axis=1), 1e-6).astype(np.float32) / 127
    steps = np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8)
    return Head(classes, np.ascontiguousarray(steps.T), scale, bias)
