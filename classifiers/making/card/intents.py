"""Complaint, spam, and who wants an answer: figures of the final labels, and of the probability of
a need where a model has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classifiers.evaluation.metrics import wilson
from classifiers.labels import Classifier, Intent, Label
from classifiers.making.bag.rows import BagRow
from classifiers.making.card.set_figures import figure
from classifiers.making.encoder.scores import recall_at_precision

BINARY: dict[str, Intent] = {"complaints_en": "complaint", "spam_ar": "spam"}
EVERYDAY = ("arsas", "arsarcasm_v2", "semeval2017_en", "mawqif")
"""Tweets said to no company; mawqif taught no model of ours what needs a response."""
DESK = "arbanking77"
PRECISION = 0.9


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
    asked = model.classify(desk)
    hits = sum(label.needs_response for label in asked)
    false = sum(label.needs_response for label in labels)
    low, high = wilson(hits, len(desk))
    figures: dict[str, Any] = {
        "texts": len(desk),
        "everyday": len(tweets),
        "final_recall": [round(value, 4) for value in (hits / len(desk), low, high)],
        "final_precision": round(hits / max(1, hits + false), 4),
        "everyday_asking": round(false / len(tweets), 4),
    }
    wanting = [label.needs_probability for label in (*asked, *labels)]
    if None not in wanting:
        reached = recall_at_precision(
            np.array(wanting), np.arange(len(wanting)) < len(desk), PRECISION
        )
        low, high = wilson(round(reached * len(desk)), len(desk))
        figures["recall_at_p90"] = [round(value, 4) for value in (reached, low, high)]
    return figures
