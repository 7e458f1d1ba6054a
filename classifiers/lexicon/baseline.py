"""The baseline every model must beat: counted opinion words and emoji, negation looked at.

A word's value turns where a negation stands up to two words before it and doubles behind or
before an intensifier. The probabilities are a logistic reading of the balance, not trained.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from classifiers.assemble import TidiedText, assemble_by_rules, each_distinct
from classifiers.labels import Label
from classifiers.language.detect import detect_tidied
from classifiers.lexicon import opinion_words as words
from classifiers.rules.response import RULES, find_phrases
from classifiers.rules.stems import read_entry
from classifiers.tidy import fold_tidied

VERSION = 2


class _Terms:
    """Phrases of up to three words, whole or, where they are one, open at the end."""

    def __init__(self, joined: str) -> None:
        self.whole: set[tuple[str, ...]] = set()
        self.open: set[str] = set()
        self.alone: set[str] = set()
        for raw in joined.split("|"):
            phrase, goes_on, joins = read_entry(raw)
            if goes_on and " " in phrase:
                raise ValueError(f"{raw!r}: only one word may go on here")
            if goes_on:
                self.open.add(phrase)
            else:
                self.whole.add(tuple(phrase.split()))
            if not joins:
                self.alone.add(phrase)
        self._shortest = min(map(len, self.open), default=0)

    def length_at(self, tokens: Sequence[str], at: int) -> int:
        """How many words of ``tokens`` from ``at`` are one of these; 0 when none."""
        for size in (3, 2, 1):
            if tuple(tokens[at : at + size]) in self.whole:
                return size
        token = tokens[at]
        for form in (token, token[1:] if token[0] in "وف" else token, token.removeprefix("ال")):
            if (form,) in self.whole and (form == token or form not in self.alone):
                return 1
            if any(form[:end] in self.open for end in range(self._shortest, len(form) + 1)):
                return 1
        return 0


_POSITIVE, _NEGATIVE = _Terms(words.POSITIVE), _Terms(words.NEGATIVE)
_NEGATION, _STRONG = _Terms(words.NEGATIONS), _Terms(words.STRONG)
_HAPPY, _UNHAPPY = frozenset(words.HAPPY), frozenset(words.UNHAPPY)


def balance(folded: str) -> float:
    """Positive minus negative weight of a folded text; 0 where nothing speaks."""
    tokens = folded.split()
    total, at = 0.0, 0
    while at < len(tokens):
        token = tokens[at]
        if token in _HAPPY or token in _UNHAPPY:
            total += 0.8 if token in _HAPPY else -0.8
            at += 1
            continue
        size = _NEGATIVE.length_at(tokens, at)
        value = -1.0 if size else 0.0
        if not size and (size := _POSITIVE.length_at(tokens, at)):
            value = 1.0
        if value:
            before = range(max(0, at - 2), at)
            if any(_NEGATION.length_at(tokens, near) for near in before):
                value *= -0.7
            around = (at - 1, at + size)
            if any(0 <= i < len(tokens) and _STRONG.length_at(tokens, i) for i in around):
                value *= 1.5
            total += value
        at += max(size, 1)
    return total


def probabilities(value: float) -> tuple[float, float, float]:
    """Negative, neutral, positive from the balance: softmax of (-v, 0.7, v)."""
    value = max(-6.0, min(6.0, 1.5 * value))
    parts = (math.exp(-value), math.exp(0.7), math.exp(value))
    total = sum(parts)
    return parts[0] / total, parts[1] / total, parts[2] / total


class LexiconClassifier:
    """``classify`` as the protocol says, from word lists alone."""

    name = "lexicon"

    def __init__(self) -> None:
        content = "\n".join(
            (words.POSITIVE, words.NEGATIVE, words.NEGATIONS, words.STRONG, words.HAPPY)
        )
        digest = hashlib.sha256((content + words.UNHAPPY).encode()).hexdigest()[:12]
        self.model = f"lexicon-{digest}-c{VERSION}-{RULES}"

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, 1024)

    def _classify(self, tidied: list[str]) -> list[Label]:
        labels = []
        for text in tidied:
            folded = fold_tidied(text)
            read = TidiedText(text, folded, detect_tidied(text, folded), find_phrases(folded))
            labels.append(assemble_by_rules(read, probabilities(balance(folded))))
        return labels
