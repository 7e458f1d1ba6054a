"""The fast tier: a bag of hashed n-grams, one int8 table per head, read with numpy alone.

Trained by ``classifiers.making.bag.train_bag``; what a head computes is in ``bag.head``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.assemble import TidiedText, assemble, each_distinct
from classifiers.bag.features import hash_batch
from classifiers.bag.file import read_heads
from classifiers.bag.head import Head, softmax
from classifiers.labels import INTENTS, Label
from classifiers.language.detect import detect_tidied
from classifiers.rules.response import RULES, KindPhrases, find_phrases
from classifiers.tidy import fold_tidied

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "model.safetensors"
BATCH = 256
PER_PHRASE, FROM_INTENT = 0.6, 0.6
"""How far a complaint's phrase (two count) and the intent head's share of complaint move the
negative logit. Tweets on politics teach sentiment little about a parcel that is late; on dev the
macro-F1 stays (.725 and .723 pooled) while airline complaints gain (.732 to .760)."""


class BagOpinion(NamedTuple):
    """One text with the probabilities of its sentiments and intents, in the labels' order."""

    read: TidiedText
    sentiment: list[float]
    intent: list[float]


class BagClassifier:
    """``classify`` as the protocol says, from the heads sentiment, intent, language, dialect."""

    name = "fast"

    def __init__(self, heads: Mapping[str, Head], model: str) -> None:
        self.heads = dict(heads)
        self.model = model
        self.bits = max(head.bits for head in self.heads.values())

    @classmethod
    def read(cls, folder: Path) -> BagClassifier:
        """The model of ``folder``. Raises ValueError where the file is not one of ours."""
        path = folder / FILE
        if not path.is_file():
            raise ValueError(
                f"{path} is missing: train one with python -m classifiers.making.bag.train_bag"
            )
        about, heads = read_heads(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        return cls(heads, f"fast-{digest}-c{about['calibration']}-{RULES}")

    def logits(
        self, folded: Sequence[str], phrases_of: Sequence[KindPhrases] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """Every head's logits for texts in ``features_text`` form, phrases counted in.

        ``phrases_of``: the phrases of each text where they are known already.
        """
        groups = hash_batch(folded, self.bits)
        logits = {name: head.logits(groups, self.bits) for name, head in self.heads.items()}
        phrases_of = (
            phrases_of if phrases_of is not None else [find_phrases(text) for text in folded]
        )
        phrases = np.array(
            [min(2, len(kinds.get("complaint", ()))) for kinds in phrases_of], np.float64
        )
        share = softmax(logits["intent"])[:, INTENTS.index("complaint")]
        leaning = PER_PHRASE * phrases + FROM_INTENT * share
        logits["sentiment"][:, 0] += leaning / self.heads["sentiment"].temperature
        return logits

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, BATCH)

    def _classify(self, tidied: list[str]) -> list[Label]:
        return [assemble(*seen) for seen in self.look(tidied)]

    def look(self, tidied: Sequence[str]) -> list[BagOpinion]:
        """What the heads and words say of tidied texts, before it is made a label."""
        folded = [fold_tidied(text) for text in tidied]
        phrases = [find_phrases(text) for text in folded]
        logits = self.logits(folded, phrases)
        sentiment = softmax(logits["sentiment"]).tolist()
        intent = softmax(logits["intent"]).tolist()
        languages = self._hints("language", logits)
        dialects = self._hints("dialect", logits)
        seen = []
        for at, (text, form) in enumerate(zip(tidied, folded, strict=True)):
            language = detect_tidied(text, form, languages[at], dialects[at])
            seen.append(
                BagOpinion(TidiedText(text, form, language, phrases[at]), sentiment[at], intent[at])
            )
        return seen

    def intents(self, tidied: Sequence[str]) -> list[list[float]]:
        """The intent head's probabilities, before the rules have their say."""
        return [seen.intent for seen in self.look(tidied)]

    def _hints(
        self, name: str, logits: Mapping[str, NDArray[np.float64]]
    ) -> list[dict[str, float]]:
        classes = self.heads[name].classes
        return [dict(zip(classes, row, strict=True)) for row in logits[name].tolist()]
