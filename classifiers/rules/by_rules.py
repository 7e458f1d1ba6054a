"""The intent by hand-written rules alone, beside any model's sentiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

from classifiers.labels import ANSWERABLE, Classifier, Label
from classifiers.reading import reading_of
from classifiers.rules.response import find_phrases, intent_of, urgency_of
from classifiers.tidy import fold_tidied


class IntentByRules:
    """``classify`` as the protocol says: ``inner``'s labels with another intent and urgency."""

    name = "rules"

    def __init__(self, inner: Classifier) -> None:
        self._inner = inner
        self.model = f"{inner.model}-rules"

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order."""
        labels = self._inner.classify(texts)
        return [_by_rules(text, label) for text, label in zip(texts, labels, strict=True)]


def _by_rules(text: str, label: Label) -> Label:
    tidied = reading_of(text)
    folded = fold_tidied(tidied)
    phrases = find_phrases(folded)
    aim = intent_of(tidied, folded, phrases, astuple(label.probabilities))
    return replace(
        label,
        intent=aim,
        needs_response=aim in ANSWERABLE,
        needs_probability=None,  # the rules decide, not the model
        urgency=urgency_of(phrases, aim, label.sentiment),
    )
