"""Metrics against values worked out by hand or published."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.evaluation.metrics import (
    calibration_error,
    confusion,
    f1s,
    recalls,
    resampled,
    score,
    wilson,
)


def test_f1_and_recall_by_hand() -> None:
    table = confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), 3)
    assert table.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert f1s(table) == pytest.approx([2 / 3, 2 / 3, 1])
    assert recalls(table) == pytest.approx([0.5, 1, 1])


def test_many_tables_at_once_give_what_each_gives_alone() -> None:
    tables = np.random.default_rng(3).integers(0, 9, (20, 3, 3))
    assert f1s(tables) == pytest.approx(np.array([f1s(table) for table in tables]))
    assert recalls(tables) == pytest.approx(np.array([recalls(t) for t in tables]), nan_ok=True)


def test_wilson_matches_the_published_example() -> None:
    # 15 of 100, z = 1.96: Newcombe, Statistics in Medicine 1998, gives .0930 to .2328 or so.
    assert wilson(15, 100) == pytest.approx((0.0931, 0.2328), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9])
    assert calibration_error(confidence, np.array([True, True, True, False])) == pytest.approx(0.15)
    assert calibration_error(np.array([1.0]), np.array([True])) == pytest.approx(0)
    # Two bins that err by .4 and .2, with two texts and one: (2 * .4 + .2) / 3.
    two = calibration_error(np.array([0.6, 0.6, 0.8]), np.array([True, True, True]))
    assert two == pytest.approx((2 * 0.4 + 0.2) / 3)


def test_neutral_is_barred_where_the_set_has_none() -> None:
    shares = np.array([[0.3, 0.5, 0.2], [0.1, 0.6, 0.3]])
    found = score(np.array([0, 2]), shares)
    assert found.accuracy == 1
    assert found.macro_f1 == 1


def test_a_sentiment_that_is_neither_in_gold_nor_said_is_in_no_mean() -> None:
    found = score(np.array([0, 0]), np.array([[0.9, 0.05, 0.05]] * 2))
    assert found.macro_f1 == found.average_recall == 1
    assert found.pos_neg_f1 == 0.5


def test_intervals_hold_their_values_and_repeat() -> None:
    random = np.random.default_rng(1)
    gold = random.integers(0, 3, 300)
    shares = random.dirichlet((1, 1, 1), 300)
    found = score(gold, shares)
    assert found.negative_recall is not None
    assert found.negative_interval is not None
    for value, (low, high) in (
        (found.macro_f1, found.interval),
        (found.average_recall, found.average_recall_interval),
        (found.negative_recall, found.negative_interval),
        (found.accuracy, found.accuracy_interval),
        (found.ece, found.ece_interval),
    ):
        assert low < value < high
    assert score(gold, shares) == found


def test_resampled_counts_are_what_drawing_texts_with_replacement_gives() -> None:
    counts = np.array([[30, 10], [5, 55]])
    drawn = resampled(counts, 4000)
    assert (drawn.sum(axis=(1, 2)) == 100).all()
    assert drawn.mean(axis=0) == pytest.approx(counts, rel=0.05)
    # Each count is binomial: its variance is n p (1 - p).
    assert drawn.var(axis=0) == pytest.approx(counts * (1 - counts / 100), rel=0.1)


def test_more_texts_make_a_narrower_interval() -> None:
    gold = np.tile([0, 1, 2, 0, 1, 2], 20)
    shares = np.tile(np.eye(3)[[0, 1, 2, 1, 2, 0]] * 0.6 + 0.1, (20, 1))
    few, many = score(gold[:30], shares[:30]), score(np.tile(gold, 10), np.tile(shares, (10, 1)))
    for name in ("interval", "average_recall_interval", "negative_interval"):
        narrow, wide = getattr(many, name), getattr(few, name)
        assert narrow[1] - narrow[0] < (wide[1] - wide[0]) / 2


def test_no_rows_are_an_error() -> None:
    with pytest.raises(ValueError, match="no rows"):
        score(np.zeros(0, np.int64), np.zeros((0, 3)))
