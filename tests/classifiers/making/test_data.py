"""From labelled rows to examples: rules, sentence forms, noise."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from classifiers.labels import DIALECTS, Intent
from classifiers.making.encoder.data import (
    LabelledText,
    bare,
    example_of,
    folded,
    noisy,
    read_rows,
    written_file,
)
from classifiers.making.encoder.recipe import LabelledSet, LabelRule, Noise
from classifiers.making.encoder.sentence_forms import form_of
from classifiers.tidy import text_key

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


POSTS = LabelledSet("written", "own", dialect=1.0)


def test_a_written_post_says_what_it_is_itself() -> None:
    rules = (LabelRule(allow=("praise",)),)
    public = LabelledText("وش أفضل شركة", "neutral", "", "iraqi", "", "question", needs=False)
    taught = example_of(public, 0, POSTS, rules)
    assert taught is not None
    assert (taught.sentiment, taught.intents, taught.needs) == (1, (0,), 0)
    assert [DIALECTS[at] for at in taught.dialects] == ["irq"]


@pytest.mark.parametrize(
    ("allow", "needs", "taught"),
    [
        (("complaint",), "company", 1),
        (("complaint", "request"), "company", 1),
        (("complaint", "other"), "company", -1),
        (("complaint",), "", -1),
        (("other",), "", 0),
        (("praise", "other"), "company", 0),
        ((), "company", -1),
    ],
)
def test_a_need_is_taught_where_all_open_intents_agree(
    allow: tuple[Intent, ...], needs: str, taught: int
) -> None:
    labelled = LabelledSet("sentiment/x", "own", needs=needs)
    row = LabelledText("x", "negative")
    example = example_of(row, 0, labelled, (LabelRule(allow=allow),) if allow else ())
    assert example is not None
    assert example.needs == taught


def test_an_older_set_leaves_open_what_it_does_not_tell_apart() -> None:
    tweets = LabelledSet("sentiment/x", "own", dialect=1.0)

    def dialects(row: LabelledText, labelled: LabelledSet = tweets) -> list[str]:
        example = example_of(row, 0, labelled, ())
        assert example is not None
        return [DIALECTS[at] for at in example.dialects]

    gulf = LabelledText("x", "neutral", "ar", "gulf")
    assert dialects(gulf) == ["glf", "irq"]
    assert dialects(LabelledText("x", "neutral", "ar", "egyptian")) == ["egy", "sud"]
    assert dialects(LabelledText("x", "neutral", "en", "")) == []
    assert dialects(gulf, LabelledSet("sentiment/x", "own")) == []


def test_every_written_post_can_be_learned_and_none_is_held_out_and_learned() -> None:
    rows = {part: list(read_rows(written_file(part))) for part in ("train", "dev")}
    for part in rows.values():
        examples = [example_of(row, 0, POSTS, ()) for row in part]
        assert all(one and one.needs >= 0 and one.intents for one in examples)
    keys = {part: {text_key(row.text) for row in some} for part, some in rows.items()}
    assert not keys["train"] & keys["dev"]


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


def test_a_row_that_tells_only_the_need_of_a_response_teaches_it() -> None:
    alone = LabelledText("رد آلي", "", needs=False)
    taught = example_of(alone, 0, LabelledSet("own/corrections", "your own"), ())
    assert taught is not None
    assert (taught.sentiment, taught.intents, taught.needs) == (-1, (), 0)
    nothing = LabelledText("رد آلي", "")
    assert example_of(nothing, 0, LabelledSet("own/corrections", "your own"), ()) is None
