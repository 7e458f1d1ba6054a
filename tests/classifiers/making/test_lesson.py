"""What a recipe's examples teach each head of the bag."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from classifiers.making.bag import lesson
from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.recipe import RECIPES, LabelledSet, Recipe, read_recipe

WRITTEN = LabelledSet("written", "ours")
TWEETS = LabelledSet("sentiment/tweets", "none stated", weight=1.5, intent_weight=0.3)
WEAK = LabelledSet("sentiment/stars", "none stated", weight=0.25)
OWN = LabelledSet("own/shop", "your own", weight=2.0)


def _recipe(*sets: LabelledSet) -> Recipe:
    return Recipe("toy", 1, sets, {})


def _taught(sentiment: int, intents: tuple[int, ...] = (), needs: int = -1) -> TaughtText:
    return TaughtText("نص", 0, sentiment, intents, needs)


def test_a_sentiment_that_a_set_does_not_have_is_barred_there_only() -> None:
    two, three = [_taught(0), _taught(2)], [_taught(0), _taught(1), _taught(2)]
    found = lesson.lesson("sentiment", _recipe(WEAK, TWEETS), [two, three])
    assert (found.prior[:, 1] < -20).tolist() == [True, True, False, False, False]


def test_rows_count_over_all_sets_and_leave_out_what_teaches_nothing() -> None:
    examples = [[_taught(0), _taught(-1, (5,), 0)], [_taught(1, (0, 2), 1)]]
    recipe = _recipe(WRITTEN, TWEETS)
    assert lesson.lesson("sentiment", recipe, examples).rows.tolist() == [0, 2]
    intents = lesson.lesson("intent", recipe, examples)
    assert intents.rows.tolist() == [1, 2]
    assert _places(intents.allowed.tolist()) == [(5,), (0, 2)]
    assert lesson.lesson("needs", recipe, examples).allowed.argmax(axis=1).tolist() == [0, 1]
    assert len(lesson.lesson("dialect", recipe, examples).rows) == 0


def _places(rows: list[list[bool]]) -> list[tuple[int, ...]]:
    return [tuple(at for at, value in enumerate(row) if value) for row in rows]


def test_weak_labels_weigh_less_and_own_rows_what_they_were_given() -> None:
    recipe = _recipe(WRITTEN, TWEETS, WEAK, OWN)
    examples = [[_taught(0, (1,))] for _ in recipe.sets]
    weights = {
        head: lesson.lesson(head, recipe, examples).weight for head in ("sentiment", "intent")
    }
    of_written = [lesson.WRITTEN_WEIGHT[head] for head in ("sentiment", "intent")]
    assert weights["sentiment"] == pytest.approx([of_written[0], 1.0, 0.25, 2.0])
    assert weights["intent"] == pytest.approx([of_written[1], 0.3, 0.25, 2.0])


def test_of_a_large_set_an_even_part_teaches_the_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lesson.MOST, "intent", 10)
    found = lesson.lesson("intent", _recipe(TWEETS), [[_taught(0, (5,))] * 35])
    assert found.rows.tolist() == list(range(0, 35, 4))


def test_every_written_post_teaches_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(lesson.MOST, "intent", 10)
    found = lesson.lesson("intent", _recipe(WRITTEN), [[_taught(0, (5,))] * 35])
    assert found.rows.tolist() == list(range(35))


def test_the_bag_sees_more_languages_unless_the_recipe_is_of_open_sets_alone() -> None:
    full, open_only = (read_recipe(RECIPES / f"{name}.toml") for name in ("full", "open"))
    more = {one.name for one in lesson.for_the_bag(full).sets} - {one.name for one in full.sets}
    assert more == {"umsab_de", "umsab_it", "umsab_pt"}
    assert lesson.for_the_bag(open_only) == open_only
    again = lesson.for_the_bag(lesson.for_the_bag(full))
    assert len({one.file for one in again.sets}) == len(again.sets)


def test_languages_are_learned_of_so_many_rows_of_each_in_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "PER_LANGUAGE", 2)
    rows = [("one", "en"), ("two", "en"), ("three", "en"), ("un", "fr"), ("نص", "ar")]
    path = tmp_path / "sentiment" / "tweets.train.jsonl.gz"
    path.parent.mkdir()
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for text, lang in rows:
            file.write(json.dumps({"text": text, "label": "neutral", "lang": lang}) + "\n")
    texts, classes, taught = lesson.languages(_recipe(TWEETS), tmp_path)
    assert texts == ["one", "two", "un"]
    assert classes == ("en", "fr")
    assert taught.allowed.argmax(axis=1).tolist() == [0, 0, 1]


def test_written_posts_teach_their_languages_where_there_are_no_other_rows_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "PER_LANGUAGE", 2)
    texts, classes, taught = lesson.languages(_recipe(WRITTEN, TWEETS), None)
    assert {"ar-Latn", "en", "fr"} <= set(classes)
    assert taught.allowed.sum(axis=0).tolist() == [2] * len(classes)
    assert lesson.languages(_recipe(WRITTEN), tmp_path)[0] == texts
