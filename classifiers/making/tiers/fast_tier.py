"""The fast tier: the bag of n-grams made anew from a data folder, with own rows among the others.

It takes some minutes, so there is nothing to resume.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from classifiers.bag.classifier import BagClassifier
from classifiers.loading import load
from classifiers.making import own_rows as own
from classifiers.making.bag import train_bag
from classifiers.making.bag.lesson import for_the_bag
from classifiers.making.card.licences import Learned
from classifiers.making.card.trained import CARD, Trained, card
from classifiers.making.encoder.data import TaughtText, data_file, examples_of
from classifiers.making.encoder.recipe import Recipe, read_recipe
from classifiers.making.measured import compared, held_out
from classifiers.making.own_examples import as_set, labelled_text
from classifiers.making.tiers.request import Audience, Request
from classifiers.reading import reading_of
from classifiers.tidy import text_key


def train(request: Request, console: Audience) -> Trained:
    """From ``request`` to a model folder with its card. Raises ValueError where it cannot begin."""
    if request.data is None:
        raise ValueError(
            "the fast model is made anew each time: say with --data where its sets lie"
        )
    began = time.monotonic()
    parts = own.parts(request.own)
    recipe = for_the_bag(read_recipe(request.recipe, own=[as_set(one) for one in parts.learn]))
    held = held_out(parts.held, [data_file(request.data, one, "dev") for one in recipe.sets])
    rows = {as_set(one).file: [labelled_text(row) for row in one.rows] for one in parts.learn}
    examples = _without(examples_of(recipe, request.data, rows), {row["text"] for row in held})
    train_bag.write(train_bag.train(recipe, request.data, examples), request.out)
    learned = _learned(recipe, examples)
    made = Trained(
        tier="fast",
        today=request.today,
        began="nothing (it is made anew)",
        against="the bundled fast model",
        seconds=time.monotonic() - began,
        examples=sum(one.texts or 0 for one in learned),
        layers=0,
        recipe=recipe.name,
        learned=learned,
        inherited=[],
        compared=compared(load("fast"), BagClassifier.read(request.out), held, console.say),
        fitted="on dev texts",
        alone=True,
    )
    (request.out / CARD).write_text(card(made), encoding="utf-8")
    return made


def _without(examples: list[list[TaughtText]], held: set[str]) -> list[list[TaughtText]]:
    """Nothing that is held out is learned from, whichever file it stands in."""
    keys = {text_key(reading_of(text)) for text in held}
    if not keys:
        return examples
    return [[row for row in rows if text_key(row.text) not in keys] for rows in examples]


def _learned(recipe: Recipe, examples: Sequence[Sequence[TaughtText]]) -> list[Learned]:
    return [
        Learned(one.name, len(rows), one.licence)
        for one, rows in zip(recipe.sets, examples, strict=True)
        if rows
    ]
