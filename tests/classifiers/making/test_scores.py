"""Figures against small cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.encoder.heads import HEADS
from classifiers.making.encoder.measure import sentiment_figure
from classifiers.making.encoder.predict import TextLogits
from classifiers.making.encoder.scores import (
    Floats,
    calibration_error,
    f1_scores,
    fit_temperature,
    recall_at_precision,
    recalls,
    softmax,
)

LABELS = np.array([0, 0, 1, 1, 2])
PREDICTED = np.array([0, 1, 1, 1, 0])


def _of_sentiment(logits: Floats) -> TextLogits:
    """What a network says whose other heads say nothing."""
    of = {name: np.zeros((len(logits), classes)) for name, classes in HEADS.items()}
    return TextLogits(**{**of, "sentiment": logits})


def test_f1_and_recall() -> None:
    assert f1_scores(LABELS, PREDICTED, 3).tolist() == pytest.approx([0.5, 0.8, 0.0])
    assert recalls(LABELS, PREDICTED, 3).tolist() == [0.5, 1.0, 0.0]


def test_recall_at_precision_takes_ties_together() -> None:
    scores = np.array([0.9, 0.8, 0.8, 0.7, 0.1])
    positive = np.array([True, True, False, True, True])
    assert recall_at_precision(scores, positive, 0.9) == 0.25
    assert recall_at_precision(scores, positive, 0.7) == 1.0
    assert recall_at_precision(1 - scores, ~positive, 1.0) == 0.0


def test_calibration_error() -> None:
    sure = np.array([[0.99, 0.01]] * 4)
    assert calibration_error(sure, np.array([0, 0, 0, 0])) == pytest.approx(0.01)
    assert calibration_error(sure, np.array([0, 0, 1, 1])) == pytest.approx(0.49)


def test_a_boaster_gets_a_high_temperature() -> None:
    logits = np.array([[3.0, 0.0]] * 10)
    labels = np.array([0] * 7 + [1] * 3)
    temperature = fit_temperature(logits, labels)
    assert softmax(logits, temperature)[0, 0] == pytest.approx(0.7, abs=0.03)


def test_neutral_is_barred_where_a_set_has_none() -> None:
    logits = np.array([[1.0, 9.0, 0.0], [0.0, 9.0, 1.0]])
    scored = _of_sentiment(logits)
    assert sentiment_figure("macro_f1", scored, np.array([0, 2])) == 1.0


def test_the_figure_of_positive_and_negative_leaves_neutral_out() -> None:
    logits = np.eye(3)[[0, 2, 0]]
    scored = _of_sentiment(logits)
    assert sentiment_figure("f1_pos_neg", scored, np.array([0, 2, 1])) == pytest.approx(
        (2 / 3 + 1) / 2
    )
    assert sentiment_figure("average_recall", scored, np.array([0, 2, 1])) == pytest.approx(2 / 3)
