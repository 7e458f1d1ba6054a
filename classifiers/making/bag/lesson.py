"""A recipe's examples as the bag's heads learn them: what each may be, and how much it weighs.

Which set teaches what stands in the recipe, one page for the encoder and the bag.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.file import CLASSES
from classifiers.making.encoder.data import WRITTEN, LabelledText, TaughtText, data_file, read_rows
from classifiers.making.encoder.recipe import RECIPES, LabelledSet, Recipe, read_recipe
from classifiers.reading import reading_of
from classifiers.tidy import fold_tidied

LANGUAGES = ("ar-Latn", "en", "fr", "es", "de", "it", "pt", "hi")
NOISY_LANGUAGE = frozenset({"twifil", "myc"})
PER_LANGUAGE = 6000
"""Texts of a language and set: those of the largest say nothing more."""
MOST = {"intent": 2_000, "needs": 12_000}
"""Texts of a set at most, but for the written one, that a head learns from: everyday tweets that
want nothing are alike, and crowd a table that is hashed."""
FULL = 1.0
"""A row of a set that people labelled; the recipe's weights below it are of weak labels."""
WRITTEN_WEIGHT = {"sentiment": 1.0, "intent": 40.0, "needs": 30.0, "dialect": 20.0}
"""Of a written post's row. More of it in the sentiment costs the tweets as much as it gives: there
the intent says what a post is."""


class Lesson(NamedTuple):
    """What a head learns: ``rows`` are places in the texts; by row what may be true [rows,
    classes], the log prior of its set [same], and its weight."""

    rows: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    prior: NDArray[np.float32]
    weight: NDArray[np.float32]


def for_the_bag(recipe: Recipe) -> Recipe:
    """``recipe`` with the languages that the bag must see to know."""
    if recipe.fresh:
        return recipe
    named = {one.file for one in recipe.sets}
    more = [one for one in read_recipe(RECIPES / "languages.toml").sets if one.file not in named]
    return replace(recipe, sets=(*recipe.sets, *more))


def folded_texts(examples: Sequence[Sequence[TaughtText]]) -> list[str]:
    """The texts in the order that a lesson's rows count in."""
    return [fold_tidied(one.text) for found in examples for one in found]


def lesson(head: str, recipe: Recipe, examples: Sequence[Sequence[TaughtText]]) -> Lesson:
    """What ``head`` learns of ``examples``, which are in the order of the recipe's sets."""
    width = len(CLASSES[head])
    parts = []
    start = 0
    for labelled, found in zip(recipe.sets, examples, strict=True):
        known = [at for at, one in enumerate(found) if _classes(head, one)]
        if labelled.file != WRITTEN:
            known = known[:: -(-len(known) // MOST.get(head, len(known) or 1)) or 1]
        allowed = np.zeros((len(known), width), bool)
        for line, at in enumerate(known):
            allowed[line, list(_classes(head, found[at]))] = True
        prior = _log_prior(allowed) if head == "sentiment" else np.zeros(width, np.float32)
        parts.append(
            Lesson(
                np.array(known, np.int64) + start,
                allowed,
                np.broadcast_to(prior, allowed.shape),
                np.full(len(known), _weight(head, labelled), np.float32),
            )
        )
        start += len(found)
    return Lesson(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _classes(head: str, example: TaughtText) -> tuple[int, ...]:
    if head == "sentiment":
        return (example.sentiment,) if example.sentiment >= 0 else ()
    if head == "needs":
        return (example.needs,) if example.needs >= 0 else ()
    return example.intents if head == "intent" else example.dialects


def _weight(head: str, labelled: LabelledSet) -> float:
    if labelled.file == WRITTEN:
        return WRITTEN_WEIGHT[head]
    own = labelled.weight if labelled.file.startswith("own/") else min(FULL, labelled.weight)
    return own * (labelled.intent_weight if head in ("intent", "needs") else 1.0)


def _log_prior(allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How a set leans, less what an even one would. A sentiment that a set does not have is barred:
    it teaches two classes there."""
    count = allowed.sum(axis=0)
    known = count > 0
    total = count.sum() + 5 * known.sum()
    share = np.log((count + 5) / max(total, 1) * max(known.sum(), 1))
    return np.where(known, share, -30.0).astype(np.float32)


def languages(recipe: Recipe, data: Path | None) -> tuple[list[str], tuple[str, ...], Lesson]:
    """(folded texts in Latin letters, the languages among them, what they teach): at most
    PER_LANGUAGE texts of a language and set."""
    kept = list(_of_languages(recipe, data))
    count = Counter(name for _, name in kept)
    classes = tuple(name for name in LANGUAGES if count[name])
    allowed = np.array([[name == one for one in classes] for _, name in kept], bool)
    allowed = allowed.reshape(len(kept), len(classes))
    prior = np.log(np.maximum(allowed.sum(axis=0), 1) / max(len(kept), 1)).astype(np.float32)
    taught = Lesson(
        np.arange(len(kept)),
        allowed,
        np.broadcast_to(prior, allowed.shape),
        np.ones(len(kept), np.float32),
    )
    return [fold_tidied(reading_of(text)) for text, _ in kept], classes, taught


def _of_languages(recipe: Recipe, data: Path | None) -> Iterator[tuple[str, str]]:
    for labelled in recipe.sets:
        if labelled.file != WRITTEN and (
            data is None
            or labelled.name in NOISY_LANGUAGE
            or not labelled.file.startswith("sentiment/")
        ):
            continue
        seen: Counter[str] = Counter()
        for row in _rows(data or Path(), labelled):
            if row.lang in LANGUAGES and seen[row.lang] < PER_LANGUAGE:
                seen[row.lang] += 1
                yield row.text, row.lang


def _rows(data: Path, labelled: LabelledSet) -> Iterable[LabelledText]:
    return read_rows(data_file(data, labelled, "train"))
