"""How the two opinions are mixed in a model of someone's own: fitted anew where enough is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from classifiers.encoder.heads import HEADS
from classifiers.encoder.mixing import EVEN
from classifiers.making.card.trained import Fitted
from classifiers.making.encoder.calibrate import calibrate, stamp, write
from classifiers.making.encoder.known import WRITTEN_KIND, KnownText, known_texts
from classifiers.making.encoder.recipe import Recipe
from classifiers.making.own_rows import Fields
from classifiers.making.tiers.own_gate import known_row

LEAST_TO_CALIBRATE = 300
"""Texts of a head; with fewer the mix that was fitted before is the better guess."""
CLASSES = 3
"""Of a head, that occur among them (both, where it has two): a mix that never saw a mood is sure
that there is none."""


def fit_mix(
    made: Path, data: Path | None, spare: Sequence[Fields], recipe: Recipe, *, whole: bool
) -> Fitted:
    """Write the mix of each head into the packed folder ``made``, and say on what it was fitted.

    spare: own rows that were not learned from. whole: the folder still says how the model was mixed
    that it began with, which stays for the heads of which too little is known."""
    dev = known_texts(data, recipe) if data else []
    # People write to a company in both: they count as one kind.
    known = told_enough([*(known_row(row, WRITTEN_KIND) for row in spare), *dev])
    if known:
        calibrate(made, known, alone=recipe.fresh)
        return "on dev texts" if dev else "on texts of their own"
    if whole:
        stamp(made)
        return "as before"
    write(made, EVEN, 0.5, 0)
    return "not"


def told_enough(known: Sequence[KnownText]) -> list[KnownText]:
    """``known`` less what it says of heads of which it says too little to fit anything."""
    heads = {head for head, classes in HEADS.items() if _enough(known, head, classes)}
    less = [
        one._replace(right={head: one.right[head] if head in heads else () for head in HEADS})
        for one in known
    ]
    return [one for one in less if any(one.right.values())]


def _enough(known: Sequence[KnownText], head: str, classes: int) -> bool:
    told = [one.right[head] for one in known if one.right[head]]
    seen = {single for some in told for single in some}
    return len(told) >= LEAST_TO_CALIBRATE and len(seen) >= min(CLASSES, classes)
