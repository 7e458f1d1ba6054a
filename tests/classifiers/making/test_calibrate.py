"""The mix is found where it is known, and written so that the folder says it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from classifiers.encoder.mixing import OpinionMix
from classifiers.making.encoder.calibrate import Opinions, fit, write


def opinions(rows: int, encoder: float, fast: float) -> Opinions:
    """Labels drawn from the product of both opinions with these weights."""
    chance = np.random.default_rng(4)
    first, second = (np.log(chance.dirichlet([0.6] * 3, rows)) for _ in range(2))
    known = Opinions(first, second, np.zeros((rows, 3)))
    shares = known.mixed(OpinionMix(encoder, fast)).cumsum(1)
    drawn = (chance.random((rows, 1)) > shares).sum(1).clip(0, 2)
    return known._replace(right=np.eye(3)[drawn])


def test_the_weights_that_made_the_labels_are_found() -> None:
    mix = fit(opinions(20_000, 0.8, 0.3))
    assert abs(mix.encoder - 0.8) <= 0.05
    assert abs(mix.fast - 0.3) <= 0.05


def test_an_opinion_worth_nothing_gets_no_weight() -> None:
    assert fit(opinions(20_000, 1.0, 0.0)).fast <= 0.05


def test_halves_are_apart() -> None:
    known = opinions(11, 1.0, 0.0)
    assert len(known.half(0).right) + len(known.half(1).right) == 11


def test_the_folder_says_its_mix(folder: Path) -> None:
    write(folder, OpinionMix(0.9, 0.1), OpinionMix(0.4, 0.6), 7)
    about = json.loads((folder / "config.json").read_text())
    assert about["rasid"]["calibration"] == 7
    assert about["rasid"]["mix"]["intent"] == {"encoder": 0.4, "fast": 0.6}
    assert about["model_type"] == "bert"
