"""Calibration of the bag: temperatures, how the intent moves the sentiment, the threshold."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.bag.head import softmax
from classifiers.bag.leaning import leaning
from classifiers.labels import INTENTS
from classifiers.making.bag.calibrate_bag import lean_of
from classifiers.making.encoder.known import ALARMS, least_needed
from classifiers.temperature import temperature

COMPLAINT, OTHER = INTENTS.index("complaint"), INTENTS.index("other")


def test_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1.5, (20_000, 3))
    gold = np.array([random.choice(3, p=row) for row in softmax(logits)])
    found = temperature(logits * 2.5, gold, np.ones((len(gold), 3), bool))
    assert found == pytest.approx(2.5, abs=0.1)


def test_complaints_lean_to_the_negative_and_what_is_said_to_nobody_stays() -> None:
    random = np.random.default_rng(4)
    sentiment = random.normal(0, 1.0, (3000, 3))
    intent = np.where(np.arange(3000)[:, None] % 2 == 0, np.eye(6)[COMPLAINT], np.eye(6)[OTHER]) * 9
    moods = sentiment + np.where(np.arange(3000)[:, None] % 2 == 0, [2.0, 0.0, 0.0], 0.0)
    right = np.eye(3, dtype=bool)[[random.choice(3, p=row) for row in softmax(moods)]]
    lean, heat = lean_of(sentiment, intent, right, np.ones(3000))
    assert heat == pytest.approx(1.0, abs=0.15)
    assert lean[COMPLAINT, 0] - lean[COMPLAINT, 1:].mean() == pytest.approx(2.0, abs=0.3)
    assert not lean[OTHER].any()
    moved = leaning(np.eye(6)[[OTHER, COMPLAINT]] * 20, lean)
    assert np.abs(moved[0]).max() < 1e-3
    assert moved[1].argmax() == 0


def test_the_threshold_keeps_the_precision_and_then_the_peace_of_everyday_tweets() -> None:
    needed, written = np.arange(100) >= 50, np.array(["written"] * 100)
    yes = np.linspace(0.0, 0.99, 100)
    alone = least_needed(yes, needed, written)
    assert (yes[:50] >= alone).sum() / (yes >= alone).sum() <= 0.1
    everyday, calm = np.array(["everyday"] * 100), np.zeros(100, bool)
    loud = np.linspace(0.0, 0.9, 100)
    both = least_needed(
        *(np.concatenate(one) for one in ((yes, loud), (needed, calm), (written, everyday)))
    )
    assert both > alone
    assert (loud >= both).mean() <= ALARMS + 0.01


def test_without_posts_that_tell_the_threshold_is_a_half() -> None:
    assert least_needed(np.array([0.3]), np.array([False]), np.array(["tweets"])) == 0.5
