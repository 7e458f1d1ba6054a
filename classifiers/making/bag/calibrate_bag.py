"""What the bag's numbers mean, fitted on dev texts that it did not learn from: a temperature of
each head, how the intent moves the sentiment, and from where on a response is needed.

A few numbers on thousands of texts do not overfit. Kinds of text count alike, and so do the
sentiments within a kind: no set's own mood is learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.classifier import BagClassifier
from classifiers.bag.file import CLASSES
from classifiers.bag.head import Head, softmax
from classifiers.bag.leaning import intent_shares, leaning
from classifiers.labels import INTENTS, SENTIMENTS
from classifiers.making.encoder.known import KnownText, least_needed
from classifiers.temperature import temperature
from classifiers.tidy import fold_tidied

Floats = NDArray[np.float64]
STEADY = 1e-3
"""Weight of the squares of the matrix: an intent of few texts moves little."""
NO_LEAN = np.zeros((len(INTENTS), len(SENTIMENTS)))


class BagFit(NamedTuple):
    """Heads with their temperatures, the matrix [intents, sentiments], the threshold of needs."""

    heads: dict[str, Head]
    lean: Floats
    needs_at: float


def calibrate(heads: Mapping[str, Head], known: Sequence[KnownText]) -> BagFit:
    """``heads`` as trained, and what is known of dev texts. Without a written post that needs a
    response the threshold is a half; where a head knows no text, its temperature stays."""
    model = BagClassifier(heads, "calibrating", NO_LEAN, 0.5)
    folded = [fold_tidied(one.text) for one in known]
    parts = [model.logits(folded[at : at + 512]) for at in range(0, len(folded), 512)]
    fitted, lean, least = dict(heads), NO_LEAN, 0.5
    if not parts:
        return BagFit(fitted, lean, least)
    logits = {name: np.concatenate([part[name] for part in parts]) for name in CLASSES}
    for name in ("intent", "needs", "dialect"):
        places, right = _known(known, name)
        if len(places):
            found = _temperature(logits[name][places], right)
            fitted[name] = replace(heads[name], temperature=found)
            logits[name] /= found
    places, right = _known(known, "sentiment")
    if len(places):
        weights = _balanced([known[at].kind for at in places], right)
        lean, found = lean_of(logits["sentiment"][places], logits["intent"][places], right, weights)
        moved = logits["sentiment"][places] / found + leaning(logits["intent"][places], lean)
        # Once more for both: what was balanced to tell classes apart is too sure or too unsure.
        again = _temperature(moved, right)
        fitted["sentiment"] = replace(heads["sentiment"], temperature=found * again)
        lean = lean / again
    if "needs" in fitted:
        places, right = _known(known, "needs")
        yes = softmax(logits["needs"][places])[:, 1]
        least = least_needed(yes, right[:, 1], np.array([known[at].kind for at in places]))
    return BagFit(fitted, lean, least)


def lean_of(
    sentiment: Floats, intent: Floats, right: NDArray[np.bool_], weights: Floats
) -> tuple[Floats, float]:
    """(matrix, temperature) of least loss: the sentiment's logits over the temperature, and the
    intent's probabilities times the matrix, whose row of ``other`` is zero.

    Newton's steps; the loss is convex in both.
    """
    moving = [at for at, name in enumerate(INTENTS) if name != "other"]
    seen = intent_shares(intent)[:, moving]
    rows, wide = len(seen), len(moving)
    inputs = np.zeros((rows, len(SENTIMENTS), 1 + wide * len(SENTIMENTS)))
    inputs[:, :, 0] = sentiment
    for at in range(len(SENTIMENTS)):
        inputs[:, at, 1 + at * wide : 1 + (at + 1) * wide] = seen
    found = np.zeros(inputs.shape[2])
    found[0] = 1.0
    steady = np.full(len(found), STEADY)
    steady[0] = 0.0
    weights = weights[:, None] / weights.sum()
    for _ in range(12):
        share = softmax(inputs @ found)
        slope = np.einsum("nc,ncd->d", (share - right) * weights, inputs) + steady * found
        each = (inputs * np.sqrt(share * weights)[:, :, None]).reshape(-1, inputs.shape[2])
        mean = np.einsum("nc,ncd->nd", share, inputs) * np.sqrt(weights)
        curve = each.T @ each - mean.T @ mean + np.diag(steady + 1e-8)
        found = found - np.linalg.solve(curve, slope)
    lean = np.zeros((len(INTENTS), len(SENTIMENTS)))
    lean[moving] = found[1:].reshape(len(SENTIMENTS), wide).T
    return lean, 1 / min(max(found[0], 0.2), 5.0)


def _known(known: Sequence[KnownText], head: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(places of the texts whose class of ``head`` is known for certain, [them, classes])."""
    places = [at for at, one in enumerate(known) if len(one.right[head]) == 1]
    right = np.zeros((len(places), len(CLASSES[head])), bool)
    for line, at in enumerate(places):
        right[line, known[at].right[head][0]] = True
    return np.array(places, np.int64), right


def _temperature(logits: Floats, right: NDArray[np.bool_]) -> float:
    return temperature(logits, right.argmax(axis=1), np.ones_like(right))


def _balanced(kinds: Sequence[str], right: NDArray[np.bool_]) -> Floats:
    """Weights under which each kind counts alike, and in it each class that it has."""
    cells = np.unique(kinds, return_inverse=True)[1] * right.shape[1] + right.argmax(axis=1)
    counts = np.bincount(cells)
    per_kind = np.bincount(np.unique(cells) // right.shape[1])
    result: Floats = 1 / (counts[cells] * per_kind[cells // right.shape[1]])
    return result
