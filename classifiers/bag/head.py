"""One head of the bag: an int8 row for each n-gram bucket, and what they add up to.

A head's logits are ``scale * (sum of char rows / sqrt(chars) + sum of word rows / sqrt(words))
+ bias``: a linear model (as in fastText's supervised mode, Joulin et al., EACL 2017, with the
hidden layer left out).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.features import Group

FORMAT = "rasid-bag-2"


@dataclass(frozen=True, slots=True)
class Head:
    """``table``: int8 [2**bits, classes - 1]; ``scale`` and ``bias``: float32 [classes - 1]. The
    last class is what the others are measured from: only differences count."""

    classes: tuple[str, ...]
    table: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float = 1.0

    @property
    def bits(self) -> int:
        return len(self.table).bit_length() - 1

    def logits(self, groups: Sequence[Group], bits: int) -> NDArray[np.float64]:
        """Float64 [texts, classes], a text's sum 0; ``bits`` is what the groups were hashed to.

        A smaller table uses the upper bits of the same hash. The divisor holds the texts apart:
        sums are of integers, so a text's logits do not depend on its neighbours.
        """
        texts = len(groups[0].bounds) - 1
        total = np.zeros((texts, len(self.classes) - 1))
        for group in groups:
            rows = self.table[group.buckets >> (bits - self.bits)]
            sums = np.zeros((len(rows) + 1, rows.shape[1]), np.int32)
            # A part holds at most CHARACTERS, four grams each, of at most 127: far below 2**31.
            np.cumsum(rows, axis=0, dtype=np.int32, out=sums[1:])
            count = np.diff(group.bounds)
            total += np.diff(sums[group.bounds], axis=0) / np.sqrt(np.maximum(count, 1))[:, None]
        logits = (total * self.scale + self.bias) / self.temperature
        whole = np.concatenate([logits, np.zeros((texts, 1))], axis=1)
        centred: NDArray[np.float64] = whole - whole.mean(axis=1, keepdims=True)
        return centred


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row-wise, over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    return result
