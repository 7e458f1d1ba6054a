"""What a text's missing label was before: so that learning one thing leaves the other where it is.

A row of sentiment says nothing of intent, and yet both heads read the layers that it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from classifiers.encoder.data import Example
from classifiers.encoder.model import TwoHeads
from classifiers.encoder.predict import score
from classifiers.encoder.scores import softmax

MASS = 0.9
"""The likeliest intents that hold this much together are allowed, the others held down."""
SURE = 0.8
"""A sentiment is held where the model is this sure of it."""


def anchored(model: TwoHeads, tokenizer: Tokenizer, rows: Sequence[Example]) -> list[Example]:
    """``rows`` with what ``model`` says where a label is missing."""
    if not rows:
        return []
    was_training = model.training
    scored = score(model.eval(), tokenizer, [row.text for row in rows])
    model.train(was_training)
    moods, aims = softmax(scored.sentiment), softmax(scored.intent)
    result = []
    for row, mood, aim in zip(rows, moods, aims, strict=True):
        if not row.intents:
            order = np.argsort(-aim)
            count = int(np.searchsorted(np.cumsum(aim[order]), MASS)) + 1
            row = replace(row, intents=tuple(sorted(int(at) for at in order[:count])))
        if row.sentiment < 0 and mood.max() >= SURE:
            row = replace(row, sentiment=int(mood.argmax()))
        result.append(row)
    return result
