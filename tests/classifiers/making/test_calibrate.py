"""The mix is found where it is known, and written so that the folder says it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.encoder.heads import HEADS
from classifiers.encoder.mixing import OpinionMix
from classifiers.making.encoder.calibrate import threshold, write
from classifiers.making.encoder.opinions import Opinions, fit


def opinions(rows: int, encoder: float, fast: float) -> Opinions:
    """Labels drawn from the product of both opinions with these weights."""
    chance = np.random.default_rng(4)
    first, second = (np.log(chance.dirichlet([0.6] * 3, rows)) for _ in range(2))
    known = Opinions(first, second, np.zeros((rows, 3), bool), np.array(["tweets"] * rows))
    shares = known.mixed(OpinionMix(encoder, fast)).cumsum(1)
    drawn = (chance.random((rows, 1)) > shares).sum(1).clip(0, 2)
    return known._replace(right=np.eye(3, dtype=bool)[drawn])


def test_the_weights_that_made_the_labels_are_found() -> None:
    mix = fit(opinions(20_000, 0.8, 0.3))
    assert abs(mix.encoder - 0.8) <= 0.05
    assert abs(mix.fast - 0.3) <= 0.05


def test_an_opinion_worth_nothing_gets_no_weight() -> None:
    assert fit(opinions(20_000, 1.0, 0.0)).fast <= 0.05


def test_every_kind_of_text_counts_alike() -> None:
    known = opinions(900, 1.0, 0.0)._replace(kinds=np.array(["tweets"] * 100 + ["written"] * 800))
    weights = known.weights()
    assert weights.sum() == pytest.approx(1.0)
    assert weights[:100].sum() == pytest.approx(0.5)
    assert len(known.where(np.s_[::2]).right) == 450


def needs(kind: str, yes: list[float], right: list[bool]) -> Opinions:
    shares = np.array([(1 - one, one) for one in yes])
    gold = np.array([(not one, one) for one in right])
    return Opinions.of(shares, shares, gold, [kind] * len(yes))


def test_the_threshold_holds_the_precision_and_keeps_alarms_few() -> None:
    alone = OpinionMix()
    posts = needs("written", [0.9, 0.8, 0.7, 0.6, 0.3], [True, True, True, False, True])
    assert threshold(posts, alone) == pytest.approx(0.7)
    calm = needs("everyday", [0.1] * 97 + [0.85] * 3, [False] * 100)
    both = Opinions(*(np.concatenate(parts) for parts in zip(posts, calm, strict=True)))
    assert threshold(both, alone) == pytest.approx(0.85, abs=0.01)


def test_the_folder_says_its_mix(folder: Path) -> None:
    mixes = {**dict.fromkeys(HEADS, OpinionMix(0.9, 0.1)), "intent": OpinionMix(0.4, 0.6)}
    write(folder, mixes, 0.61, 7)
    about = json.loads((folder / "config.json").read_text())
    assert about["rasid"]["calibration"] == 7
    assert about["rasid"]["mix"]["intent"] == {"encoder": 0.4, "fast": 0.6}
    assert about["rasid"]["needs_at"] == 0.61
    assert about["model_type"] == "bert"
