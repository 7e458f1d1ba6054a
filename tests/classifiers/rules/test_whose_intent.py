"""Who tells the intent: the sentiment's own model, the fast one beside another's, or the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers import load
from classifiers.labels import ANSWERABLE
from tests.classifiers.foreign.tiny import THREE, tiny_bert
from tests.classifiers.rules.everyday import EVERYDAY

TEXTS = [text for text, *_ in EVERYDAY]


def test_beside_anothers_sentiment_the_fast_models_intent_counts(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="a foreign model needs torch")
    pytest.importorskip("transformers", reason="a foreign model needs transformers")
    theirs = load(str(tiny_bert(tmp_path, THREE)))
    said, by_rules = (
        one.classify(TEXTS) for one in (theirs, load(str(tmp_path), intent="lexicon"))
    )
    fast = load("fast").classify(TEXTS)
    assert [(a.language, a.dialect) for a in said] == [(b.language, b.dialect) for b in fast]
    assert [a.probabilities for a in said] == [b.probabilities for b in by_rules]
    assert [a.intent for a in said] != [b.intent for b in by_rules]
    assert theirs.model != load(str(tmp_path), intent="lexicon").model


def test_by_rules_only_intent_and_what_follows_from_it_change() -> None:
    model, rules = load("fast"), load("fast", intent="lexicon")
    assert rules.model != model.model
    before, after = model.classify(TEXTS), rules.classify(TEXTS)
    assert [a.probabilities for a in after] == [b.probabilities for b in before]
    assert [a.sentiment for a in after] == [b.sentiment for b in before]
    assert [a.intent for a in after] != [b.intent for b in before]
    assert all(a.needs_response == (a.intent in ANSWERABLE) for a in after)


def test_an_intent_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="bundled, lexicon"):
        load("fast", intent="guess")
