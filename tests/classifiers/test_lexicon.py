"""The baseline's arithmetic."""

from __future__ import annotations

import pytest

from classifiers import load
from classifiers.lexicon.baseline import balance, probabilities
from classifiers.tidy import features_text


def _value(text: str) -> float:
    return balance(features_text(text))


@pytest.mark.parametrize("text", ["الخدمة ممتازة", "بزاف زوين", "great job", "😍", "مش وحش"])
def test_good(text: str) -> None:
    assert _value(text) > 0


@pytest.mark.parametrize("text", ["الشبكة زفت", "مش كويس", "not good", "😡", "ما يشتغل", "وسيئة"])
def test_bad(text: str) -> None:
    assert _value(text) < 0


def test_intensifiers_strengthen() -> None:
    assert _value("سيئة جدا") < _value("سيئة")


def test_nothing_known_is_neutral() -> None:
    assert _value("افتتاح الفرع يوم الأحد") == 0
    assert load("lexicon").classify(["افتتاح الفرع يوم الأحد"])[0].sentiment == "neutral"


def test_probabilities_are_symmetric_and_sum_to_one() -> None:
    negative, neutral, positive = probabilities(2.0)
    assert negative + neutral + positive == pytest.approx(1)
    assert probabilities(-2.0) == pytest.approx((positive, neutral, negative))
