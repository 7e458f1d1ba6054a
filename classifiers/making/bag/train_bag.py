"""From a recipe's labelled rows to the fast tier's weights.

``python -m classifiers.making.bag.train_bag --data DIR --out DIR [--recipe FILE]``

DIR holds ``sentiment/*.train.jsonl.gz``, ``*.dev.jsonl.gz`` and ``intent/`` of the same, one
object a line: text, label, lang, dialect, source; the written posts come with the product. Takes
minutes on one core and writes ``model.safetensors``; the figures for the card come from
``classifiers.evaluation.evaluate``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.classifier import FILE
from classifiers.bag.digest import digest
from classifiers.bag.file import CLASSES
from classifiers.bag.head import FORMAT
from classifiers.making.bag import lesson
from classifiers.making.bag.calibrate_bag import BagFit, calibrate
from classifiers.making.bag.fit_bag import BagSettings, fit, hash_texts
from classifiers.making.encoder.data import TaughtText, examples_of
from classifiers.making.encoder.known import known_texts
from classifiers.making.encoder.recipe import RECIPES, Recipe, read_recipe

CALIBRATION = 2
HEADS: dict[str, BagSettings] = {
    "sentiment": BagSettings(bits=20),
    "intent": BagSettings(bits=19, epochs=4),
    "needs": BagSettings(bits=20, epochs=4),
    "dialect": BagSettings(bits=18, epochs=4),
    "language": BagSettings(bits=16, epochs=4),
}


def train(recipe: Recipe, data: Path, examples: Sequence[Sequence[TaughtText]]) -> BagFit:
    """All heads, calibrated on dev. ``examples``: of each of the recipe's sets what it teaches."""
    if not any(examples):
        raise ValueError(f"no text to learn from in {data}")
    bits = max(settings.bits for settings in HEADS.values())
    texts = hash_texts(lesson.folded_texts(examples), bits)
    heads = {}
    for name, classes in CLASSES.items():
        taught = lesson.lesson(name, recipe, examples)
        _say(f"{name}: {len(taught.rows):,} texts")
        heads[name] = fit(texts, taught, classes, HEADS[name], _say)
    folded, languages, taught = lesson.languages(recipe, data)
    _say(f"language: {len(folded):,} texts")
    hashed = hash_texts(folded, HEADS["language"].bits)
    heads["language"] = fit(hashed, taught, languages, HEADS["language"], _say)
    known = known_texts(data, recipe)
    fitted = calibrate(heads, known)
    for name in CLASSES:
        _say(f"{name}: temperature {fitted.heads[name].temperature:.3f}")
    _say(f"a response is needed from {fitted.needs_at} on; fitted on {len(known):,} dev texts")
    return fitted


def write(made: BagFit, folder: Path) -> Path:
    """``model.safetensors`` in ``folder``: what ``BagClassifier.read`` reads."""
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.generic]] = {}
    for name, head in made.heads.items():
        tensors[f"{name}.table"] = head.table
        tensors[f"{name}.scale"] = head.scale
        tensors[f"{name}.bias"] = head.bias
    about = {
        "format": FORMAT,
        "calibration": CALIBRATION,
        "lean": np.round(made.lean, 6).tolist(),
        "needs_at": made.needs_at,
        "heads": {
            name: {"classes": list(head.classes), "temperature": round(head.temperature, 6)}
            for name, head in made.heads.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    said = json.dumps(about, sort_keys=True)
    # One entry: safetensors writes several in any order, and equal weights should be equal files.
    save_file(tensors, folder / FILE, {"rasid": f"{said}\n{digest(said, tensors)}"})
    return folder / FILE


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the weights are written."""
    parser = argparse.ArgumentParser(description="Train the fast tier.")
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled rows")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.safetensors")
    parser.add_argument("--recipe", type=Path, default=RECIPES / "full.toml")
    chosen = parser.parse_args(arguments)
    try:
        recipe = lesson.for_the_bag(read_recipe(chosen.recipe))
        path = write(train(recipe, chosen.data, examples_of(recipe, chosen.data)), chosen.out)
    except (ValueError, OSError, KeyError) as error:
        _say(f"nothing written: {error}")
        return 1
    _say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
