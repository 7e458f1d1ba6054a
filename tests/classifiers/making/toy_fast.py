"""A fast model of made-up answers: what stands beside a toy encoder where the real one would be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from classifiers.assemble import HeadShares, TidiedText, assemble, each_distinct
from classifiers.encoder.heads import HEADS
from classifiers.labels import INTENTS, SENTIMENTS, Label
from classifiers.language.detect import detect_tidied
from classifiers.tidy import fold_tidied


class Seen(NamedTuple):
    read: TidiedText
    shares: HeadShares


class ToyFast:
    """Knows the answer to texts that it was told of, and is sure of it; of others it knows
    nothing. ``told``: text to (sentiment, intent, need of a response)."""

    name, model, needs_at = "fast", "fast-0123456789ab-c1-r1", 0.5

    def __init__(self, told: dict[str, tuple[str, str, bool]] | None = None) -> None:
        self._told = told or {}

    def look(self, tidied: Sequence[str]) -> list[Seen]:
        return [Seen(_read(text), self._shares(text)) for text in tidied]

    def classify(self, texts: Sequence[str]) -> list[Label]:
        return each_distinct(texts, self._classify, 256)

    def _classify(self, tidied: list[str]) -> list[Label]:
        return [assemble(*seen, needs_at=self.needs_at) for seen in self.look(tidied)]

    def _shares(self, text: str) -> HeadShares:
        if text not in self._told:
            even = [[1 / classes] * classes for classes in HEADS.values()]
            return HeadShares(even[0], even[1], 0.5, even[3])
        mood, aim, needs = self._told[text]
        return HeadShares(
            _sure(len(SENTIMENTS), list[str](SENTIMENTS).index(mood)),
            _sure(len(INTENTS), list[str](INTENTS).index(aim)),
            0.999 if needs else 0.001,
            _sure(HEADS["dialect"], 0),
        )


def _sure(classes: int, at: int) -> list[float]:
    return [0.999 if place == at else 0.001 / (classes - 1) for place in range(classes)]


def _read(text: str) -> TidiedText:
    folded = fold_tidied(text)
    nothing: dict[str, Any] = {}
    return TidiedText(text, folded, detect_tidied(text, folded, nothing, nothing), {})
