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

from classifiers.assemble import HeadShares, TidiedText, assemble, each_distinct
from classifiers.bag.features import hash_batch
from classifiers.bag.file import read_heads
from classifiers.bag.head import Head, softmax
from classifiers.bag.leaning import leaning
from classifiers.labels import Label
from classifiers.language.detect import detect_tidied
from classifiers.rules.response import RULES, find_phrases
from classifiers.tidy import fold_tidied

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "model.safetensors"
BATCH = 256


class BagOpinion(NamedTuple):
    """One text with the probabilities of its heads, in the labels' order."""

    read: TidiedText
    shares: HeadShares


class BagClassifier:
    """``classify`` as the protocol says, from the heads sentiment, intent, needs, language and
    dialect.

    lean: float [intents, sentiments], how far an intent's probability moves each sentiment's logit;
    needs_at: from which probability on a text is taken to need a response.
    """

    name = "fast"

    def __init__(
        self,
        heads: Mapping[str, Head],
        model: str,
        lean: NDArray[np.float64],
        needs_at: float,
    ) -> None:
        self.heads = dict(heads)
        self.model = model
        self.needs_at = needs_at
        self.bits = max(head.bits for head in self.heads.values())
        self._lean = lean

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
        model = f"fast-{digest}-c{about['calibration']}-{RULES}"
        return cls(heads, model, np.array(about["lean"], np.float64), float(about["needs_at"]))

    def logits(self, folded: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Every head's logits for texts in ``features_text`` form; the sentiment's lean to where
        the intent points."""
        groups = hash_batch(folded, self.bits)
        logits = {name: head.logits(groups, self.bits) for name, head in self.heads.items()}
        logits["sentiment"] += leaning(logits["intent"], self._lean)
        return logits

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, BATCH)

    def _classify(self, tidied: list[str]) -> list[Label]:
        return [assemble(*seen, needs_at=self.needs_at) for seen in self.look(tidied)]

    def look(self, tidied: Sequence[str]) -> list[BagOpinion]:
        """What the heads and words say of tidied texts, before it is made a label."""
        folded = [fold_tidied(text) for text in tidied]
        logits = self.logits(folded)
        languages = self.heads["language"].classes
        hints = logits["language"].tolist()
        shares = {name: softmax(logits[name]).tolist() for name in HeadShares._fields}
        seen = []
        for at, (text, form) in enumerate(zip(tidied, folded, strict=True)):
            hint = dict(zip(languages, hints[at], strict=True))
            read = TidiedText(text, form, detect_tidied(text, form, hint), find_phrases(form))
            sentiment, intent, needs, dialect = (shares[name][at] for name in HeadShares._fields)
            seen.append(BagOpinion(read, HeadShares(sentiment, intent, needs[1], dialect)))
        return seen
