"""What is promised for any text, by every tier: a label of known values, in order, at no text's
cost to the others."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from classifiers import Classifier, load
from tests.classifiers.odd import ODD, check

TORCH = find_spec("torch") is not None and find_spec("transformers") is not None
WITH_TORCH = pytest.mark.skipif(not TORCH, reason="this tier needs torch and transformers")
TIERS = ["lexicon", "fast", *(pytest.param(tier, marks=WITH_TORCH) for tier in ("auto", "full"))]


@pytest.fixture(params=TIERS)
def model(request: pytest.FixtureRequest) -> Classifier:
    return load(request.param)


def test_odd_texts_have_labels_and_a_flood_of_them_costs_no_more(model: Classifier) -> None:
    labels = model.classify(ODD * 100)
    check(labels, ODD * 100)
    assert labels[: len(ODD)] == labels[-len(ODD) :]


def test_each_odd_text_alone_has_a_label(model: Classifier) -> None:
    for text in ("", "\x00", "\ud800", "😡", "https://example.com", "a" * 100_000):
        check(model.classify([text]), [text])
    assert model.classify([]) == []


def test_texts_with_nothing_to_read_say_nothing_of_a_language_and_ask_for_nothing(
    model: Classifier,
) -> None:
    for label in model.classify(["", "\x00", "https://example.com", "@someone", "\u202e"]):
        assert (label.language, label.dialect) == ("other", None)
        assert not label.needs_response


def test_ten_thousand_short_texts_at_once(model: Classifier) -> None:
    """A tenth of them different: reposts and bots are how so many come at once."""
    texts = [f"الفرع {'مغلق' if at % 2 else 'رائع'} {at % 1_000 // 100}" for at in range(10_000)]
    labels = model.classify(texts)
    check(labels, texts)
    assert labels[:1_000] == labels[1_000:2_000]


def test_a_giant_among_small_texts_changes_none_of_them(model: Classifier) -> None:
    small = ["الخدمة ممتازة", "النت مقطوع من أمس", "great service", "where is my parcel?"]
    alone = model.classify(small)
    beside = model.classify([*small, "كلمة " * 20_000])[: len(small)]
    for one, other in zip(alone, beside, strict=True):
        assert one.sentiment == other.sentiment
        # Padding changes the order of float sums, and a sum at the edge of an 8-bit step the step.
        assert one.probabilities.negative == pytest.approx(other.probabilities.negative, abs=0.03)
