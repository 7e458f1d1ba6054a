"""Which examples are drawn, in which order: a pure function of the seed and the step.

Nothing is kept between steps, so a run that was stopped draws on exactly as if it had not been.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.recipe import Recipe


def shares(sizes: Sequence[int], weights: Sequence[float], cap: int, power: float) -> list[float]:
    """The share of the draws that each set gets; sums to 1, and an empty set gets none."""
    raw = [w * min(n, cap) ** power if n else 0.0 for n, w in zip(sizes, weights, strict=True)]
    total = sum(raw)
    if not total:
        raise ValueError("no set has an example with a positive weight")
    return [value / total for value in raw]


class Draws:
    """Batches of examples, balanced by set; each set is walked in shuffled rounds."""

    def __init__(self, recipe: Recipe, examples: Sequence[Sequence[TaughtText]]) -> None:
        self._recipe = recipe
        self._examples = examples
        training = recipe.training
        self.shares = shares(
            [len(rows) for rows in examples],
            [labelled.weight for labelled in recipe.sets],
            training.cap,
            training.power,
        )

    def batches(
        self,
        start: int,
        prepared: Callable[[TaughtText, random.Random], tuple[TaughtText, list[int]]],
    ) -> Iterator[list[tuple[TaughtText, list[int]]]]:
        """Batches from step ``start`` on, without end; ``prepared`` gives an example its pieces.

        A chunk of batches is drawn at a time and sorted by pieces, so that little is padding; the
        batches of a chunk then come in random order.
        """
        size, chunk = self._recipe.training.batch, self._recipe.training.chunk
        at, skip = divmod(start, chunk)
        while True:
            chance = random.Random(f"{self._recipe.seed}:{at}")
            drawn = [prepared(self._example(at, n), chance) for n in self._plan(chance)]
            drawn.sort(key=lambda pair: len(pair[1]))
            rows = [drawn[n : n + size] for n in range(0, len(drawn), size)]
            chance.shuffle(rows)
            yield from rows[skip:]
            at, skip = at + 1, 0

    def _plan(self, chance: random.Random) -> list[tuple[int, int]]:
        """(set, how many of it came before in this chunk) for each draw of a chunk."""
        total = self._recipe.training.batch * self._recipe.training.chunk
        seen = [0] * len(self.shares)
        plan = []
        for group in chance.choices(range(len(self.shares)), weights=self.shares, k=total):
            plan.append((group, seen[group]))
            seen[group] += 1
        return plan

    def _example(self, at: int, place: tuple[int, int]) -> TaughtText:
        group, nth = place
        rows = self._examples[group]
        # The walk moves on by the expected draws of a chunk: a set is seen evenly, statelessly.
        step = self.shares[group] * self._recipe.training.batch * self._recipe.training.chunk
        turn, index = divmod(int(at * step) + nth, len(rows))
        order = random.Random(f"{self._recipe.seed}:{group}:{turn}")
        return rows[_shuffled(index, len(rows), order)]


def _shuffled(index: int, size: int, order: random.Random) -> int:
    """Where a random affine walk over ``size`` rows stands: every row once, without a list."""
    step = order.randrange(1, size + 1)
    while _common(step, size) != 1:
        step = order.randrange(1, size + 1)
    return (order.randrange(size) + index * step) % size


def _common(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
