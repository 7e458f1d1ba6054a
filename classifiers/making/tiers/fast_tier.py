"""The fast tier: the bag of n-grams made anew from a data folder, with own rows among the others.

It takes some three minutes, so there is nothing to resume.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from classifiers.bag.classifier import BagClassifier
from classifiers.labels import INTENTS, SENTIMENTS
from classifiers.loading import load
from classifiers.making import own_rows as own
from classifiers.making.bag import lesson as bag_recipe
from classifiers.making.bag import train_bag
from classifiers.making.card.licences import Learned
from classifiers.making.card.trained import CARD, Trained, card
from classifiers.making.encoder.recipe import RECIPES, read_recipe
from classifiers.making.measured import compared, held_out
from classifiers.making.tiers.request import Audience, Request
from classifiers.tidy import text_key

INTENT_OF: dict[str, tuple[str, ...]] = {
    "complaint": ("complaint",),
    "not_complaint": tuple(intent for intent in INTENTS if intent != "complaint"),
    "spam": ("spam",),
    "ham": tuple(intent for intent in INTENTS if intent != "spam"),
}
"""The same as the rules ``own`` of the encoder's recipes."""


def train(request: Request, console: Audience) -> Trained:
    """From ``request`` to a model folder with its card. Raises ValueError where it cannot begin."""
    if request.data is None:
        raise ValueError(
            "the fast model is made anew each time: say with --data where its sets lie"
        )
    began = time.monotonic()
    parts = own.parts(request.own)
    files = sorted(path for task in ("sentiment", "intent") for path in _dev(request.data, task))
    held = held_out(parts.held, files)
    shown = {text_key(row["text"]) for row in held}
    learn = [own.without(one, shown) for one in parts.learn]
    taught = {
        "sentiment": [one for found in learn for one in _moods(found)],
        "intent": [one for found in learn for one in _aims(found)],
    }
    skip = {text_key(row["text"]) for row in parts.held}
    heads = train_bag.train(request.data, taught, skip)
    train_bag.write(heads, request.out)
    learned = _learned(request.data, learn)
    made = Trained(
        tier="fast",
        today=request.today,
        began="nothing (it is made anew)",
        against="the bundled fast model",
        seconds=time.monotonic() - began,
        examples=sum(one.texts or 0 for one in learned),
        layers=0,
        recipe="classifiers.making.bag.lesson",
        learned=learned,
        inherited=[],
        compared=compared(load("fast"), BagClassifier.read(request.out), held, console.say),
        fitted="on dev texts",
        alone=True,
    )
    (request.out / CARD).write_text(card(made), encoding="utf-8")
    return made


def _dev(data: Path, task: str) -> list[Path]:
    return list((data / task).glob("*.dev.jsonl.gz"))


def _rows(one: own.OwnSet) -> list[bag_recipe.BagRow]:
    return [
        bag_recipe.BagRow(
            one.name, row.get("source", ""), row.get("lang", ""), "", row["label"], row["text"]
        )
        for row in one.rows
    ]


def _moods(one: own.OwnSet) -> list[bag_recipe.Taught]:
    found = bag_recipe.sentiment(row for row in _rows(one) if row.label in SENTIMENTS)
    return [replace(row, weight=one.weight) for row in found]


def _aims(one: own.OwnSet) -> list[bag_recipe.Taught]:
    flat = (0.0,) * len(INTENTS)
    return [
        bag_recipe.Taught(row.text, INTENT_OF[row.label], flat, one.weight)
        for row in _rows(one)
        if row.label in INTENT_OF
    ]


def _learned(data: Path, sets: Sequence[own.OwnSet]) -> list[Learned]:
    terms = {one.name: one.licence for one in read_recipe(RECIPES / "full.toml").sets}
    counts = Counter(
        row.set for task in ("sentiment", "intent") for row in bag_recipe.rows(data, task, "train")
    )
    found = [
        Learned(name, n, terms.get(name, "not named in a recipe")) for name, n in counts.items()
    ]
    return found + [Learned(one.name, len(one.rows), one.licence) for one in sets]
