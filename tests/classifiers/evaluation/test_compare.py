"""Whether two models differ, against numbers worked out otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from classifiers.evaluation.compare import (
    FEWEST,
    answer_difference,
    disagreement,
    macro_difference,
    mid_p,
)
from classifiers.evaluation.evaluate import Answers, compare
from classifiers.evaluation.metrics import Floats, Ints, confusion, f1s, percentiles, score
from classifiers.evaluation.report_text import comparison_figures, comparison_text, verdict
from classifiers.labels import SENTIMENTS, Label, Probabilities


def _shares(said: Ints) -> Floats:
    shares: Floats = np.eye(3)[said] * 0.7 + 0.1
    return shares


def _said(gold: Ints, wrong: float, seed: int) -> Ints:
    """``gold`` with a share of it wrong."""
    random = np.random.default_rng(seed)
    off = random.random(len(gold)) < wrong
    return np.where(off, (gold + random.integers(1, 3, len(gold))) % 3, gold)


GOLD = np.random.default_rng(0).integers(0, 3, 600)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (0, 3, 0.125),  # 2 * (1/8) - 1/8
        (1, 9, 2 * (1 + 10) / 1024 - 10 / 1024),
        (9, 1, 2 * (1 + 10) / 1024 - 10 / 1024),
    ],
)
def test_mcnemar_by_hand(first: int, second: int, p: float) -> None:
    assert mid_p(first, second) == pytest.approx(p)


def test_the_exact_test_and_the_approximation_meet() -> None:
    exact = mid_p(9_800, 10_100)
    assert exact == pytest.approx(math.erfc(300 / math.sqrt(2 * 19_900)), rel=0.001)
    assert mid_p(10_000, 10_300) == math.erfc(300 / math.sqrt(2 * 20_300))
    assert mid_p(1_000_000, 1_000_000) == 1.0


def test_the_bootstrap_is_that_of_drawing_the_same_texts_for_both() -> None:
    one, other = _said(GOLD, 0.2, 1), _said(GOLD, 0.3, 2)
    found = macro_difference(GOLD, _shares(one), _shares(other))
    random = np.random.default_rng(5)
    differences = []
    for _ in range(2000):
        drawn = random.integers(0, len(GOLD), len(GOLD))
        tables = [confusion(GOLD[drawn], said[drawn], 3) for said in (one, other)]
        differences.append(f1s(tables[0]).mean() - f1s(tables[1]).mean())
    assert found.interval == pytest.approx(percentiles(np.array(differences)), abs=0.006)
    assert found.first == score(GOLD, _shares(one)).macro_f1
    assert found.second == score(GOLD, _shares(other)).macro_f1
    assert found.difference == found.first - found.second > 0
    assert found.significant
    turned = macro_difference(GOLD, _shares(other), _shares(one))
    assert turned.interval == pytest.approx((-found.interval[1], -found.interval[0]), abs=0.006)


def test_models_that_err_on_the_same_texts_differ_significantly_where_their_intervals_overlap() -> (
    None
):
    one = _said(GOLD, 0.3, 1)
    other = one.copy()
    other[np.flatnonzero(one == GOLD)[:12]] = (GOLD[np.flatnonzero(one == GOLD)[:12]] + 1) % 3
    apart = score(GOLD, _shares(one)).interval[0], score(GOLD, _shares(other)).interval[1]
    assert apart[0] < apart[1]
    assert macro_difference(GOLD, _shares(one), _shares(other)).significant
    alone = disagreement(GOLD, _shares(one), _shares(other))
    assert (alone.only_first, alone.only_second) == (12, 0)
    assert alone.significant


def test_a_model_does_not_differ_from_itself() -> None:
    shares = _shares(_said(GOLD, 0.3, 1))
    found = macro_difference(GOLD, shares, shares)
    assert (found.difference, found.interval, found.significant) == (0, (0, 0), False)
    assert disagreement(GOLD, shares, shares).p == 1


def test_equally_good_models_are_rarely_called_different() -> None:
    called = [
        macro_difference(GOLD, _shares(_said(GOLD, 0.3, a)), _shares(_said(GOLD, 0.3, a + 500)))
        for a in range(40)
    ]
    assert sum(one.significant for one in called) <= 6  # 2 of 40 expected; more than 6: p = .003


def test_a_handful_of_texts_makes_nothing_significant() -> None:
    gold = np.array([0, 1, 2] * 5)
    found = macro_difference(gold, _shares(gold), _shares((gold + 1) % 3))
    assert found.interval == (1, 1)
    assert len(gold) < FEWEST
    assert not found.significant


def _answers(model: str, said: Ints) -> Answers:
    labels = []
    for at, shares in zip(said, _shares(said), strict=True):
        labels.append(
            Label("ar", None, SENTIMENTS[at], Probabilities(*shares), "other", False, "low")
        )
    return Answers(model, labels, 1.0)


ROWS = [
    {"text": str(at), "label": SENTIMENTS[gold], "lang": "ur" if at % 6 == 0 else "ar"}
    for at, gold in enumerate(GOLD)
]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (0.1, 0.4, "Significant at 5 %: the first model is better than the second"),
        (0.4, 0.1, "Significant at 5 %: the second model is better than the first"),
        (0.3, 0.3, "Not significant at 5 %"),
    ],
)
def test_a_comparison_says_in_plain_words_which_is_better(
    first: float, second: float, said: str
) -> None:
    found = compare(
        ROWS, _answers("one", _said(GOLD, first, 1)), _answers("two", _said(GOLD, second, 2))
    )
    shown = comparison_text(found)
    assert said in shown
    assert "on 500 texts" in shown  # the hundred in Urdu are in no claim
    assert comparison_figures(found)["compare"]["verdict"] == verdict(found)
    assert set(found.tables["lang"]) == {"ar"}
    assert found.first.untested["ur"].texts == 100


def test_a_comparison_of_few_texts_says_that_they_are_few() -> None:
    gold = GOLD[:20]
    found = compare(ROWS[:20], _answers("one", gold), _answers("two", (gold + 1) % 3))
    assert any("too few" in line for line in verdict(found))


def test_nothing_to_compare_is_said() -> None:
    rows = [{"text": "x", "label": "neutral", "lang": "ur"}]
    found = compare(rows, _answers("one", np.array([1])), _answers("two", np.array([0])))
    assert verdict(found) == ["There is nothing to compare: no row is in a tested language."]
    assert "nothing to compare" in comparison_text(found)


def test_several_differences_looked_at_together_are_held_to_more() -> None:
    """One gain in three by luck is no gain: the interval that decides grows, the shown one not."""
    one, other = _said(GOLD, 0.3, 1), _said(GOLD, 0.3, 1)
    gaps = []
    for better in range(4, 40):
        other = one.copy()
        wrong = np.flatnonzero(one != GOLD)[:better]
        other[wrong] = GOLD[wrong]
        worse = np.flatnonzero(one == GOLD)[: better // 2 + 2]
        other[worse] = (GOLD[worse] + 1) % 3
        alone, among = (answer_difference(GOLD, other, one, 3, many) for many in (1, 3))
        assert alone.interval == among.interval
        assert alone.significant >= among.significant
        gaps.append(alone.significant - among.significant)
    assert sum(gaps)  # somewhere between, the one counts and the three do not


def test_a_class_that_is_only_said_does_not_count_in_a_mean_of_answers() -> None:
    gold = np.array([0, 1] * 50)
    said = gold.copy()
    said[0] = 4
    found = answer_difference(gold, said, gold, 6)
    assert found.second == 1
    assert found.first == pytest.approx((1 + 98 / 99) / 2)
