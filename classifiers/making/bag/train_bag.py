"""From labelled rows to the fast tier's weights.

``python -m classifiers.making.bag.train_bag --data DIR --out DIR``

DIR holds ``sentiment/*.train.jsonl.gz``, ``*.dev.jsonl.gz`` and ``intent/`` of the same, one
object a line: text, label, lang, dialect, source. Takes minutes on one core and writes
``model.safetensors``; the figures for the card come from ``classifiers.evaluation.evaluate``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.classifier import FILE, BagClassifier
from classifiers.bag.digest import digest
from classifiers.bag.head import FORMAT, Head
from classifiers.labels import INTENTS, SENTIMENTS
from classifiers.making.bag import lesson as recipe
from classifiers.making.bag.fit_bag import BagSettings, Examples, fit, hash_texts
from classifiers.reading import reading_of
from classifiers.temperature import temperature
from classifiers.tidy import fold_tidied, text_key

CALIBRATION = 1
HEADS: dict[str, tuple[tuple[str, ...], BagSettings]] = {
    "sentiment": (SENTIMENTS, BagSettings(bits=20)),
    "intent": (INTENTS, BagSettings(bits=18)),
    "language": (recipe.LANGUAGES, BagSettings(bits=16, epochs=4)),
    "dialect": (recipe.DIALECTS, BagSettings(bits=16, epochs=4)),
}


def train(
    folder: Path,
    more: Mapping[str, Sequence[recipe.Taught]] | None = None,
    skip: Container[str] = (),
) -> dict[str, Head]:
    """All heads, the temperature of sentiment and intent set on dev.

    more: further texts, by head; skip: keys (``tidy.text_key``) of texts not to learn from.
    """
    moods = list(recipe.rows(folder, "sentiment", "train"))
    aims = list(recipe.rows(folder, "intent", "train"))
    if skip:
        moods = [row for row in moods if text_key(row.text) not in skip]
        aims = [row for row in aims if text_key(row.text) not in skip]
    if not moods:
        raise ValueError(f"no sentiment/*.train.jsonl.gz in {folder}")
    taught = {
        "sentiment": recipe.sentiment(moods),
        "intent": recipe.intent(moods, aims),
        "language": recipe.language(moods),
        "dialect": recipe.dialect(moods),
    }
    heads = {}
    for name, found in (more or {}).items():
        taught[name] += found
    for name, (classes, settings) in HEADS.items():
        _say(f"{name}: {len(taught[name]):,} texts")
        heads[name] = fit(_examples(taught[name], classes, settings.bits), classes, settings, _say)
    moods = [
        row
        for row in recipe.rows(folder, "sentiment", "dev")
        if recipe.WEAK.get(row.set, 1.0) == 1.0
    ]
    check = {
        "sentiment": recipe.sentiment(moods),
        "intent": [
            row
            for row in recipe.intent(moods, recipe.rows(folder, "intent", "dev"))
            if len(row.allowed) == 1
        ],
    }
    for name, dev in check.items():
        heads[name] = _calibrated(heads, name, dev)
        _say(f"{name}: temperature {heads[name].temperature:.3f} on {len(dev):,} dev texts")
    return heads


def _examples(taught: Sequence[recipe.Taught], classes: tuple[str, ...], bits: int) -> Examples:
    buckets, values, bounds = hash_texts(
        [fold_tidied(reading_of(row.text)) for row in taught], bits
    )
    allowed = np.array([[name in row.allowed for name in classes] for row in taught])
    offset = np.array([row.prior for row in taught], np.float32)
    weight = np.array([row.weight for row in taught], np.float32)
    return Examples(buckets, values, bounds, allowed, offset, weight)


def _calibrated(heads: dict[str, Head], name: str, dev: Sequence[recipe.Taught]) -> Head:
    head = heads[name]
    model = BagClassifier(heads, "training")
    folded = [fold_tidied(reading_of(row.text)) for row in dev]
    logits = np.concatenate(
        [model.logits(folded[at : at + 512])[name] for at in range(0, len(folded), 512)]
    )
    gold: NDArray[np.int64] = np.array([head.classes.index(row.allowed[0]) for row in dev])
    open_to = np.array([row.prior for row in dev]) > -20
    return replace(head, temperature=temperature(logits, gold, open_to))


def write(heads: dict[str, Head], folder: Path) -> Path:
    """``model.safetensors`` in ``folder``: what ``BagClassifier.read`` reads."""
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.generic]] = {}
    for name, head in heads.items():
        tensors[f"{name}.table"] = head.table
        tensors[f"{name}.scale"] = head.scale
        tensors[f"{name}.bias"] = head.bias
    about = {
        "format": FORMAT,
        "calibration": CALIBRATION,
        "heads": {
            name: {"classes": list(head.classes), "temperature": round(head.temperature, 6)}
            for name, head in heads.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    said = json.dumps(about, sort_keys=True)
    save_file(tensors, folder / FILE, {"rasid": said, "sha256": digest(said, tensors)})
    return folder / FILE


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the weights are written."""
    parser = argparse.ArgumentParser(description="Train the fast tier.")
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled rows")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.safetensors")
    chosen = parser.parse_args(arguments)
    try:
        path = write(train(chosen.data), chosen.out)
    except (ValueError, OSError, KeyError) as error:
        _say(f"nothing written: {error}")
        return 1
    _say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
