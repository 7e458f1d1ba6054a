"""Complaint, spam, and who wants an answer: figures of the final labels, and of the probabilities
where a model has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from classifiers.evaluation.metrics import wilson
from classifiers.labels import ANSWERABLE, INTENTS, Classifier, Intent, Label
from classifiers.making.bag.lesson import BagRow
from classifiers.making.card.set_figures import figure
from classifiers.making.encoder.scores import recall_at_precision
from classifiers.reading import reading_of

BINARY: dict[str, Intent] = {"complaints_en": "complaint", "spam_ar": "spam"}
EVERYDAY = ("arsas", "arsarcasm_v2", "semeval2017_en")
DESK = "arbanking77"
PRECISION = 0.9
AT_ONCE = 2048


@runtime_checkable
class IntentShares(Protocol):
    """A model that gives its intents' probabilities; word lists have none."""

    def intents(self, tidied: Sequence[str]) -> list[list[float]]: ...


def intent_figures(
    model: Classifier, rows: Sequence[BagRow], labels: Sequence[Label], aims: Sequence[BagRow]
) -> dict[str, dict[str, Any]]:
    """By file: macro-F1 of yes and no; of the help desk's texts how many are seen to want an
    answer, among everyday tweets (``rows`` of three sets, whose ``labels`` are known)."""
    found: dict[str, dict[str, Any]] = {}
    for name, intent in BINARY.items():
        if part := [row for row in aims if row.set == name]:
            said = model.classify([row.text for row in part])
            gold = np.array([int(row.label == intent) for row in part])
            yes = np.array([int(label.intent == intent) for label in said])
            value = [round(one, 4) for one in figure("macro_f1", gold, yes, 2)]
            found[name] = {"texts": len(part), "macro_f1": value}
    desk = [row.text for row in aims if row.set == DESK]
    tweets = [(row.text, label) for row, label in zip(rows, labels, strict=True)
              if row.set in EVERYDAY]  # fmt: skip
    if desk and tweets:
        found[DESK] = _asking(model, desk, [t for t, _ in tweets], [label for _, label in tweets])
    return found


def _asking(
    model: Classifier, desk: list[str], tweets: list[str], labels: list[Label]
) -> dict[str, Any]:
    hits = sum(label.needs_response for label in model.classify(desk))
    false = sum(label.needs_response for label in labels)
    low, high = wilson(hits, len(desk))
    figures: dict[str, Any] = {
        "texts": len(desk),
        "everyday": len(tweets),
        "final_recall": [round(value, 4) for value in (hits / len(desk), low, high)],
        "final_precision": round(hits / max(1, hits + false), 4),
        "everyday_asking": round(false / len(tweets), 4),
    }
    if isinstance(model, IntentShares):
        scores = np.array(_wanting(model, desk) + _wanting(model, tweets))
        reached = recall_at_precision(scores, np.arange(len(scores)) < len(desk), PRECISION)
        low, high = wilson(round(reached * len(desk)), len(desk))
        figures["recall_at_p90"] = [round(value, 4) for value in (reached, low, high)]
    return figures


def _wanting(model: IntentShares, texts: list[str]) -> list[float]:
    """The probability that an answer is wanted, of each text."""
    places = [at for at, intent in enumerate(INTENTS) if intent in ANSWERABLE]
    tidied = [reading_of(text) for text in texts]
    return [
        sum(one[at] for at in places)
        for start in range(0, len(tidied), AT_ONCE)
        for one in model.intents(tidied[start : start + AT_ONCE])
    ]
