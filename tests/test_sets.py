"""The sets in benchmarks/sets are what their README says they are."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.challenge import groups, read, shares, wrong
from classifiers.arabic import fold
from classifiers.labels import ANSWERABLE, INTENTS, SENTIMENTS, Intent, Label, Probabilities
from classifiers.tidy import text_key

HERE = Path(__file__).parent
SETS = HERE.parent / "benchmarks" / "sets"
DIALECTS = {"msa", "egy", "glf", "lev", "mgr"}
CHALLENGE = read()
RELEVANCE = read(SETS / "relevance.jsonl")
BOTH = pytest.mark.parametrize("rows", [CHALLENGE, RELEVANCE], ids=["challenge", "relevance"])


def _everyday() -> list[str]:
    path = HERE / "classifiers" / "rules" / "everyday.py"
    spec = importlib.util.spec_from_file_location("everyday", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [text for text, *_ in module.EVERYDAY + module.HELD_BACK]


@BOTH
def test_ids_and_texts_stand_once(rows: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({text_key(row["text"]) for row in rows}) == len(rows)


@BOTH
def test_no_text_is_empty_or_has_space_around_it(rows: list[dict[str, Any]]) -> None:
    assert [
        row["id"] for row in rows if not row["text"] or row["text"] != row["text"].strip()
    ] == []


def test_no_text_stands_in_both_sets_or_in_the_everyday_list() -> None:
    texts = _everyday() + [row["text"] for row in CHALLENGE + RELEVANCE]
    assert [text for text, count in Counter(map(fold, texts)).items() if count > 1] == []


def test_the_challenge_has_labels_in_range() -> None:
    for row in CHALLENGE:
        assert set(row) == {
            *("id", "text", "label", "intent", "needs_response", "category", "dialect", "lang")
        }, row["id"]
        assert row["label"] in SENTIMENTS, row["id"]
        assert row["intent"] in INTENTS, row["id"]
        assert isinstance(row["needs_response"], bool), row["id"]
        assert row["dialect"] in {*DIALECTS, None}, row["id"]
        assert row["lang"] in {"ar", "ar-Latn", "en", "mixed", "other"}, row["id"]
        # A question to the public is none to us; nothing else parts the two.
        asks = row["intent"] in ANSWERABLE and row["category"] != "not_to_us"
        assert row["needs_response"] == asks, row["id"]


def test_each_category_of_the_challenge_has_enough_rows_in_every_dialect() -> None:
    assert len(CHALLENGE) >= 200
    categories = {row["category"] for row in CHALLENGE}
    assert len(categories) == 9
    for name in categories:
        rows = [row for row in CHALLENGE if row["category"] == name]
        assert len(rows) >= 20, name
        assert {row["dialect"] for row in rows} >= DIALECTS, name


def test_relevance_has_both_answers_for_each_brand() -> None:
    assert len(RELEVANCE) >= 340
    found = Counter((row["brand"], row["about"]) for row in RELEVANCE)
    assert set(found) == {
        (brand, about) for brand in ("زين", "موبايلي", "نون", "أورنج") for about in (True, False)
    }
    assert min(found.values()) >= 40
    for brand in {row["brand"] for row in RELEVANCE}:
        assert {row["dialect"] for row in RELEVANCE if row["brand"] == brand} == DIALECTS


def test_relevance_texts_hold_their_term() -> None:
    for row in RELEVANCE:
        assert set(row) == {"id", "text", "brand", "term", "about", "sense", "dialect"}, row["id"]
        assert fold(row["term"]) in fold(row["text"]), row["id"]
        assert isinstance(row["about"], bool), row["id"]
        assert (row["sense"] in {"telecom", "shop"}) == row["about"], row["id"]


def _label(intent: Intent, needs_response: bool) -> Label:
    chances = Probabilities(0.2, 0.1, 0.7)
    return Label("ar", None, "positive", chances, intent, needs_response, "normal")


def test_shares_and_wrong_answers_are_counted_by_group() -> None:
    rows = [
        {
            **{"id": "a", "text": "1", "category": "x", "dialect": None},
            **{"label": "positive", "intent": "praise", "needs_response": False},
        },
        {
            **{"id": "b", "text": "2", "category": "y", "dialect": "egy"},
            **{"label": "negative", "intent": "complaint", "needs_response": True},
        },
    ]
    labels = [_label("praise", False), _label("complaint", True)]
    assert groups(rows) == {"x": [0], "y": [1], "no dialect": [0], "egy": [1], "all": [0, 1]}
    found = shares(rows, labels)
    assert found["sentiment"] == {"x": 1, "y": 0, "no dialect": 1, "egy": 0, "all": 0.5}
    assert found["needs_response"]["all"] == found["intent"]["all"] == 1
    (one,) = wrong(rows, labels, 5)
    assert (one["id"], one["wrong"], one["probability"]) == ("b", ["sentiment"], 0.7)
    assert json.loads(json.dumps(one)) == one
