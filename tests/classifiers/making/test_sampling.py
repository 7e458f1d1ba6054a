"""Draws: balanced, evenly walked, and the same from any step on."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice, pairwise

import pytest

from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.recipe import LabelledSet, Recipe, Training
from classifiers.making.encoder.sampling import Draws, shares

RECIPE = Recipe(
    "toy",
    3,
    (LabelledSet("a", "own"), LabelledSet("b", "own", weight=3.0)),
    {},
    Training(batch=4, chunk=8, cap=100, power=0.5),
)
EXAMPLES = [
    [TaughtText("x" * (n % 7), 0, 1, ()) for n in range(90)],
    [TaughtText(f"{n}", 1, 1, ()) for n in range(20)],
]


def prepared(example: TaughtText, chance: random.Random) -> tuple[TaughtText, list[int]]:
    return example, [0] * (len(example.text) + chance.randrange(2))


def test_shares_go_with_the_capped_size_and_the_weight() -> None:
    assert shares([400, 100, 0], [1.0, 1.0, 9.0], cap=400, power=0.5) == pytest.approx(
        [2 / 3, 1 / 3, 0]
    )
    assert shares([400, 100], [1.0, 1.0], cap=100, power=0.5) == [0.5, 0.5]
    with pytest.raises(ValueError, match="positive weight"):
        shares([5], [0.0], cap=10, power=1.0)


@pytest.mark.parametrize("start", [1, 7, 8, 21])
def test_draws_from_a_later_step_are_the_same(start: int) -> None:
    draws = Draws(RECIPE, EXAMPLES)
    whole = list(islice(draws.batches(0, prepared), 30))
    assert list(islice(draws.batches(start, prepared), 30 - start)) == whole[start:]


def test_batches_of_a_chunk_are_sorted_by_length() -> None:
    chunk = list(islice(Draws(RECIPE, EXAMPLES).batches(0, prepared), 8))
    spans = sorted((min(len(p) for _, p in b), max(len(p) for _, p in b)) for b in chunk)
    assert all(low[1] <= high[0] for low, high in pairwise(spans))


def test_a_small_set_is_walked_evenly() -> None:
    seen = Counter(
        example.text
        for batch in islice(Draws(RECIPE, EXAMPLES).batches(0, prepared), 200)
        for example, _ in batch
        if example.group == 1
    )
    assert len(seen) == 20
    assert max(seen.values()) <= 1.6 * min(seen.values())
