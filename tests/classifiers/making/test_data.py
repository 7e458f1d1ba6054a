"""From labelled rows to examples: rules, sentence forms, noise."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from classifiers.making.encoder.data import LabelledText, bare, example_of, folded, noisy, read_rows
from classifiers.making.encoder.recipe import LabelledSet, LabelRule, Noise
from classifiers.making.encoder.sentence_forms import form_of

DESK = LabelledSet("intent/desk", "own")
TWEETS = LabelledSet("sentiment/tweets", "own", strip=("retweet", "cut"))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("متى يفتح الفرع", "question"),
        ("الفرع مفتوح؟", "question"),
        ("وين طلبي", "question"),
        ("how do I return it", "question"),
        ("ابغى استرجع فلوسي", "request"),
        ("please cancel my order", "request"),
        ("ممكن أعرف متى يوصل؟", "asking"),
        ("can you help me", "asking"),
        ("الطلب وصل أمس", "statement"),
        ("the branch is closed", "statement"),
        ("", "statement"),
    ],
)
def test_forms(text: str, form: str) -> None:
    assert form_of(text) == form


def test_the_first_rule_that_fits_decides() -> None:
    rules = (
        LabelRule(allow=("complaint",), labels=("broken",), forms=("statement",)),
        LabelRule(allow=("question", "request"), labels=("broken",)),
    )
    statement = example_of(LabelledText("the card is broken", "broken"), 3, DESK, rules)
    assert statement is not None
    assert (statement.group, statement.sentiment, statement.intents) == (3, -1, (1,))
    question = example_of(LabelledText("why is the card broken?", "broken"), 3, DESK, rules)
    assert question is not None
    assert question.intents == (0, 2)
    assert example_of(LabelledText("where is the branch?", "branch"), 3, DESK, rules) is None


def test_a_sentiment_row_without_a_rule_teaches_sentiment_only() -> None:
    example = example_of(LabelledText("RT @user: وصل الطلب… http", "neutral"), 0, TWEETS, ())
    assert example is not None
    assert (example.text, example.sentiment, example.intents) == ("وصل الطلب http", 1, ())


def test_a_fixed_sentiment_stands_for_labels_of_another_kind() -> None:
    angry = LabelledSet("intent/reasons", "own", sentiment="negative")
    example = example_of(LabelledText("late again", "late"), 0, angry, ())
    assert example is not None
    assert example.sentiment == 0


def test_a_rule_may_ask_for_a_source() -> None:
    rules = (LabelRule(allow=("complaint",), sources=("shops",)),)
    assert example_of(LabelledText("مغلق", "other", source="news"), 0, DESK, rules) is None
    assert example_of(LabelledText("مغلق", "other", source="shops"), 0, DESK, rules) is not None


def test_noise_changes_the_writing_and_keeps_the_masks() -> None:
    text = "RT @user: #خدمة_العملاء أسوأ خدمةٍ! http"
    everything = Noise(hashtags=1, folded=1, bare=1, retweets=1)
    assert noisy(text, everything, random.Random(1)) == "خدمه العملاء اسوا خدمه http"
    assert noisy(text, Noise(), random.Random(1)) == text


def test_bare_text_is_never_emptied() -> None:
    assert bare("@user 👍!") == "@user"
    assert bare("👍👍") == "👍👍"


def test_folding_drops_marks_and_tatweel() -> None:
    assert folded("جمـــيلٌ إلى آخرِهِ") == "جميل الي اخره"


def test_rows_are_read_plain_and_zipped_and_a_bad_one_is_named(tmp_path: Path) -> None:
    line = '{"text": "مرحبا", "label": "neutral", "lang": "ar", "dialect": null}\n'
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(line, encoding="utf-8")
    zipped.write_bytes(gzip.compress(line.encode()))
    assert (
        list(read_rows(plain))
        == list(read_rows(zipped))
        == [LabelledText("مرحبا", "neutral", "ar")]
    )
    plain.write_text(line + '{"text": "x"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.jsonl:2: a row needs text and label"):
        list(read_rows(plain))
