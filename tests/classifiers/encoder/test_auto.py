"""The auto tier: who answers what, what its gate was fitted for, and how the gate is fitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.auto import AutoClassifier, Gate, weights_of
from classifiers.encoder.full import EncoderClassifier
from classifiers.loading import WEIGHTS, bundled_fast
from classifiers.making.fit_auto import PARTS, DevAnswers, fit
from tests.classifiers.conftest import SENTENCES

TEXTS = [text for text, _ in SENTENCES] + ["كيف أغير الباقة؟", "👍", ""]
ALL, NONE = {"ar": 0.0, "en": 0.0, "": 0.0}, {"ar": 1.1, "en": 1.1}


@pytest.fixture
def full(folder: Path) -> EncoderClassifier:
    return EncoderClassifier.read(folder, words=bundled_fast())


def gate(full: EncoderClassifier, sure: dict[str, float], asks: float = 0.5001) -> Gate:
    return Gate(sure, asks, weights_of(bundled_fast().model), weights_of(full.model))


def test_what_the_gate_keeps_is_the_fast_models_word_and_the_rest_the_full_ones(
    full: EncoderClassifier,
) -> None:
    fast = bundled_fast()
    nothing = AutoClassifier(fast, full, gate(full, NONE)).classify(TEXTS)
    assert nothing == full.classify(TEXTS)
    everything = AutoClassifier(fast, full, gate(full, ALL, asks=0.0)).classify(TEXTS)
    assert everything == nothing  # asks 0 to 1: everything might ask
    kept = AutoClassifier(fast, full, gate(full, ALL)).classify(TEXTS)
    assert kept == fast.classify(TEXTS)
    assert kept != nothing


def test_a_gate_for_other_weights_is_refused(full: EncoderClassifier) -> None:
    with pytest.raises(ValueError, match="fit_auto"):
        AutoClassifier(bundled_fast(), full, replace(gate(full, ALL), full="full-000000000000"))


def test_another_gate_is_another_model(full: EncoderClassifier) -> None:
    fast = bundled_fast()
    names = {AutoClassifier(fast, full, gate(full, sure)).model for sure in (ALL, NONE)}
    assert len(names) == 2


def test_a_gate_is_read_as_it_was_written_and_a_broken_one_is_named(
    full: EncoderClassifier, tmp_path: Path
) -> None:
    path = tmp_path / "auto.json"
    gate(full, NONE).write(path)
    assert Gate.read(path) == gate(full, NONE)
    path.write_text('{"sure": {}}')
    with pytest.raises(ValueError, match=r"auto\.json"):
        Gate.read(path)


def test_the_gate_that_ships_was_fitted_for_the_weights_that_ship() -> None:
    full = EncoderClassifier.read(WEIGHTS / "full", words=bundled_fast())
    AutoClassifier(bundled_fast(), full, Gate.read(WEIGHTS / "auto.json"))


def known(rows: int, seed: int) -> DevAnswers:
    """Made-up answers: full is right nine times in ten, fast where it is sure."""
    chance = np.random.default_rng(seed)
    gold = chance.integers(0, 3, rows)
    sure = chance.uniform(0.34, 1.0, rows)
    wrong = (gold + 1) % 3
    fast = np.where(chance.random(rows) < np.where(sure > 0.7, 0.92, 0.4), gold, wrong)
    full = np.where(chance.random(rows) < 0.9, gold, wrong)
    return DevAnswers(
        sets=np.array(["one", "two"])[chance.integers(0, 2, rows)],
        gold=gold,
        fast=fast,
        full=full,
        languages=np.array(["ar", "en", "tr"])[chance.integers(0, 3, rows)],
        sure=sure,
        asking=np.full(rows, 0.01),
    )


def test_the_fitted_gate_keeps_what_fast_is_right_about_and_loses_no_more_than_it_may() -> None:
    data = known(6000, 1)
    sure, asks = fit(data, 0.01)
    assert 0.6 <= sure["ar"] <= 0.8
    kept = data.kept(sure, asks)
    assert 0.2 < kept.mean() < 0.5  # a third of the texts is in a language nobody fitted
    assert not kept[data.languages == "tr"].any()
    assert all(part.loss(part.kept(sure, asks)) <= 0.01 for part in map(data.part, range(PARTS)))


def test_where_no_gate_is_good_enough_nothing_is_kept() -> None:
    data = known(3000, 2)
    bad = DevAnswers(
        **{n: getattr(data, n) for n in DevAnswers.__slots__} | {"fast": (data.gold + 1) % 3}
    )
    sure, asks = fit(bad, 0.0)
    assert not bad.kept(sure, asks).any()
