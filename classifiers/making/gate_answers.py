"""What both models answer on texts whose labels are known, and what a gate between them costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from classifiers.assemble import SPOKEN
from classifiers.auto import Gate
from classifiers.bag.classifier import BagClassifier
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HEADS
from classifiers.evaluation.metrics import confusion, f1s
from classifiers.making.encoder.known import EVERYDAY, TWEETS, KnownText

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LEAST = 50
"""Texts of a kind; of fewer no figure is formed."""


@dataclass(frozen=True, slots=True)
class GateAnswers:
    """Rows are texts, columns the heads: gold (-1: not known), both models' answers, how sure the
    fast one is of each answer. ``languages``, ``kinds``: of each text."""

    gold: Ints
    fast: Ints
    full: Ints
    sure: Floats
    languages: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def part(self, which: slice) -> GateAnswers:
        """Some of the texts."""
        return GateAnswers(*(getattr(self, one.name)[which] for one in fields(self)))

    def kept(self, gate: Gate) -> NDArray[np.bool_]:
        """Which texts the gate leaves to the fast model."""
        least = np.full(len(self.gold), 1.1)
        for language, value in gate.sure.items():
            least[self.languages == language] = value
        result: NDArray[np.bool_] = (
            (self.sure[:, 0] >= least)
            & (self.sure[:, 1] >= gate.intent)
            & (self.sure[:, 2] >= gate.needs)
            & ((self.sure[:, 3] >= gate.dialect) | ~np.isin(self.languages, [*SPOKEN]))
        )
        return result

    def figures(self, kept: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
        """(full, auto) by head and kind: macro-F1; of everyday tweets the share that seems to need
        no response."""
        found = {}
        auto = np.where(kept[:, None], self.fast, self.full)
        for at, (head, classes) in enumerate(HEADS.items()):
            for kind in np.unique(self.kinds):
                here = (self.kinds == kind) & (self.gold[:, at] >= 0)
                if here.sum() < LEAST or (head == "needs" and kind == TWEETS):
                    continue
                gold = self.gold[here, at]
                both = [
                    float((said == gold).mean())
                    if head == "needs" and kind == EVERYDAY
                    else _macro(gold, said, classes)
                    for said in (self.full[here, at], auto[here, at])
                ]
                found[f"{head}, {kind}"] = (both[0], both[1])
        return found

    def loss(self, kept: NDArray[np.bool_]) -> float:
        """How far the worst figure falls below the full model's."""
        return max((full - auto for full, auto in self.figures(kept).values()), default=0.0)


def _macro(gold: Ints, said: Ints, classes: int) -> float:
    table = confusion(gold, said, classes)
    return float(f1s(table)[table.sum(axis=1) > 0].mean())


def answers(
    full: EncoderClassifier, fast: BagClassifier, texts: Sequence[KnownText]
) -> GateAnswers:
    """What both models say of ``texts``."""
    tidied = [one.text for one in texts]
    seen = fast.look(tidied)
    shares = full.shares(tidied)
    gold = np.full((len(texts), len(HEADS)), -1)
    said = np.zeros((2, len(texts), len(HEADS)), np.int64)
    sure = np.zeros((len(texts), len(HEADS)))
    for line, (one, opinion) in enumerate(zip(texts, seen, strict=True)):
        mixed = full.mixed(opinion, [head[line] for head in shares])
        for at, head in enumerate(HEADS):
            if len(one.right[head]) == 1:
                gold[line, at] = one.right[head][0]
            for which, (values, needs_at) in enumerate(
                ((opinion.shares, fast.needs_at), (mixed, full.needs_at))
            ):
                value = getattr(values, head)
                if head == "needs":
                    said[which, line, at] = value >= needs_at
                    share = value if value >= needs_at else 1 - value
                else:
                    said[which, line, at] = int(np.argmax(value))
                    share = max(value)
                if which == 0:
                    sure[line, at] = share
    return GateAnswers(
        gold,
        said[0],
        said[1],
        sure,
        np.array([one.read.language.language for one in seen]),
        np.array([one.kind for one in texts]),
    )
