"""How much the encoder and the fast model are heeded, head by head: fitted to known labels.

Two numbers a head, by the least log loss: stacking (Wolpert 1992) with one weight for each model,
whose sum is also the temperature (Guo et al. 2017, arXiv 1706.04599).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers.encoder.mixing import FLOOR, OpinionMix
from classifiers.making.encoder.scores import Floats

GRID = np.round(np.arange(0.0, 1.55, 0.05), 2)


class Opinions(NamedTuple):
    """Log-probabilities [texts, classes] of both models, the classes that may be right [same], and
    the kind of each text [texts]: kinds count alike, however many texts are of one."""

    encoder: Floats
    fast: Floats
    right: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.str_]

    @classmethod
    def of(
        cls, encoder: Floats, fast: Floats, right: npt.NDArray[np.bool_], kinds: list[str]
    ) -> Opinions:
        """From probabilities."""
        logs = [np.log(shares.clip(FLOOR)) for shares in (encoder, fast)]
        return cls(logs[0], logs[1], right, np.array(kinds))

    def where(self, places: npt.NDArray[np.bool_] | slice) -> Opinions:
        """Some of the texts."""
        encoder, fast, right, kinds = self
        return Opinions(encoder[places], fast[places], right[places], kinds[places])

    def mixed(self, mix: OpinionMix) -> Floats:
        """Probabilities of each text."""
        logs = mix.encoder * self.encoder + mix.fast * self.fast
        shares = np.exp(logs - logs.max(1, keepdims=True))
        probabilities: Floats = shares / shares.sum(1, keepdims=True)
        return probabilities

    def weights(self) -> Floats:
        """Of each text; they sum to 1, and to the same over each kind."""
        names, place, counts = np.unique(self.kinds, return_inverse=True, return_counts=True)
        shares: Floats = 1.0 / (counts[place] * len(names))
        return shares


def fit(known: Opinions, *, alone: bool = False) -> OpinionMix:
    """The mix of least log loss over a grid; the encoder always takes part, and ``alone`` it is the
    only one."""
    best, least = OpinionMix(), np.inf
    weights = known.weights()
    for encoder in GRID[1:]:
        for fast in GRID[:1] if alone else GRID:
            mix = OpinionMix(float(encoder), float(fast))
            inside = (known.mixed(mix) * known.right).sum(1)
            loss = -(weights * np.log(inside + 1e-9)).sum()
            if loss < least:
                best, least = mix, float(loss)
    return best
