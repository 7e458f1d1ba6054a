"""What a text's missing label was before: so that learning one thing leaves the other where it is.

A row of sentiment says nothing of intent, and yet both heads read the layers that it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from classifiers.encoder.heads import HeadedEncoder
from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.predict import score
from classifiers.making.encoder.scores import Floats, softmax

MASS = 0.9
"""The likeliest intents that hold this much together are allowed, the others held down."""
AT_ONCE = 1024
SURE = 0.8
"""A sentiment is held where the model is this sure of it."""


def anchored(
    model: HeadedEncoder,
    tokenizer: Tokenizer,
    rows: Sequence[TaughtText],
    say: Callable[[str], None],
) -> list[TaughtText]:
    """``rows`` with what ``model`` says where a label is missing; ``say`` hears how far it is."""
    was_training = model.training
    model.eval()
    result: list[TaughtText] = []
    for at in range(0, len(rows), AT_ONCE):
        part = rows[at : at + AT_ONCE]
        scored = score(model, tokenizer, [row.text for row in part])
        said = zip(part, softmax(scored.sentiment), softmax(scored.intent), strict=True)
        result += [_held(row, mood, aim) for row, mood, aim in said]
        say(f"reading what the model says now: {len(result):,} of {len(rows):,} texts")
    model.train(was_training)
    return result


def _held(row: TaughtText, mood: Floats, aim: Floats) -> TaughtText:
    if not row.intents:
        order = np.argsort(-aim)
        count = int(np.searchsorted(np.cumsum(aim[order]), MASS)) + 1
        row = replace(row, intents=tuple(sorted(int(at) for at in order[:count])))
    if row.sentiment < 0 and mood.max() >= SURE:
        row = replace(row, sentiment=int(mood.argmax()))
    return row
