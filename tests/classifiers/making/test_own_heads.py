"""Rows of someone's own that tell intent and the need of a response: learned, measured, gated."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from classifiers import load, loading
from classifiers.assemble import HeadShares
from classifiers.auto import FILE, AutoClassifier, Gate
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HEADS
from classifiers.making.card.head_figures import OwnGate
from classifiers.making.encoder import known
from classifiers.making.own_rows import OwnSet, parts
from classifiers.making.tiers import full_tier as full
from classifiers.making.tiers import own_gate
from classifiers.making.tiers.request import Audience
from classifiers.tidy import tidy
from tests.classifiers.making.own_rows import request, rows, shipped, three_headed
from tests.classifiers.making.toy_fast import Seen, ToyFast

ROWS = three_headed(700)
ANSWERS = {
    tidy(row["text"]): (row["label"], row["intent"], row["needs_response"] == "yes") for row in ROWS
}


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> ToyFast:
    """Stands where the bundled fast model does."""
    toy = ToyFast(ANSWERS)
    monkeypatch.setattr(loading, "bundled_fast", lambda: toy)
    monkeypatch.setattr(full, "bundled_fast", lambda: toy)
    return toy


@pytest.fixture
def start(tokenizer_document: dict[str, Any], tmp_path: Path) -> Path:
    return shipped(tmp_path / "start", tokenizer_document)


@pytest.mark.usefixtures("fast")
def test_all_three_heads_move_towards_what_people_said_and_the_card_measures_them(
    start: Path, tmp_path: Path
) -> None:
    given = request(tmp_path, start, own=(OwnSet("corrections", ROWS[:400]),))
    given.recipe.write_text(given.recipe.read_text().replace("passes = 0.5", "passes = 2.0"))
    end = full.train(given, Audience())
    assert end.trained is not None
    found = end.trained.compared
    assert found is not None
    held = len(parts(given.own).held)
    assert set(found.differences) == {"sentiment", "intent", "needs_response"}
    assert found.intent
    assert found.needs
    assert found.intent[1].texts == found.needs[1].texts == held
    old, new = (load(str(path), tier="full") for path in (start, given.out))
    texts = [row["text"] for row in parts(given.own).held]
    gold = [row["intent"] for row in parts(given.own).held]
    right = [
        sum(label.intent == aim for label, aim in zip(model.classify(texts), gold, strict=True))
        for model in (old, new)
    ]
    assert right[1] == sum(found.intent[1].confusion[at][at] for at in range(6)) >= right[0]
    card = (given.out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"| all | {held} |" in card
    assert "| complaint | " in card
    assert "need one, found |" in card
    assert "need of a response: macro-F1" in card


@pytest.mark.usefixtures("fast")
def test_rows_of_one_head_alone_teach_it_and_the_card_says_what_is_not_known(
    start: Path, tmp_path: Path
) -> None:
    """What "No reply needed" says: nothing of the sentiment, nothing of the intent."""
    clicks = tuple({**row, "label": "", "intent": ""} for row in three_headed(270))
    given = request(tmp_path, start, own=(OwnSet("corrections", clicks),))
    full.train(given, Audience())
    texts = [row["text"] for row in clicks[:60]]
    models = [EncoderClassifier.read(path, words=ToyFast()) for path in (start, given.out)]
    old, new = (model.shares(texts) for model in models)
    moved = {
        head: float(
            (torch.tensor(getattr(old, head)) - torch.tensor(getattr(new, head))).abs().max()
        )
        for head in ("sentiment", "intent", "needs")
    }
    assert moved["needs"] > 2 * max(moved["sentiment"], moved["intent"])
    card = (given.out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "No held-out text tells its sentiment and intent" in card
    assert "need of a response: macro-F1" in card.split("## ")[0]


def _some_known(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """So many texts take the place of the written posts."""
    posts = [own_gate.known_row(row, known.WRITTEN_KIND) for row in ROWS[:count]]
    monkeypatch.setattr(own_gate, "known_texts", lambda _data, _recipe: posts)


def test_a_model_of_ones_own_becomes_half_of_auto(
    start: Path, tmp_path: Path, fast: ToyFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _some_known(monkeypatch, 700)
    given = request(tmp_path, start, own=(OwnSet("letters", ROWS),), auto=True)
    end = full.train(given, Audience())
    assert end.trained
    assert end.trained.gate
    assert end.trained.gate.written
    gate = Gate.read(given.out / FILE)
    assert gate.fast == "fast-0123456789ab"
    served = load(str(given.out))
    assert isinstance(served, AutoClassifier)
    texts = [row["text"] for row in ROWS[:50]]
    assert served.classify(texts) == fast.classify(texts)  # it knows them: the gate lets it
    alone = load(str(given.out), tier="full")
    assert isinstance(alone, EncoderClassifier)
    assert served.classify(["لم أسمع بهذا"]) == alone.classify(["لم أسمع بهذا"])
    card = (given.out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## As half of auto" in card
    assert "| need of a response | " in card


@pytest.mark.usefixtures("fast")
def test_too_few_known_texts_make_no_gate_and_the_folder_labels_alone(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _some_known(monkeypatch, 100)
    given = request(tmp_path, start, auto=True)
    given.out.mkdir()
    (given.out / FILE).write_text("{}")  # of the model that was there before
    end = full.train(given, Audience())
    assert end.trained
    assert end.trained.gate
    assert "100 known texts are too few" in end.trained.gate.sentence
    assert not (given.out / FILE).exists()
    assert isinstance(load(str(given.out)), EncoderClassifier)


class Knows:
    """A full model that answers as a toy does."""

    model, needs_at = "full-0123456789ab-c1-r1", 0.5

    def __init__(self, told: dict[str, tuple[str, str, bool]]) -> None:
        self._toy = ToyFast(told)

    def shares(self, tidied: Sequence[str]) -> list[list[float]]:
        return [[0.0] * len(tidied)] * len(HEADS)

    def mixed(self, seen: Seen, _shares: Sequence[float]) -> HeadShares:
        return self._toy.look([seen.read.tidied])[0].shares


def test_a_gate_that_costs_held_out_rows_of_ones_own_is_not_written(tmp_path: Path) -> None:
    """The fast model is right on written posts and wrong, and as sure, on the team's rows."""
    ours = [{**row, "text": f"{row['text']} عندنا"} for row in ROWS[:200]]
    right = {tidy(row["text"]): ANSWERS[tidy(row["text"].removesuffix(" عندنا"))] for row in ours}
    turned = {"negative": "positive", "neutral": "negative", "positive": "neutral"}
    wrong = {text: (turned[mood], aim, needs) for text, (mood, aim, needs) in right.items()}
    model: Any = Knows(ANSWERS | right)
    posts = [own_gate.known_row(row, known.WRITTEN_KIND) for row in ROWS]

    def fitted(fast: Any) -> OwnGate:
        return own_gate.fit_own_gate(tmp_path, fast, model, posts, ours, lambda _: None)

    good = fitted(ToyFast(ANSWERS | right))
    assert (good.written, (tmp_path / FILE).exists()) == (True, True)
    bad = fitted(ToyFast(ANSWERS | wrong))
    assert (bad.written, (tmp_path / FILE).exists()) == (False, False)
    assert "sentiment would fall too far" in bad.sentence
    assert bad.held["sentiment"] == (1.0, 0.0)
    assert bad.held["needs_response"] == (1.0, 1.0)


