"""The auto tier: who answers what, what its gate was fitted for, and how the gate is fitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.auto import AutoClassifier, Gate, weights_of
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HEADS
from classifiers.loading import WEIGHTS, bundled_fast
from classifiers.making.fit_auto import PARTS, fit
from classifiers.making.gate_answers import GateAnswers
from tests.classifiers.conftest import SENTENCES

TEXTS = [text for text, _ in SENTENCES] + ["كيف أغير الباقة؟", "👍", ""]
ALL, NONE = {"ar": 0.0, "en": 0.0, "": 0.0}, {"ar": 1.1, "en": 1.1}


@pytest.fixture
def full(folder: Path) -> EncoderClassifier:
    return EncoderClassifier.read(folder, words=bundled_fast())


def gate(full: EncoderClassifier, sure: dict[str, float], least: float = 0.0) -> Gate:
    names = weights_of(bundled_fast().model), weights_of(full.model)
    return Gate(sure, least, least, least, *names)


def test_what_the_gate_keeps_is_the_fast_models_word_and_the_rest_the_full_ones(
    full: EncoderClassifier,
) -> None:
    fast = bundled_fast()
    nothing = AutoClassifier(fast, full, gate(full, NONE)).classify(TEXTS)
    assert nothing == full.classify(TEXTS)
    for head in ("intent", "needs", "dialect"):  # one head that is not sure enough is enough
        strict = replace(gate(full, ALL), **{head: 1.1})
        labels = AutoClassifier(fast, full, strict).classify(TEXTS[:4])
        assert labels == full.classify(TEXTS[:4])
    kept = AutoClassifier(fast, full, gate(full, ALL)).classify(TEXTS)
    assert kept == fast.classify(TEXTS)
    assert kept != nothing


def test_the_fast_model_keeps_no_text_in_letters_that_it_never_learned(
    full: EncoderClassifier,
) -> None:
    texts = ["یہ لوگ دھوکے باز ہیں", "دفتر جدید در تهران است", "Магазин открыт с девяти до шести"]
    labels = AutoClassifier(bundled_fast(), full, gate(full, ALL)).classify(texts)
    assert labels == full.classify(texts)
    assert labels[0] != bundled_fast().classify(texts)[0]


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


def known(rows: int, seed: int) -> GateAnswers:
    """Made-up answers: full is right nine times in ten, fast where it is sure."""
    chance = np.random.default_rng(seed)
    gold = np.stack([chance.integers(0, classes, rows) for classes in HEADS.values()], 1)
    sure = chance.uniform(0.34, 1.0, (rows, 1)).repeat(len(HEADS), 1)
    wrong = (gold + 1) % [*HEADS.values()]
    fast = np.where(chance.random(gold.shape) < np.where(sure > 0.7, 0.92, 0.4), gold, wrong)
    return GateAnswers(
        gold=gold,
        fast=fast,
        full=np.where(chance.random(gold.shape) < 0.9, gold, wrong),
        sure=sure,
        languages=np.array(["ar", "en", "tr"])[chance.integers(0, 3, rows)],
        kinds=np.array(["written", "tweets"])[chance.integers(0, 2, rows)],
    )


def test_the_fitted_gate_keeps_what_fast_is_right_about_and_loses_no_more_than_it_may() -> None:
    answers = known(6000, 1)
    kept = answers.kept(fit(answers, 0.01))
    assert 0.2 < kept.mean() < 0.5  # a third of the texts is in a language nobody fitted
    assert not kept[answers.languages == "tr"].any()
    assert answers.loss(kept) <= 0.01
    parts = [slice(at, None, PARTS) for at in range(PARTS)]
    assert all(answers.part(part).loss(kept[part]) <= 0.02 for part in parts)


def test_where_no_gate_is_good_enough_nothing_is_kept() -> None:
    answers = known(3000, 2)
    bad = replace(answers, fast=(answers.gold + 1) % [*HEADS.values()])
    assert not bad.kept(fit(bad, 0.0)).any()


def test_a_head_that_falls_in_one_kind_of_text_stops_the_gate() -> None:
    answers = known(6000, 3)
    fast = answers.fast.copy()
    written = answers.kinds == "written"
    fast[written, 3] = (answers.gold[written, 3] + 1) % HEADS["dialect"]  # of dialect it knows none
    kept = answers.kept(fit(replace(answers, fast=fast), 0.005))
    assert kept.mean() < 0.02 < answers.kept(fit(answers, 0.005)).mean()
