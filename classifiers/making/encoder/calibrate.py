"""Fit how a packed folder's heads and the fast model's are mixed, and from where on a response is
needed; write it into the folder's config.

    python -m classifiers.making.encoder.calibrate FOLDER --data DIR

On the texts as they are served: tidied, packed, in 8 bits. A few numbers on thousands of texts do
not overfit; the errors that are reported are of the half that was not fitted on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from classifiers.bag.classifier import BagClassifier
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HEADS
from classifiers.encoder.mixing import EVEN, FILES, FORMAT, Calibration, OpinionMix, about
from classifiers.folders import digests
from classifiers.loading import bundled_fast
from classifiers.making.encoder.known import KnownText, known_texts, least_needed
from classifiers.making.encoder.opinions import Opinions, fit
from classifiers.making.encoder.recipe import RECIPES, read_recipe
from classifiers.making.encoder.scores import calibration_error


class Fitted(NamedTuple):
    """What was fitted, and the calibration errors of the texts that it was not fitted on: by head
    and kind of text."""

    mixes: dict[str, OpinionMix]
    needs_at: float
    errors: dict[str, dict[str, float]]


def calibrate(
    folder: Path, rows: Sequence[KnownText], version: int = 1, *, alone: bool = False
) -> Fitted:
    """Fit on every other row and write it. alone: the fast model's opinion stays out.

    A head of which no row is known keeps the mix that the folder says, and the need of a response
    its threshold."""
    before = _before(folder)
    write(folder, EVEN, 0.5, 0)
    words = bundled_fast()
    known = opinions(EncoderClassifier.read(folder, words=words), words, rows)
    mixes = {
        head: fit(some.where(np.s_[::2]), alone=alone) if len(some.right) else before.mixes[head]
        for head, some in known.items()
    }
    told = len(known["needs"].right)
    needs_at = threshold(known["needs"], mixes["needs"]) if told else before.needs_at
    errors = {head: _errors(some.where(np.s_[1::2]), mixes[head]) for head, some in known.items()}
    write(folder, mixes, needs_at, version)
    return Fitted(mixes, needs_at, errors)


def opinions(
    classifier: EncoderClassifier, words: BagClassifier, rows: Sequence[KnownText]
) -> dict[str, Opinions]:
    """What both say of ``rows``, by head; of each head the rows that are known there."""
    texts = [row.text for row in rows]
    encoder = classifier.shares(texts)
    fast = [seen.shares for seen in words.look(texts)]
    found = {}
    for at, (head, classes) in enumerate(HEADS.items()):
        places = [place for place, row in enumerate(rows) if row.right[head]]
        right = np.zeros((len(places), classes), bool)
        for line, place in enumerate(places):
            right[line, list(rows[place].right[head])] = True
        second = [_classes(fast[place], head) for place in places]
        found[head] = Opinions.of(
            np.array([encoder[at][place] for place in places]).reshape(right.shape),
            np.array(second).reshape(right.shape),
            right,
            [rows[place].kind for place in places],
        )
    return found


def _before(folder: Path) -> Calibration:
    """What the folder said when it was packed: nothing, where it began with a body alone."""
    said = json.loads((folder / "config.json").read_text()).get("rasid", {})
    if said.get("format") != FORMAT:
        return Calibration()
    stamp(folder)
    return about(folder)[0]


def _classes(shares: Any, head: str) -> Sequence[float]:
    value = getattr(shares, head)
    return (1 - value, value) if head == "needs" else value


def threshold(known: Opinions, mix: OpinionMix) -> float:
    """From which mixed probability on a response is needed."""
    return least_needed(known.mixed(mix)[:, 1], known.right[:, 1], known.kinds)


def _errors(spare: Opinions, mix: OpinionMix) -> dict[str, float]:
    shares = spare.mixed(mix)
    single = spare.right.sum(1) == 1
    return {
        str(kind): round(calibration_error(shares[here], spare.right[here].argmax(1)), 4)
        for kind in np.unique(spare.kinds)
        if (here := single & (spare.kinds == kind)).any()
    }


def write(folder: Path, mixes: Mapping[str, OpinionMix], needs_at: float, calibration: int) -> None:
    """Set ``rasid`` in the folder's config.json."""
    of_heads = {head: mix._asdict() for head, mix in mixes.items()}
    _set(
        folder,
        {"format": FORMAT, "calibration": calibration, "mix": of_heads, "needs_at": needs_at},
    )


def stamp(folder: Path) -> None:
    """Take the folder's files for the ones that were written; the mix stays."""
    _set(folder, {})


def _set(folder: Path, said: dict[str, Any]) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["rasid"] = {**config.get("rasid", {}), **said, "files": digests(folder, FILES)}
    path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="what classifiers.encoder.pack wrote")
    parser.add_argument("--data", type=Path, help="folder with sentiment/; else written posts only")
    parser.add_argument("--recipe", type=Path, default=RECIPES / "full.toml")
    parser.add_argument("--version", type=int, default=1, help="named in each label's source")
    parser.add_argument("--alone", action="store_true", help="without the fast model's opinion")
    given = parser.parse_args(arguments)
    rows = known_texts(given.data, read_recipe(given.recipe))
    fitted = calibrate(given.folder, rows, given.version, alone=given.alone)
    print(f"{len(rows):,} dev texts; a response is needed from {fitted.needs_at} on")
    for head, mix in fitted.mixes.items():
        errors = ", ".join(f"{kind} {error:.3f}" for kind, error in fitted.errors[head].items())
        print(f"{head}: {mix}; calibration error on the other half: {errors}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
