"""A model of someone's own is mixed anew at the heads of which their rows tell enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from classifiers.encoder.heads import HEADS
from classifiers.encoder.mixing import about
from classifiers.making.encoder.recipe import parse_recipe
from classifiers.making.own_rows import Fields
from classifiers.making.tiers.own_gate import known_row
from classifiers.making.tiers.own_mix import LEAST_TO_CALIBRATE, fit_mix, told_enough
from classifiers.reading import reading_of
from tests.classifiers.making.own_rows import rows, three_headed

RECIPE = parse_recipe(
    {"name": "toy", "training": {"examples": 1}, "set": [{"file": "own/toy", "licence": "own"}]}
)


def _fit(folder: Path, spare: tuple[Fields, ...], *, whole: bool = True) -> str:
    return fit_mix(folder, None, spare, RECIPE, whole=whole)


def test_enough_sentiments_fit_that_head_and_leave_the_others_as_they_were(folder: Path) -> None:
    before, _ = about(folder)
    assert _fit(folder, rows(LEAST_TO_CALIBRATE)) == "on texts of their own"
    after, _ = about(folder)
    assert after.mixes["sentiment"] != before.mixes["sentiment"]
    assert {head for head in HEADS if after.mixes[head] == before.mixes[head]} == {
        *("intent", "needs", "dialect"),
    }
    assert after.needs_at == before.needs_at


def test_rows_that_tell_the_need_fit_its_mix_and_its_threshold(folder: Path) -> None:
    before, _ = about(folder)
    _fit(folder, three_headed(LEAST_TO_CALIBRATE))
    after, _ = about(folder)
    assert after.mixes["dialect"] == before.mixes["dialect"]
    for head in ("sentiment", "intent", "needs"):
        assert after.mixes[head] != before.mixes[head], head
    assert after.needs_at != before.needs_at


def test_too_few_rows_leave_everything_as_it_was(folder: Path) -> None:
    before, _ = about(folder)
    assert _fit(folder, three_headed(LEAST_TO_CALIBRATE - 1)) == "as before"
    assert about(folder)[0] == before


def test_rows_that_never_tell_a_sentiment_say_nothing_of_how_often_it_is() -> None:
    two = [row for row in rows(3 * LEAST_TO_CALIBRATE) if row["label"] != "neutral"]
    assert len(two) >= LEAST_TO_CALIBRATE
    assert told_enough([known_row(row, "written") for row in two]) == []


def test_a_body_alone_and_too_few_rows_are_not_calibrated(folder: Path) -> None:
    path = folder / "config.json"
    bare: dict[str, Any] = json.loads(path.read_text())
    del bare["rasid"]
    path.write_text(json.dumps(bare))
    assert _fit(folder, rows(9), whole=False) == "not"
    assert about(folder)[0].version == 0
    path.write_text(json.dumps(bare))
    assert _fit(folder, rows(LEAST_TO_CALIBRATE), whole=False) == "on texts of their own"
    assert about(folder)[0].mixes["intent"] == (1.0, 0.0)


def test_an_own_row_is_known_as_it_is_served() -> None:
    once = "طلبي متأخر من اسبوعين ومحد يرد علي لا بالتطبيق ولا بالتلفون"
    pasted = {"text": "\n".join([once] * 6), "label": "negative"}
    assert known_row(pasted, "own").text == reading_of(once)
