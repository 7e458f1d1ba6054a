"""The intent moves the sentiment, and what is said to no company is left as it is."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.bag.leaning import intent_shares, leaning
from classifiers.labels import INTENTS

LEAN = np.zeros((len(INTENTS), 3))
LEAN[INTENTS.index("complaint")] = [2.0, -1.0, -1.0]


def _intent(name: str, sure: float = 20.0) -> np.ndarray:
    return np.eye(len(INTENTS))[[INTENTS.index(name)]] * sure  # type: ignore[arg-type]


def test_a_complaint_moves_by_its_row_and_an_other_by_nothing() -> None:
    assert leaning(_intent("complaint"), LEAN)[0] == pytest.approx([2.0, -1.0, -1.0], abs=1e-6)
    assert leaning(_intent("other"), LEAN)[0] == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_a_likely_other_leans_less_than_its_probability_says() -> None:
    intent = np.log(np.array([[0.04, 0.04, 0.04, 0.04, 0.04, 0.8]]))
    assert 0.8 < intent_shares(intent)[0, INTENTS.index("other")] < 1


def test_a_text_leans_alike_alone_and_among_others() -> None:
    intents = np.random.default_rng(1).normal(0, 2, (97, len(INTENTS)))
    lean = np.random.default_rng(2).normal(0, 1, LEAN.shape)
    together = leaning(intents, lean)
    alone = np.concatenate([leaning(intents[at : at + 1], lean) for at in range(97)])
    np.testing.assert_array_equal(together, alone)
