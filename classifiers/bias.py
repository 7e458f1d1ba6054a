"""Two numbers that move a model's sentiments to where one brand's posts lie.

A model learned from texts at large says "neutral" too often of one brand and too seldom of another.
``fit`` adds a number to the logits of negative and of positive (neutral's is fixed at 0, since only
differences count), from posts that a person labelled: the penalised maximum likelihood, with a
Gaussian prior around 0 whose width leave-one-out chooses. Nothing else of a label changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.labels import SENTIMENTS, Probabilities, Sentiment

LEAST = 30
"""Labels without which nothing is fitted: two numbers from fewer are mostly chance."""
MOST = 1000
"""Labels beyond which the oldest take no part."""
WIDTHS = (0.25, 0.5, 1.0, 2.0)
"""Standard deviations of the prior, in logits; the narrowest holds the bias near 0."""
ERRORS = 0.75
"""Standard errors by which leave-one-out's gain of log loss must exceed 0 for a bias to be used.
Fewer let chance through, more refuse what helps: docs/decisions/0008."""
FALL = 0.02
"""So much of leave-one-out's accuracy may go where the log loss gains: one text of fifty. The loss
judges by every text, the accuracy by the few whose label changes."""
_FLOOR = 1e-6
_FOLDS = 200  # computed at once: 200 folds of 1,000 rows are 5 MB a number
_STEPS = 100

Doubles = NDArray[np.float64]
Chances = tuple[float, float, float]
"""Probabilities in the order of ``SENTIMENTS``."""


@dataclass(frozen=True, slots=True)
class Bias:
    """What is added to the logits of negative and of positive."""

    negative: float
    positive: float

    def version(self, model: str) -> str:
        """Names it wherever it made a label; another for another ``model``, whose logits it is
        for."""
        said = f"{model} {self.negative!r} {self.positive!r}"
        return f"bias-{hashlib.sha256(said.encode()).hexdigest()[:10]}"

    def apply(self, chances: Chances) -> Chances:
        """``chances`` with the bias in them; they sum to 1."""
        moved = _softmax(_logits([chances]) + self._added())[0]
        return float(moved[0]), float(moved[1]), float(moved[2])

    def _added(self) -> Doubles:
        return np.array([self.negative, 0.0, self.positive])


@dataclass(frozen=True, slots=True)
class Measure:
    """How labels and probabilities stand to what a person said.

    accuracy: share of labels that are right; log_loss: mean of -log of the probability of what was
    said; share_error: half the sum of differences between the mean probabilities and the shares of
    what was said, 0 to 1; counted_error: the same of the shares of labels, as reports count them.
    """

    accuracy: float
    log_loss: float
    share_error: float
    counted_error: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """``bias`` of all rows; ``before`` without it; ``after``: each row with a bias of the others;
    error: standard error of the gain of log loss; helps: whether it is to be used."""

    bias: Bias
    width: float
    labels: int
    before: Measure
    after: Measure
    error: float
    helps: bool


def fit(chances: Sequence[Chances], said: Sequence[Sentiment]) -> Fitted:
    """From a model's probabilities of texts and what a person said of each, in the same order.
    Raises ValueError below ``LEAST`` rows."""
    if len(chances) != len(said) or len(said) < LEAST:
        raise ValueError(f"{len(said)} labels of {len(chances)} texts: {LEAST} are the least")
    logits = _logits(chances)
    gold = np.array([SENTIMENTS.index(word) for word in said])
    rows = np.arange(len(gold))
    held = {width: _left_out(logits, gold, width) for width in WIDTHS}
    losses = {width: -np.log(moved[rows, gold]) for width, moved in held.items()}
    width = min(WIDTHS, key=lambda width: float(losses[width].mean()))
    plain = _softmax(logits)
    gains = -np.log(plain[rows, gold]) - losses[width]
    error = float(gains.std(ddof=1) / len(gains) ** 0.5)
    before, after = _measure(plain, gold), _measure(held[width], gold)
    negative, positive = _solve(logits, gold, np.ones((1, len(gold))), width)[0]
    return Fitted(
        # Rounded first: what is stored, applied and named is the same number.
        bias=Bias(round(float(negative), 4), round(float(positive), 4)),
        width=width,
        labels=len(gold),
        before=before,
        after=after,
        error=error,
        helps=float(gains.mean()) > ERRORS * error and after.accuracy >= before.accuracy - FALL,
    )


def biased(label: Sentiment, probabilities: Probabilities, bias: Bias) -> tuple[Sentiment, Chances]:
    """The sentiment and probabilities with ``bias`` in them. A label that is not the likeliest by
    its own probabilities (a rule said it) stays."""
    chances = (probabilities.negative, probabilities.neutral, probabilities.positive)
    moved = bias.apply(chances)
    if chances[SENTIMENTS.index(label)] < max(chances):
        return label, moved
    return SENTIMENTS[int(np.argmax(moved))], moved


def _logits(chances: Sequence[Chances]) -> Doubles:
    return np.log(np.clip(np.array(chances, dtype=np.float64), _FLOOR, 1.0))


def _softmax(logits: Doubles) -> Doubles:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Doubles = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _left_out(logits: Doubles, gold: NDArray[np.int64], width: float) -> Doubles:
    """Each row's probabilities with the bias that all the others give."""
    moved = np.empty_like(logits)
    for start in range(0, len(gold), _FOLDS):
        part = np.arange(start, min(start + _FOLDS, len(gold)))
        weights = np.ones((len(part), len(gold)))
        weights[np.arange(len(part)), part] = 0.0
        pairs = _solve(logits, gold, weights, width)
        added = np.stack([pairs[:, 0], np.zeros(len(part)), pairs[:, 1]], axis=1)
        moved[part] = _softmax(logits[part] + added)
    return moved


def _solve(logits: Doubles, gold: NDArray[np.int64], weights: Doubles, width: float) -> Doubles:
    """A pair (negative, positive) for each row of ``weights`` [folds, rows]: Newton's method on the
    negative log-likelihood with b²/2width². It is strictly convex; steps are held below 1, since
    far from the minimum the curvature may be next to nothing."""
    pairs = np.zeros((len(weights), 2))
    said = np.stack([gold == 0, gold == 2], axis=1).astype(np.float64)
    for _step in range(_STEPS):
        added = np.stack([pairs[:, 0], np.zeros(len(pairs)), pairs[:, 1]], axis=1)
        shares = _softmax(logits[None] + added[:, None])[:, :, [0, 2]]
        slope = np.einsum("fn,fnc->fc", weights, shares - said) + pairs / width**2
        if float(np.abs(slope).max()) < 1e-9:
            break
        spread = -np.einsum("fn,fnc,fnd->fcd", weights, shares, shares)
        own = np.einsum("fn,fnc->fc", weights, shares) + 1 / width**2
        spread[:, [0, 1], [0, 1]] += own
        pairs -= np.clip(np.linalg.solve(spread, slope[:, :, None])[:, :, 0], -1.0, 1.0)
    return pairs


def _measure(shares: Doubles, gold: NDArray[np.int64]) -> Measure:
    true = np.bincount(gold, minlength=3) / len(gold)
    labels = shares.argmax(axis=1)
    counted = np.bincount(labels, minlength=3) / len(gold)
    return Measure(
        accuracy=float((labels == gold).mean()),
        log_loss=float(-np.log(shares[np.arange(len(gold)), gold]).mean()),
        share_error=float(np.abs(shares.mean(axis=0) - true).sum() / 2),
        counted_error=float(np.abs(counted - true).sum() / 2),
    )