@pytest.mark.usefixtures("fast")
def test_a_gate_fitted_for_others_is_said_once_and_not_used(
    start: Path, caplog: pytest.LogCaptureFixture
) -> None:
    loading._alone.cache_clear()
    Gate({"ar": 0.0}, 0.0, 0.0, 0.0, "fast-000000000000", "full-000000000000").write(start / FILE)
    with caplog.at_level(logging.WARNING, "classifiers.loading"):
        for _ in range(2):
            assert isinstance(load(str(start)), EncoderClassifier)
    assert sum("was fitted for" in record.getMessage() for record in caplog.records) == 1
    (start / FILE).unlink()
    with caplog.at_level(logging.WARNING, "classifiers.loading"):
        load(str(start))
        load(str(start), tier="full")
    assert "has no auto.json" in caplog.records[-1].getMessage()
    assert len(caplog.records) == 2


@pytest.mark.usefixtures("fast")
def test_a_gate_that_cannot_be_read_is_loud(start: Path) -> None:
    (start / FILE).write_text(json.dumps({"sure": {}}))
    with pytest.raises(ValueError, match=r"auto\.json cannot be read"):
        load(str(start))


def test_no_gate_is_fitted_where_none_is_asked_for(
    start: Path, tmp_path: Path, fast: ToyFast
) -> None:
    end = full.train(request(tmp_path, start, own=(OwnSet("letters", rows()),)), Audience())
    assert end.trained
    assert end.trained.gate is None
    assert fast.model not in (tmp_path / "made" / "MODEL_CARD.md").read_text(encoding="utf-8")
