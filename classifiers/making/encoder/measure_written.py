"""Figures of a checkpoint on the written dev posts, and of the false alarms on everyday tweets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from tokenizers import Tokenizer

from classifiers.encoder.heads import HeadedEncoder
from classifiers.labels import DIALECTS, INTENTS, SENTIMENTS, Intent, Sentiment
from classifiers.making.encoder.data import WRITTEN_IN, LabelledText, of_five
from classifiers.making.encoder.predict import TextLogits, score
from classifiers.making.encoder.scores import (
    Floats,
    f1_scores,
    recall_at_precision,
    softmax,
    threshold_at_precision,
)
from classifiers.reading import reading_of

PRECISION = 0.88
"""Of what is said to need a response, the share that must."""


def written_figures(
    model: HeadedEncoder, tokenizer: Tokenizer, rows: Sequence[LabelledText], everyday: Floats
) -> dict[str, float]:
    """``everyday``: logits of need [texts, 2] of tweets that are said to no company."""
    scored = score(model, tokenizer, [reading_of(row.text) for row in rows])
    moods = np.array([SENTIMENTS.index(cast(Sentiment, row.label)) for row in rows])
    aims = np.array([INTENTS.index(cast(Intent, row.intent)) for row in rows])
    needed = np.array([bool(row.needs) for row in rows])
    asks = softmax(scored.needs)[:, 1]
    least = threshold_at_precision(asks, needed, PRECISION)
    figures = {
        "written_sentiment_macro_f1": float(f1_scores(moods, scored.sentiment.argmax(1), 3).mean()),
        "written_intent_macro_f1": float(f1_scores(aims, scored.intent.argmax(1), 6).mean()),
        "written_needs_recall_at_p88": recall_at_precision(asks, needed, PRECISION),
        "written_needs_argmax_recall": float((asks > 0.5)[needed].mean()),
        "written_needs_argmax_precision": (
            float(needed[asks > 0.5].mean()) if (asks > 0.5).any() else 0.0
        ),
        **_dialects(scored, rows),
    }
    if len(everyday):
        shares = softmax(everyday)[:, 1]
        figures["everyday_needs"] = float((shares > 0.5).mean())
        figures["everyday_needs_at_p88"] = float((shares >= least).mean())
    return figures


def _dialects(scored: TextLogits, rows: Sequence[LabelledText]) -> dict[str, float]:
    places = [at for at, row in enumerate(rows) if row.dialect]
    if not places:
        return {}
    names = [of_five(WRITTEN_IN[rows[at].dialect]) for at in places]
    shares = softmax(scored.dialect[places])
    said = [of_five(DIALECTS[at]) for at in shares.argmax(1)]
    return {"written_dialect": float(np.mean([a == b for a, b in zip(names, said, strict=True)]))}
