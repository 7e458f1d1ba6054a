"""Fitting a head of the bag: what it learns of, in which steps, and how it is stored."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.bag.features import hash_batch
from classifiers.making.bag.fit_bag import BagSettings, fit, hash_texts, quantise
from classifiers.making.bag.lesson import Lesson

SETTINGS = BagSettings(bits=12, epochs=20, batch=4, drop=0.0)
TWO = ("a", "b")


def _lesson(allowed: list[list[bool]], **changes: list[list[float]] | list[float]) -> Lesson:
    rows = len(allowed)
    found = {
        "prior": np.zeros((rows, len(allowed[0])), np.float32),
        "weight": np.ones(rows, np.float32),
        **{name: np.array(value, np.float32) for name, value in changes.items()},
    }
    return Lesson(np.arange(rows), np.array(allowed), found["prior"], found["weight"])


def _said(texts: list[str], lesson: Lesson, asked: list[str]) -> np.ndarray:
    head = fit(hash_texts(texts, 14), lesson, TWO, SETTINGS, lambda line: None)
    return head.logits(hash_batch(asked, 14), 14)


def test_a_word_learns_its_class_from_a_hash_of_more_bits() -> None:
    texts = ["جيد", "سيء"] * 4
    said = _said(texts, _lesson([[True, False], [False, True]] * 4), ["جيد", "سيء"])
    assert said.argmax(axis=1).tolist() == [0, 1]


def test_a_text_that_may_be_either_teaches_nothing() -> None:
    said = _said(["نص"] * 4, _lesson([[True, True]] * 4), ["نص"])
    assert said == pytest.approx(np.zeros((1, 2)), abs=1e-4)


def test_a_sets_mood_is_not_learned_of_its_words() -> None:
    allowed = [[True, False]] * 9 + [[False, True]]
    prior = [[float(np.log(0.9)), float(np.log(0.1))]] * 10
    plain = _said(["كلمة"] * 10, _lesson(allowed), ["كلمة"])[0]
    adjusted = _said(["كلمة"] * 10, _lesson(allowed, prior=prior), ["كلمة"])[0]
    assert plain[0] - plain[1] > 1.0
    assert abs(adjusted[0] - adjusted[1]) < 0.5


def test_of_two_that_disagree_the_heavier_one_is_believed() -> None:
    lesson = _lesson([[True, False], [False, True]], weight=[1.0, 5.0])
    assert _said(["كلمة", "كلمة"], lesson, ["كلمة"]).argmax(axis=1).tolist() == [1]


def test_int8_keeps_the_table_within_half_a_step() -> None:
    table = np.random.default_rng(5).normal(0, 1, (1024, 3)).astype(np.float32)
    head = quantise(table, np.zeros(3, np.float32), ("a", "b", "c"))
    wanted = table[:, :-1] - table[:, -1:]  # the last class is what the others are measured from
    inside = np.abs(wanted) <= head.scale * 127
    assert np.abs(head.table * head.scale - wanted)[inside].max() <= head.scale.max() / 2 + 1e-6


def test_a_table_that_learned_nothing_is_stored_as_nothing() -> None:
    head = quantise(np.zeros((16, 2), np.float32), np.zeros(2, np.float32), TWO)
    assert not head.table.any()
    assert (head.scale > 0).all()
