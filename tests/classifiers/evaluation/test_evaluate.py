"""What a report holds, and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from classifiers import load
from classifiers.evaluation.evaluate import answers, compare, evaluate
from classifiers.evaluation.labelled_rows import row_of, split
from classifiers.evaluation.report_text import comparison_text, report_text, verdict
from classifiers.labels import Label, Probabilities

ROWS = [
    {"text": "الخدمة ممتازة", "label": "positive", "lang": "ar", "source": "own"},
    {"text": "الشبكة زفت", "label": "negative", "lang": "ar", "dialect": "glf"},
    {"text": "The shop opens on Sunday", "label": "neutral", "lang": "en"},
    {"text": "التطبيق ما يشتغل", "label": "complaint"},
    {"text": "متى تفتحون؟", "label": "not_complaint"},
]
FOREIGN = [
    {"text": "bohat kharab service hai", "label": "negative", "lang": "ur"},
    {"text": "আপনার সেবা খুব খারাপ", "label": "negative"},
    {"text": "زين very good", "label": "positive", "lang": "mixed"},
]


class Says:
    """A classifier that finds every text negative, and remembers how many came at once."""

    name = model = "says"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def classify(self, texts: Sequence[str]) -> list[Label]:
        self.batches.append(len(texts))
        sure = Probabilities(0.8, 0.15, 0.05)
        return [Label("ar", None, "negative", sure, "other", False, "low") for _ in texts]


def test_a_report_has_a_table_in_all_by_source_dialect_and_language() -> None:
    report = evaluate(load("lexicon"), [row_of(row) for row in ROWS], 2)
    assert report.pooled is not None
    assert (report.pooled.texts, report.pooled.macro_f1) == (3, 1)
    assert {group: list(found) for group, found in report.tables.items()} == {
        "all": [""],
        "source": ["own"],
        "dialect": ["glf"],
        "lang": ["ar", "en"],
    }
    assert report.intents["complaint"].macro_f1 == 1
    shown = report_text(report)
    for part in ("by source", "by dialect", "by language", "confusion", "texts/s", "2 rows"):
        assert part in shown
    figures = json.loads(json.dumps(report.as_dict()))
    assert figures["tables"]["all"][""]["texts"] == 3
    assert figures["texts_per_second"] > 0


def test_untested_languages_stand_apart_and_are_in_no_other_figure() -> None:
    rows = [row_of(row) for row in (*ROWS, *FOREIGN)]
    report = evaluate(Says(), rows)
    assert report.pooled is not None
    assert report.pooled.texts == 3
    assert {code: found.texts for code, found in report.untested.items()} == {
        "bn": 1,
        "mixed": 1,
        "ur": 1,
    }
    assert set(report.tables["lang"]) == {"ar", "en"}
    shown = report_text(report)
    assert "untested languages" in shown
    assert "These 3 texts are in no figure above" in shown
    assert evaluate(Says(), [row_of(row) for row in ROWS]).tables == report.tables


def test_a_row_that_names_no_language_is_judged_by_its_text_where_that_tells() -> None:
    texts = ["الخدمة ممتازة جدا", "😂😂", "میرا انٹرنیٹ کل سے بند ہے"]
    found = split([row_of({"text": text, "label": "neutral"}) for text in texts])
    assert found.langs == ["ar", "other", "ur"]
    assert found.tested == [0, 1]
    assert found.untested == {"ur": [2]}
    assert found.detected == 3


def test_rows_in_untested_languages_alone_make_no_claim() -> None:
    report = evaluate(Says(), [row_of(row) for row in FOREIGN])
    assert report.pooled is None
    assert report.tables == {}
    assert "untested languages" in report_text(report)


HEADED = [
    {"text": "a", "intent": "complaint", "needs_response": True, "lang": "ar"},
    {"text": "b", "intent": "complaint", "needs_response": "no", "lang": "ar"},
    {"text": "c", "intent": "praise", "needs_response": False, "lang": "en"},
    {"text": "d", "intent": "question", "needs_response": "yes", "lang": "ur"},
]


class Complains(Says):
    """A classifier to which everything but thanks (c) is a complaint that needs a response."""

    def classify(self, texts: Sequence[str]) -> list[Label]:
        return [
            replace(
                label, intent="complaint" if text != "c" else "praise", needs_response=text != "c"
            )
            for text, label in zip(texts, super().classify(texts), strict=True)
        ]


def test_intent_and_need_of_a_response_are_measured_where_rows_tell_them() -> None:
    rows = [row_of(row) for row in HEADED]
    report = evaluate(Complains(), rows)
    assert report.pooled is None
    assert report.intent is not None
    assert (report.intent.texts, report.intent.macro_f1) == (3, 1)
    assert report.intent.f1 == {"complaint": 1, "praise": 1}  # Urdu is in no figure
    assert report.needs_response is not None
    assert (report.needs_response.texts, report.needs_response.needed) == (3, 1)
    assert (report.needs_response.recall, report.needs_response.precision) == (1, 0.5)
    shown = report_text(report)
    assert "intent: 3 texts, macro-F1 1.000" in shown
    assert "F1: complaint 1.000 of 2, praise 1.000 of 1" in shown
    assert "need of a response: 3 texts, 1 need one, recall 1.000" in shown
    silent = evaluate(Says(), rows)
    assert silent.intent is not None
    assert silent.intent.macro_f1 == 0
    assert "none is said to" in report_text(silent)
    assert json.loads(json.dumps(report.as_dict()))["intent"]["texts"] == 3
    plain = evaluate(Says(), [row_of(row) for row in ROWS])
    assert (plain.intent, plain.needs_response) == (None, None)


def test_two_models_are_compared_head_by_head() -> None:
    rows = [row_of(row) for row in HEADED[:3]] * 40
    first, second = (answers(model, rows) for model in (Complains(), Says()))
    found = compare(rows, first, second)
    assert {head: (one.texts, one.significant) for head, one in found.heads.items()} == {
        "intent": (120, True),
        "needs_response": (120, True),
    }
    told = verdict(found)
    assert len(told) == 2
    assert "intent: macro-F1 1.000 (first) and 0.000 (second) on 120 texts" in told[0]
    assert "significant at 5 %, the first model is better" in told[0]
    few = compare(rows[:30], *(answers(model, rows[:30]) for model in (Complains(), Says())))
    assert "fewer than 50 texts are too few" in verdict(few)[0]
    assert "need of a response" in comparison_text(found)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"label": "positive"}, "text"),
        ({"text": None, "label": "positive"}, "text"),
        ({"text": "x"}, "label"),
        ({"text": "x", "label": 3}, "label"),
        ({"text": "x", "label": "unheard of"}, "unheard of"),
    ],
)
def test_a_bad_row_says_what_is_wrong(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        row_of(fields)


def test_names_of_groups_cannot_drive_a_terminal_nor_fill_it() -> None:
    row = row_of({"text": "x", "label": " Negative ", "source": "\x1b[2J" + "s" * 500})
    assert row["label"] == "negative"
    assert len(row["source"]) == 60
    assert "\x1b" not in row["source"]
    many = [row_of({"text": "x", "label": "neutral", "source": f"s{at}"}) for at in range(100)]
    shown = report_text(evaluate(Says(), many))
    assert "… and 40 smaller ones" in shown


@pytest.mark.parametrize(
    ("lang", "kept"),
    [("AR_sa", "ar-sa"), ("ar-Latn", "ar-Latn"), ("Arabic", ""), ("mixed", "mixed")],
)
def test_a_language_is_a_code_or_it_is_told_from_the_text(lang: str, kept: str) -> None:
    assert row_of({"text": "x", "label": "neutral", "lang": lang})["lang"] == kept


def test_progress_is_told_and_no_batch_holds_a_whole_long_file() -> None:
    rows = [row_of({"text": "x", "label": "negative"})] * 5000
    model, done = Says(), list[int]()
    said = answers(model, rows, done.append)
    assert len(said.labels) == done[-1] == 5000
    assert len(done) == len(model.batches) > 1
    assert max(model.batches) < 5000
