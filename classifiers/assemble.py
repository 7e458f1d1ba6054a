"""What all classifiers share: identical texts once, bounded batches, and the finished label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from classifiers.labels import ANSWERABLE, SENTIMENTS, Label, Probabilities
from classifiers.language.detect import Language
from classifiers.reading import reading_of
from classifiers.rules.response import HEAD_WEIGHT, KindPhrases, intent_of, urgency_of

CHARACTERS = 100_000
"""At most this many characters are computed at once: memory stays within some 50 MB."""


class TidiedText(NamedTuple):
    """A text as the heads see it: tidied, folded, and its language and phrases."""

    tidied: str
    folded: str
    language: Language
    phrases: KindPhrases


def each_distinct(
    texts: Sequence[str], compute: Callable[[list[str]], list[Label]], batch: int
) -> list[Label]:
    """``compute`` over the distinct readings of the texts (``reading_of``), ``batch`` at a time, spread back in order.

    Texts of like length share a batch, so one giant does not pad the others.
    """
    tidied = [reading_of(text) for text in texts]
    distinct = sorted(set(tidied), key=lambda text: (len(text), text))
    labels: dict[str, Label] = {}
    start = 0
    while start < len(distinct):
        # Sorted by length, so the last of a part bounds them all.
        end = start + 1
        while (
            end < min(len(distinct), start + batch)
            and len(distinct[end]) * (end + 1 - start) <= CHARACTERS
        ):
            end += 1
        part = distinct[start:end]
        labels.update(zip(part, compute(part), strict=True))
        start = end
    return [labels[text] for text in tidied]


def assemble(
    read: TidiedText,
    sentiment: Sequence[float],
    intent: Sequence[float] | None = None,
    *,
    trust: float = HEAD_WEIGHT,
) -> Label:
    """The label from calibrated sentiment probabilities and, where a model has them, intents'.

    Both in the order of ``SENTIMENTS`` and ``INTENTS``; ``intent`` None means rules alone.
    trust: how much the rules heed the intents' probabilities.
    """
    mood = SENTIMENTS[max(range(3), key=lambda at: sentiment[at])]
    aim = intent_of(read.tidied, read.folded, read.phrases, sentiment, intent, trust)
    return Label(
        language=read.language.language,
        dialect=read.language.dialect,
        sentiment=mood,
        probabilities=Probabilities(*sentiment),
        intent=aim,
        needs_response=aim in ANSWERABLE,
        urgency=urgency_of(read.phrases, aim, mood),
    )
