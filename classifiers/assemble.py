"""What all classifiers share: identical texts once, bounded batches, and the finished label."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from classifiers.labels import (
    ANSWERABLE,
    DIALECTS,
    INTENTS,
    SENTIMENTS,
    Intent,
    Label,
    Probabilities,
)
from classifiers.language.detect import Language
from classifiers.language.scripts import is_unread
from classifiers.reading import is_silent, reading_of
from classifiers.rules.response import KindPhrases, has_words, intent_of, urgency_of

CHARACTERS = 100_000
"""At most this many characters are computed at once: memory stays within some 50 MB."""
CHEERS = 0.6
"""How positive a text of signs alone must be to be called praise."""
SILENT = (0.0, 1.0, 0.0)
"""The sentiment of a link, a name or a full stop, whatever a model makes of them."""
UNKNOWN = (0.25, 0.5, 0.25)
"""The sentiment of a text in letters that taught the model nothing: neutral, as most of what is
written is (.36 to .51 of the tweets in arsas, semeval and apple_dfe), and so flat that nobody
takes it for knowledge. One half, so that a brand's own bias (``classifiers.bias``), which
says what its readable posts are like, does not turn all of them before it reaches ln 2."""
SPOKEN = frozenset({"ar", "ar-Latn", "mixed"})
"""Languages whose texts are in a dialect of Arabic."""


class TidiedText(NamedTuple):
    """A text as the heads see it: tidied, folded, and its language and phrases."""

    tidied: str
    folded: str
    language: Language
    phrases: KindPhrases


class HeadShares(NamedTuple):
    """Calibrated probabilities in the order of SENTIMENTS and INTENTS, of the need of a response,
    and in the order of DIALECTS."""

    sentiment: Sequence[float]
    intent: Sequence[float]
    needs: float
    dialect: Sequence[float]


def each_distinct(
    texts: Sequence[str], compute: Callable[[list[str]], list[Label]], batch: int
) -> list[Label]:
    """``compute`` over the distinct readings of the texts, ``batch`` at a time, spread back in
    order.

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
    read: TidiedText, shares: HeadShares, *, needs_at: float, told: Container[str] = frozenset()
) -> Label:
    """The label from a model's probabilities; ``needs_at``: from which probability on a text is
    taken to need a response.

    Of a text in letters of which nothing was learned (``is_unread``) the label says that nothing
    is known: ``UNKNOWN``, intent other, no response, no probability of one. ``told``: languages
    among them whose sentiment the model tells all the same.
    """
    unread = is_unread(read.tidied, read.language.language)
    if is_silent(read.tidied):
        shares = shares._replace(sentiment=SILENT)
    elif unread and read.language.language not in told:
        shares = shares._replace(sentiment=UNKNOWN)
    mood = SENTIMENTS[_most(shares.sentiment)]
    aim = INTENTS[_most(shares.intent)]
    needs = shares.needs >= needs_at
    chance: float | None = shares.needs
    if not has_words(read.folded):
        cheers: Intent = "praise" if shares.sentiment[2] > CHEERS else "other"
        aim, needs, chance = cheers, False, None  # a rule's word: nothing may shift it
    elif unread:
        aim, needs, chance = "other", False, None
    dialect = _most(shares.dialect) if read.language.language in SPOKEN else None
    return Label(
        language=read.language.language,
        dialect=None if dialect is None else DIALECTS[dialect],
        sentiment=mood,
        probabilities=Probabilities(*shares.sentiment),
        intent=aim,
        needs_response=needs,
        urgency=urgency_of(read.phrases, aim, mood),
        dialect_probability=None if dialect is None else shares.dialect[dialect],
        needs_probability=chance,
    )


def assemble_by_rules(read: TidiedText, sentiment: Sequence[float]) -> Label:
    """The label from calibrated sentiment probabilities, the rest by rules and words."""
    mood = SENTIMENTS[_most(sentiment)]
    aim = intent_of(read.tidied, read.folded, read.phrases, sentiment)
    return Label(
        language=read.language.language,
        dialect=read.language.dialect,
        sentiment=mood,
        probabilities=Probabilities(*sentiment),
        intent=aim,
        needs_response=aim in ANSWERABLE,
        urgency=urgency_of(read.phrases, aim, mood),
    )


def _most(shares: Sequence[float]) -> int:
    return max(range(len(shares)), key=lambda at: shares[at])
