"""Figures of a labelled set: F1, recall, calibration, recall at a precision. Plain numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def f1_scores(labels: Ints, predicted: Ints, classes: int) -> Floats:
    """F1 of each class; 0 where a class is neither there nor predicted."""
    values = np.zeros(classes)
    for at in range(classes):
        hits = float(((labels == at) & (predicted == at)).sum())
        either = float((labels == at).sum() + (predicted == at).sum())
        values[at] = 2 * hits / either if either else 0.0
    return values


def recalls(labels: Ints, predicted: Ints, classes: int) -> Floats:
    """Recall of each class that occurs in ``labels``."""
    return np.array(
        [(predicted[labels == at] == at).mean() for at in range(classes) if (labels == at).any()]
    )


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities of [rows, classes] logits."""
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(1, keepdims=True))
    probabilities: Floats = scaled / scaled.sum(1, keepdims=True)
    return probabilities


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """The temperature of least log loss (Guo et al. 2017, arXiv 1706.04599), by a fine grid."""
    grid = np.geomspace(0.3, 4.0, 200)
    rows = np.arange(len(labels))
    losses = [-np.log(softmax(logits, t)[rows, labels] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(probabilities: Floats, labels: Ints, bins: int = 15) -> float:
    """Expected calibration error of the chosen class, over equally wide bins of confidence."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for at in np.unique(places):
        inside = places == at
        error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(error)


def threshold_at_precision(scores: Floats, positive: npt.NDArray[np.bool_], least: float) -> float:
    """The lowest score from which on the precision is at least ``least``; above all where none."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(positive[order])
    ends = np.append(ranked[1:] != ranked[:-1], True)
    good = ends & (hits / np.arange(1, len(hits) + 1) >= least)
    return float(ranked[good].min()) if good.any() else float(np.nextafter(ranked[0], np.inf))


def recall_at_precision(scores: Floats, positive: npt.NDArray[np.bool_], least: float) -> float:
    """The highest recall that any threshold reaches with a precision of at least ``least``."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(positive[order])
    ends = np.append(ranked[1:] != ranked[:-1], True)  # ties are taken together
    precision = hits / np.arange(1, len(hits) + 1)
    good = ends & (precision >= least)
    return float(hits[good].max() / positive.sum()) if good.any() else 0.0
