"""What a text's missing label was before: so that learning one thing leaves the other where it is.

A row of sentiment says nothing of intent, and yet all heads read the layers that it changes.
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
"""The likeliest intents that hold this much together are allowed, the others held down; dialects
likewise."""
AT_ONCE = 1024
SURE = 0.8
"""A sentiment, or a need of a response, is held where the model is this sure of it."""


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
        said = zip(part, *(softmax(logits) for logits in scored), strict=True)
        result += [_held(row, *heads) for row, *heads in said]
        say(f"reading what the model says now: {len(result):,} of {len(rows):,} texts")
    model.train(was_training)
    return result


def _held(row: TaughtText, mood: Floats, aim: Floats, needs: Floats, dialect: Floats) -> TaughtText:
    return replace(
        row,
        sentiment=_surest(mood) if row.sentiment < 0 else row.sentiment,
        intents=row.intents or _likeliest(aim),
        needs=_surest(needs) if row.needs < 0 else row.needs,
        dialects=row.dialects or _likeliest(dialect),
    )


def _surest(shares: Floats) -> int:
    """The class that the model is sure of, -1 where it is of none."""
    return int(shares.argmax()) if shares.max() >= SURE else -1


def _likeliest(shares: Floats) -> tuple[int, ...]:
    """The fewest classes that hold ``MASS`` together."""
    order = np.argsort(-shares)
    count = int(np.searchsorted(np.cumsum(shares[order]), MASS)) + 1
    return tuple(sorted(int(at) for at in order[:count]))
