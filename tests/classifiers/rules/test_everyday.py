"""Product sanity: everyday sentences of five dialects, English and Arabizi.

Thresholds of the fast tier: at least 92 % of sentiments, 85 % of intents and 94 % of urgencies of
the first list, on which the lexicon's rules were tuned; 90 % and 85 % of the second; and the fast
tier beats the lexicon.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from classifiers import Label, load


def _sentences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("everyday", Path(__file__).parent / "everyday.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EVERYDAY = _sentences().EVERYDAY
HELD_BACK = _sentences().HELD_BACK
Row = tuple[str, str, str, bool | None]


def _shares(rows: list[Row], labels: list[Label]) -> tuple[float, float, float]:
    moods = aims = calls = 0
    for (_, sentiments, intents, urgent), label in zip(rows, labels, strict=True):
        moods += label.sentiment in sentiments.split()
        aims += label.intent in intents.split()
        calls += urgent is None or (label.urgency == "urgent") == urgent
    return moods / len(rows), aims / len(rows), calls / len(rows)


@pytest.fixture(scope="module")
def fast_labels() -> list[Label]:
    return load("fast").classify([text for text, *_ in EVERYDAY])


def test_fast_reads_everyday_sentences(fast_labels: list[Label]) -> None:
    moods, aims, calls = _shares(EVERYDAY, fast_labels)
    assert moods >= 0.92
    assert aims >= 0.85
    assert calls >= 0.94


def test_fast_reads_sentences_it_was_not_tuned_on() -> None:
    labels = load("fast").classify([text for text, *_ in HELD_BACK])
    moods, aims, _ = _shares(HELD_BACK, labels)
    assert moods >= 0.9
    assert aims >= 0.85


def test_fast_beats_the_lexicon(fast_labels: list[Label]) -> None:
    lexicon = load("lexicon").classify([text for text, *_ in EVERYDAY])
    assert _shares(EVERYDAY, fast_labels) >= _shares(EVERYDAY, lexicon)
    assert _shares(EVERYDAY, lexicon)[0] >= 0.7


@pytest.mark.parametrize(
    ("text", "sentiment", "intent", "answer"),
    [
        ("النت عندكم مقطوع من امبارح ومحدش بيرد", "negative", "complaint", True),
        ("وش السالفة الشبكة زفت", "negative", "complaint", True),
        ("خدمة العملاء ولا عبروني", "negative", "complaint", True),
        ("متى يفتح فرع الرياض؟", "neutral", "question", True),
        ("ممكن تشوفوا الخاص؟", "neutral", "request", True),
        ("شكرا على السرعة، خدمة ممتازة", "positive", "praise", False),
        ("app keeps crashing, fix it please", "negative", "complaint request", True),
    ],
)
def test_the_plain_cases(text: str, sentiment: str, intent: str, answer: bool) -> None:
    label = load("fast").classify([text])[0]
    assert (label.sentiment, label.needs_response) == (sentiment, answer)
    assert label.intent in intent.split()


def test_promotion_is_spam_and_wants_no_answer() -> None:
    label = load("fast").classify(["للتواصل واتساب خصم 50% متابعين"])[0]
    assert (label.intent, label.needs_response, label.urgency) == ("spam", False, "low")


def test_praise_is_never_urgent() -> None:
    texts = [
        "شكرا لكم، رجعت الخدمة بعد ما كانت مقطوعة من امبارح، كفو والله",
        "the fire brigade was amazing, thank you so much, great people",
    ]
    for label in load("fast").classify(texts):
        assert label.intent != "praise" or label.urgency == "low"
