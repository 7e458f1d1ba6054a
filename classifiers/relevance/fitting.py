"""Fitting a model of relevance from what people clicked, and saying honestly what it is worth.

Logistic regression with a strong L2 penalty, solved exactly (Newton's steps over the texts' inner
products: a few hundred texts, thousands of features). Held-out scores, from folds that keep a
conversation together, calibrate it and set the point below which an alert is withheld.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.relevance.logistic import Doubles, Named, Reader, Relevance, sigmoid
from classifiers.temperature import temperature

PENALTY = 0.3
"""0.1 to 1 differ little."""
FOLDS, ROUNDS = 5, 6
MOST = 600
"""Examples that take part, the last ones given: work grows with the cube."""
HIDDEN = 0.02
"""Of what is about the brand, at most this share may be withheld."""
CAUGHT = 0.05
"""A model that would withhold less than this share of the others is worth no risk."""
APART = 0.7
"""How often, at least, of two held-out texts the one about the brand has the higher score. A lucky
model passes the two above by chance, hardly this one as well."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a person said is about the brand or not. ``group``: texts of one conversation
    share it."""

    named: Named
    about: bool
    group: Hashable


@dataclass(frozen=True, slots=True)
class Fitted:
    """least: a score below it withholds an alert, never above 0.5. hidden and caught: of held-out
    texts, those below it among what is about the brand, and among what is not; apart: how often
    one of the former scores higher than one of the latter. labels, ours: examples that it learned
    from, and those of them about the brand."""

    model: Relevance
    least: float
    hidden: float
    caught: float
    apart: float
    labels: int
    ours: int

    @property
    def good(self) -> bool:
        """Better than taking everything to be about the brand, and safe enough to use."""
        return self.hidden <= HIDDEN and self.caught >= CAUGHT and self.apart >= APART


def fit(examples: Sequence[Example], reader: Reader) -> Fitted:
    """The model of ``examples``. Raises ValueError without at least two conversations of each kind.

    The same examples in the same order give the same model.
    """
    examples = examples[-MOST:]
    about = np.array([example.about for example in examples], bool)
    for kind in (True, False):
        if len({example.group for example in examples if example.about is kind}) < 2:
            raise ValueError("it takes two conversations about the brand and two that are not")
    grams, signs = reader.see([example.named for example in examples])
    mean = signs.mean(axis=0)
    per_sign = reader.scale / (signs.std(axis=0) + 0.1)
    known = (signs - mean) * per_sign
    inner = (grams @ grams.T + known @ known.T).astype(np.float64)
    held = _held_out(inner, about, [example.group for example in examples])
    gold = np.tile(about, len(held)).astype(np.int64)
    pairs = np.stack([np.zeros(held.size), held.ravel()], axis=1)
    cool = temperature(pairs, gold, np.ones_like(pairs, bool))
    held /= cool
    ours, others = held[:, about], held[:, ~about]
    least = _least(ours, reader.tail)
    dual, bias = _solve(inner, about)
    weights = (dual @ grams / cool).astype(np.float32), (dual @ known * per_sign / cool)
    model = Relevance(
        weights[0], weights[1].astype(np.float32), mean, float(bias / cool), reader.name
    )
    return Fitted(
        model,
        least,
        hidden=float((sigmoid(ours) < least).mean()),
        caught=float((sigmoid(others) < least).mean()),
        apart=float((ours[:, :, None] > others[:, None, :]).mean()),
        labels=len(examples),
        ours=int(about.sum()),
    )


def _least(ours: Doubles, tail: float) -> float:
    """Where HIDDEN of what is about the brand falls below, from held-out logits [rounds, texts].

    With few texts the lowest seen says little about the lowest to come, so a normal curve through
    them counts as well: ``tail`` deviations below its mean. The lower of both is taken.
    """
    curve = ours.mean() - tail * ours.std() * (1 + 1 / ours.shape[1]) ** 0.5
    lowest = np.minimum(curve, np.quantile(ours, HIDDEN / 2))
    return min(0.5, float(sigmoid(np.asarray(lowest, np.float64))))


def _held_out(inner: Doubles, about: NDArray[np.bool_], groups: Sequence[Hashable]) -> Doubles:
    """Logits [ROUNDS, texts], each from a model that knew no text of its conversation."""
    held = np.zeros((ROUNDS, len(about)))
    for turn in range(ROUNDS):
        fold = _folds(about, groups, turn)
        for part in range(FOLDS):
            test, train = fold == part, fold != part
            if not test.any():
                continue
            dual, bias = _solve(inner[np.ix_(train, train)], about[train])
            held[turn, test] = inner[np.ix_(test, train)] @ dual + bias
    return held


def _folds(about: NDArray[np.bool_], groups: Sequence[Hashable], seed: int) -> NDArray[np.int64]:
    """The fold of each text: conversations dealt out in a seeded order, those that are about the
    brand and those that are not in turn, so that every fold has its share of both."""
    first: dict[Hashable, bool] = {}
    for group, kind in zip(groups, about.tolist(), strict=True):
        first.setdefault(group, kind)
    order = np.random.default_rng(seed).permutation(len(first))
    shuffled = [list(first)[at] for at in order]
    dealt = sorted(shuffled, key=lambda group: first[group])
    place = {group: at % FOLDS for at, group in enumerate(dealt)}
    return np.array([place[group] for group in groups], np.int64)


def _solve(inner: Doubles, about: NDArray[np.bool_]) -> tuple[Doubles, float]:
    """Dual weights and bias of the penalised likelihood.

    Clicks come from what alerted, and "not us" is clicked more readily than a claim: where the
    others outnumber what is about the brand, they weigh no more than it in all.
    """
    count, size = int(about.sum()), len(about)
    weigh = np.where(about, 1.0, min(1.0, count / max(size - count, 1)))
    dual, bias = np.zeros(size), 0.0
    system = np.ones((size + 1, size + 1))
    system[-1, -1] = 0.0
    for _step in range(50):
        logits = inner @ dual + bias
        share = sigmoid(logits)
        curve = np.maximum(weigh * share * (1 - share), 1e-9)
        system[:-1, :-1] = inner + np.diag(PENALTY / curve)
        goal = np.append(logits + weigh * (about - share) / curve, 0.0)
        solved = np.linalg.solve(system, goal)
        moved = np.abs(solved[:-1] - dual).max()
        dual, bias = solved[:-1], float(solved[-1])
        if moved < 1e-7:
            break
    return dual, bias
