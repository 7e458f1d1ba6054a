"""What a model of relevance sees of a text, from whatever classifier is loaded already.

``Words`` needs numpy alone: n-grams of the whole text say which words stand around the name, and
the fast model (mood, intent, language, dialect, phrases of customers) says how people speak to a
company. ``VectorReader`` adds the encoder's vectors of the name and of its sentence: the same name
in another meaning has another vector, also beside words that were never clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from classifiers.bag.features import hash_batch
from classifiers.labels import Classifier
from classifiers.loading import bundled_fast
from classifiers.relevance.logistic import Named, Reader, Signals
from classifiers.rules.response import find_phrases
from classifiers.rules.response_words import ALL as PHRASES
from classifiers.tidy import fold_tidied, tidy

if TYPE_CHECKING:
    from classifiers.auto import AutoClassifier
    from classifiers.bag.classifier import BagClassifier
    from classifiers.encoder.full import EncoderClassifier

BITS = 12
"""Of the table of n-grams: few enough that it tells no learned text again; 2**16 was no better."""
BATCH = 256
SIGNS = 0.5
"""What the fast model's signs weigh beside n-grams; 0.3 to 1 differ little."""
BESIDE = 0.5
"""What ``Words`` weighs beside the encoder's vectors."""


def reader_of(classifier: Classifier) -> Reader | None:
    """The best reader that ``classifier`` has loaded; the bundled fast model beside any other. None
    where that cannot be read."""
    try:
        words = Words(bundled_fast())
    except ValueError:
        return None
    if classifier.name == "full":
        return VectorReader(cast("EncoderClassifier", classifier), words)
    if classifier.name == "auto":
        return VectorReader(cast("AutoClassifier", classifier).full, words)
    return words


class Words:
    """Characters of the text, and the fast model's logits of it and the phrases of each kind."""

    tail = 3.0  # at 2.33 and 2.6 it hid more than 3 % on our own set, at 3 under 2 %

    def __init__(self, fast: BagClassifier) -> None:
        self._fast = fast
        self.name = f"words-{fast.model}"
        count = sum(len(head.classes) for head in fast.heads.values()) + len(PHRASES)
        self.scale = np.full(count, np.sqrt(SIGNS / count), np.float32)

    def see(self, texts: Sequence[Named]) -> Signals:
        """As the protocol says."""
        return _joined([self._see(part) for part in _parts(texts)])

    def _see(self, texts: Sequence[Named]) -> Signals:
        folded = [fold_tidied(tidy(named.text)) for named in texts]
        phrases = [find_phrases(text) for text in folded]
        logits = self._fast.logits(folded)
        heads = [logits[head] for head in sorted(logits)]
        counts = [
            [min(2, len(kinds.get(kind, ()))) for kind in sorted(PHRASES)] for kinds in phrases
        ]
        chars, _words = hash_batch(folded, BITS)
        rows, size = len(folded), 1 << BITS
        lengths = np.diff(chars.bounds)
        owner = np.repeat(np.arange(rows), lengths)
        grams = np.bincount(owner * size + chars.buckets, minlength=rows * size)
        rooted = grams.reshape(rows, size) / np.sqrt(np.maximum(lengths, 1))[:, None]
        signs = np.hstack([*heads, np.array(counts, np.float64).reshape(rows, len(PHRASES))])
        return Signals(rooted.astype(np.float32), signs.astype(np.float32))


class VectorReader:
    """What ``words`` sees, and two vectors of the encoder: the name's pieces, the whole text's."""

    tail = 2.6  # the normal curve's lowest half of a hundredth; clicks are few

    def __init__(self, full: EncoderClassifier, words: Words) -> None:
        self._full, self._words = full, words
        self.name = f"context-{full.model}-{words.name}"
        size = full.width
        vectors = np.full(2 * size, np.sqrt(1 / size), np.float32)
        self.scale = np.concatenate([vectors, words.scale * np.float32(np.sqrt(BESIDE))])

    def see(self, texts: Sequence[Named]) -> Signals:
        """As the protocol says."""
        return _joined([self._see(part) for part in _parts(texts)])

    def _see(self, texts: Sequence[Named]) -> Signals:
        beside = self._words.see(texts)
        vectors = self._full.vectors([(tidy(named.text), _tidied(named.names)) for named in texts])
        grams = beside.grams * np.float32(np.sqrt(BESIDE))
        return Signals(grams, np.hstack([vectors, beside.signs]))


def _tidied(names: Sequence[str]) -> list[str]:
    """As they stand in the tidied text; an @name is masked there, as all of them are."""
    return [tidy(name) for name in names if "@" not in name]


def _parts(texts: Sequence[Named]) -> list[Sequence[Named]]:
    return [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)] or [texts]


def _joined(parts: Sequence[Signals]) -> Signals:
    grams = np.concatenate([part.grams for part in parts])
    return Signals(grams, np.concatenate([part.signs for part in parts]))
