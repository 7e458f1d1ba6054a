"""Dev texts whose labels are known, for fitting what the heads' probabilities mean."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.assemble import HeadShares
from classifiers.labels import SENTIMENTS
from classifiers.making.encoder.data import (
    WRITTEN,
    LabelledText,
    TaughtText,
    data_file,
    example_of,
    read_rows,
)
from classifiers.making.encoder.recipe import LabelledSet, Recipe
from classifiers.making.encoder.scores import Floats, threshold_at_precision

WRITTEN_KIND, EVERYDAY, TWEETS = "written", "everyday", "tweets"
PER_SET = 400
"""Texts of a set at most, so that the largest does not decide for all."""
PER_WRITTEN = 10_000
PRECISION = 0.9
"""Of what is said to need a response on written dev posts, the share that must."""
ALARMS = 0.02
"""Everyday tweets that may seem to need a response."""
Bools = NDArray[np.bool_]


class KnownText(NamedTuple):
    """A tidied text; ``right``: by head the classes that may be right, none where it is not known.
    ``kind``: written, everyday (said to no company) or tweets."""

    text: str
    kind: str
    right: dict[str, tuple[int, ...]]


def least_needed(yes: Floats, needed: Bools, kinds: NDArray[np.str_]) -> float:
    """From which probability on a response is needed: the least one with the wanted precision on
    written posts and few alarms on everyday tweets. ``yes``: probabilities of texts that are known
    to need one (``needed``) or not; without a written post that needs one it begins at a half."""
    written, everyday = (kinds == kind for kind in (WRITTEN_KIND, EVERYDAY))
    least = 0.5
    if needed[written].any():
        least = threshold_at_precision(yes[written], needed[written], PRECISION)
    if everyday.any():
        least = max(least, float(np.quantile(yes[everyday], 1 - ALARMS)))
    return round(min(max(least, 0.05), 0.95), 4)


def known_texts(data: Path | None, recipe: Recipe) -> list[KnownText]:
    """Some of each dev file of the recipe's sets; without ``data`` the written posts alone."""
    known: list[KnownText] = []
    for group, labelled in enumerate(recipe.sets):
        if data is None and labelled.file != WRITTEN:
            continue
        path = data_file(data or Path(), labelled, "dev")
        rows = list(read_rows(path)) if path.exists() else []
        known += of_set(rows, group, labelled, recipe)
    return known


def of_set(
    rows: list[LabelledText], group: int, labelled: LabelledSet, recipe: Recipe
) -> Iterable[KnownText]:
    """What is known of at most PER_SET of a set's rows, evenly chosen."""
    most = PER_WRITTEN if labelled.file == WRITTEN else PER_SET
    three = {row.label for row in rows} == set(SENTIMENTS)
    for row in rows[:: max(1, -(-len(rows) // most))]:
        taught = example_of(row, group, labelled, recipe.rules_of(labelled))
        if taught and (right := _right(taught, labelled, three)) and any(right.values()):
            yield KnownText(taught.text, _kind(taught, labelled), right)


def _kind(taught: TaughtText, labelled: LabelledSet) -> str:
    if labelled.file == WRITTEN:
        return WRITTEN_KIND
    return EVERYDAY if labelled.rules.startswith("everyday") and taught.needs == 0 else TWEETS


def _right(taught: TaughtText, labelled: LabelledSet, three: bool) -> dict[str, tuple[int, ...]]:
    """Intents of the other sets are rules' guesses: the written posts alone say what is meant."""
    written = labelled.file == WRITTEN
    everyday = labelled.rules.startswith("everyday")
    right = {
        "sentiment": (taught.sentiment,) if three and taught.sentiment >= 0 else (),
        "intent": taught.intents if written else (),
        "needs": (taught.needs,) if taught.needs >= 0 and (written or everyday) else (),
        "dialect": taught.dialects if len(taught.dialects) == 1 or written else (),
    }
    assert tuple(right) == HeadShares._fields
    return right
