"""Fit what the auto tier leaves to the fast model, on dev files.

    python -m classifiers.making.fit_auto --data DIR [--out FILE] [--loss 0.004]

Both bundled models read the dev texts. From equal thresholds, high and lower, whichever step down
keeps the most further texts is taken, again and again, as long as no head of any kind of text
falls by more than ``--loss`` below the full model's figure, nor by more than twice that in any
third of the texts: a threshold that is cheap in one part by luck is dear in another.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from classifiers.auto import Gate, weights_of
from classifiers.encoder.full import EncoderClassifier
from classifiers.loading import WEIGHTS, bundled_fast
from classifiers.making.encoder.known import known_texts
from classifiers.making.encoder.recipe import RECIPES, read_recipe
from classifiers.making.gate_answers import GateAnswers, answers

PARTS = 3
LANGUAGES = ("ar", "ar-Latn", "en", "mixed")
"""What is in another language goes to the full model."""
STEPS = (*np.round(np.arange(0.995, 0.9, -0.01), 3), *np.round(np.arange(0.9, 0.4, -0.05), 2))
STARTS = (0.98, 0.95, 0.9, 0.85, 0.8, 0.7)
NEVER = 1.1
LOSS = 0.004
"""Of any head's figure, at most: half a point is what auto may cost in all."""


def fit(known: GateAnswers, most: float) -> Gate:
    """The gate that keeps most texts for a loss of at most ``most`` in any head of any kind."""
    parts = [known.part(slice(at, None, PARTS)) for at in range(PARTS)]

    def allowed(gate: Gate) -> bool:
        return known.loss(known.kept(gate)) <= most and all(
            part.loss(part.kept(gate)) <= 2 * most for part in parts
        )

    found = [_lowered(gate, known, allowed) for gate in map(_even, STARTS) if allowed(gate)]
    return max(found, key=lambda gate: known.kept(gate).sum(), default=_even(NEVER))


def _even(least: float) -> Gate:
    return Gate(dict.fromkeys(LANGUAGES, least), least, least, least, "", "")


def _lowered(gate: Gate, known: GateAnswers, allowed: Callable[[Gate], bool]) -> Gate:
    while True:
        best = max(
            (one for one in _lower(gate) if known.kept(one).sum() > known.kept(gate).sum()
             and allowed(one)),
            key=lambda one: known.kept(one).sum(),
            default=None,
        )  # fmt: skip
        if best is None:
            return gate
        gate = best


def _lower(gate: Gate) -> Iterator[Gate]:
    """Every gate with one threshold some steps lower: one step may open nothing by itself."""
    for name in ("intent", "needs", "dialect"):
        for step in STEPS:
            if step < getattr(gate, name):
                yield replace(gate, **{name: float(step)})  # type: ignore[arg-type]
    for language, least in gate.sure.items():
        for step in STEPS:
            if step < least:
                yield replace(gate, sure={**gate.sure, language: float(step)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the gate is written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with sentiment/; else written posts only")
    parser.add_argument("--recipe", type=Path, default=RECIPES / "full.toml")
    parser.add_argument("--folder", type=Path, default=WEIGHTS / "full", help="the full model")
    parser.add_argument("--out", type=Path, default=WEIGHTS / "auto.json")
    parser.add_argument("--loss", type=float, default=LOSS, help="of any head's figure, at most")
    given = parser.parse_args(arguments)
    full = EncoderClassifier.read(given.folder, words=bundled_fast())
    known = answers(full, bundled_fast(), known_texts(given.data, read_recipe(given.recipe)))
    gate = fit(known, given.loss)
    names = weights_of(bundled_fast().model), weights_of(full.model)
    replace(gate, fast=names[0], full=names[1]).write(given.out)
    kept = known.kept(gate)
    print(f"{given.out}: {gate}", file=sys.stderr)
    for kind in np.unique(known.kinds):
        here = known.kinds == kind
        print(f"{kind}: of {here.sum():,} texts the fast model keeps {kept[here].mean():.1%}")
    for name, (whole, mixed) in known.figures(kept).items():
        print(f"{name}: full {whole:.3f}, auto {mixed:.3f} ({mixed - whole:+.4f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
