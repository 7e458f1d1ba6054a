"""Is a text about the brand whose name it holds? One small logistic model a brand.

Names are words: زين is an operator, "good" and a person. What a team clicks teaches the difference.
What the model sees of a text comes from a reader (``classifiers.relevance.readers``);
``classifiers.relevance.fitting`` fits it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

FORMAT = "relevance-1"
FLOOR = 0.001
"""No score is nearer to 0 or 1: some fifty clicks prove nothing."""

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class Named(NamedTuple):
    """A text, and what in it made it a match, as it is written there ("وزين")."""

    text: str
    names: tuple[str, ...] = ()


class Signals(NamedTuple):
    """What a reader sees of texts: ``grams`` [texts, *], rows of length about 1, taken as they are;
    ``signs`` [texts, *], numbers of any size, to be standardised."""

    grams: Floats
    signs: Floats


class Reader(Protocol):
    """``name`` changes with the weights; ``scale``: what each sign weighs, [signs]; ``tail``: how
    many deviations below the mean of what is about the brand an alert may be withheld: the less
    can be seen, the farther."""

    name: str
    scale: Floats
    tail: float

    def see(self, texts: Sequence[Named]) -> Signals:
        """A row a text, in order; never raises for a text."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Relevance:
    """grams, signs: weights of what is seen; mean: of the signs, taken off first; reads: the name
    of the reader whose signs it understands. Scores are calibrated: of the texts that get 0.5,
    about half are about the brand, as far as texts come as those did that were clicked."""

    grams: Floats
    signs: Floats
    mean: Floats
    bias: float
    reads: str

    @property
    def version(self) -> str:
        """Names it wherever a score is stored."""
        return f"relevance-{hashlib.sha256(self.pack()).hexdigest()[:12]}"

    def score(self, seen: Signals) -> list[float]:
        """One probability a text that it is about the brand, from what the reader ``reads`` saw."""
        logits = seen.grams @ self.grams + (seen.signs - self.mean) @ self.signs + self.bias
        chances: list[float] = np.clip(
            sigmoid(logits.astype(np.float64)), FLOOR, 1 - FLOOR
        ).tolist()
        return chances

    def pack(self) -> bytes:
        """As it is stored; the same model gives the same bytes."""
        kept = io.BytesIO()
        about = np.array([FORMAT, self.reads, repr(self.bias)])
        for part in (about, self.grams, self.signs, self.mean):
            np.save(kept, part, allow_pickle=False)
        return kept.getvalue()

    @classmethod
    def unpack(cls, packed: bytes) -> Relevance:
        """What ``pack`` made. Raises ValueError for anything else."""
        kept = io.BytesIO(packed)
        try:
            about, grams, signs, mean = (np.load(kept, allow_pickle=False) for _ in range(4))
            form, reads, bias = (str(part) for part in about)
        except (ValueError, EOFError, TypeError) as error:
            raise ValueError(f"not a model of relevance: {error}") from None
        if form != FORMAT:
            raise ValueError(f"a model of format {form}; this version reads {FORMAT}")
        return cls(grams, signs, mean, float(bias), reads)


def sigmoid(logits: Doubles) -> Doubles:
    """Probabilities of ``logits``, without overflow."""
    result: Doubles = np.asarray(0.5 * (1 + np.tanh(logits / 2)))
    return result
