"""Fit how a packed folder's sentiment and the fast model's are mixed; write it into its config.

    python -m classifiers.making.encoder.calibrate FOLDER --data DIR

Two numbers, by the least log loss on dev files: stacking (Wolpert 1992) with one weight for
each model, whose sum is also the temperature (Guo et al. 2017, arXiv 1706.04599). On the text as
it is served: tidied, packed, in 8 bits. Two numbers on thousands of texts do not overfit; the
error that is reported is of the half that was not fitted on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from classifiers.bag.classifier import BagClassifier
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.mixing import FILES, FLOOR, FORMAT, OpinionMix
from classifiers.folders import digests
from classifiers.labels import SENTIMENTS, Sentiment
from classifiers.loading import bundled_fast
from classifiers.making.encoder.data import LabelledText, read_rows
from classifiers.making.encoder.measure import FIGURES
from classifiers.making.encoder.scores import Floats, calibration_error
from classifiers.tidy import tidy

PER_SET = 400
"""Texts of a set at most, so that the largest does not decide for all."""
INTENT = OpinionMix(0.5, 0.5)
"""Not fitted: the dev files that name an intent are two, each with a style of its own."""
GRID = np.round(np.arange(0.0, 1.55, 0.05), 2)


class Opinions(NamedTuple):
    """Log-probabilities [texts, classes] of both models, and the classes that are right [same]."""

    encoder: Floats
    fast: Floats
    right: Floats

    def half(self, which: int) -> Opinions:
        """Every other text."""
        return Opinions(*(part[which::2] for part in self))

    def mixed(self, mix: OpinionMix) -> Floats:
        """Probabilities of each text."""
        logs = mix.encoder * self.encoder + mix.fast * self.fast
        shares = np.exp(logs - logs.max(1, keepdims=True))
        probabilities: Floats = shares / shares.sum(1, keepdims=True)
        return probabilities


def fit(known: Opinions, *, alone: bool = False) -> OpinionMix:
    """The mix of least log loss over a grid; the encoder always takes part, and ``alone`` it is the
    only one."""
    best, least = OpinionMix(), np.inf
    for encoder in GRID[1:]:
        for fast in GRID[:1] if alone else GRID:
            mix = OpinionMix(float(encoder), float(fast))
            loss = -np.log((known.mixed(mix) * known.right).sum(1) + 1e-9).mean()
            if loss < least:
                best, least = mix, float(loss)
    return best


def dev_rows(data: Path) -> list[LabelledText]:
    """Some of each dev file with all three labels."""
    return [
        row for name in FIGURES for row in _three(_some(data / f"sentiment/{name}.dev.jsonl.gz"))
    ]


def opinions(
    classifier: EncoderClassifier, words: BagClassifier, rows: Sequence[LabelledText]
) -> Opinions:
    """What both say of ``rows``, whose labels are sentiments."""
    tidied = [tidy(row.text) for row in rows]
    fast = np.array([seen.sentiment for seen in words.look(tidied)])
    encoder = np.array(classifier.shares(tidied).sentiment)
    right = np.eye(3)[[SENTIMENTS.index(cast(Sentiment, row.label)) for row in rows]]
    return Opinions(np.log(encoder.clip(FLOOR)), np.log(fast.clip(FLOOR)), right)


def _three(rows: Iterable[LabelledText]) -> list[LabelledText]:
    found = list(rows)
    return found if {row.label for row in found} == set(SENTIMENTS) else []


def _some(path: Path) -> list[LabelledText]:
    rows = list(read_rows(path)) if path.exists() else []
    return rows[:: max(1, -(-len(rows) // PER_SET))]


def write(folder: Path, sentiment: OpinionMix, intent: OpinionMix, calibration: int) -> None:
    """Set ``rasid`` in the folder's config.json."""
    mixes = {"sentiment": sentiment._asdict(), "intent": intent._asdict()}
    _set(folder, {"format": FORMAT, "calibration": calibration, "mix": mixes})


def stamp(folder: Path) -> None:
    """Take the folder's files for the ones that were written; the mix stays."""
    _set(folder, {})


def _set(folder: Path, about: dict[str, Any]) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["rasid"] = {**config.get("rasid", {}), **about, "files": digests(folder, FILES)}
    path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="what classifiers.encoder.pack wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/, intent/")
    parser.add_argument("--version", type=int, default=1, help="named in each label's source")
    given = parser.parse_args(arguments)
    mix, error, texts = calibrate(given.folder, dev_rows(given.data), given.version)
    print(f"{mix}: calibration error {error:.3f} on {texts:,} spare texts")
    return 0


def calibrate(
    folder: Path, rows: Sequence[LabelledText], version: int = 1, *, alone: bool = False
) -> tuple[OpinionMix, float, int]:
    """Fit the mix on every other row and write it. Returns it with the calibration error of the
    rows that were not fitted on, and their number. alone: the fast model's opinion stays out."""
    write(folder, OpinionMix(), OpinionMix(), 0)
    words = bundled_fast()
    known = opinions(EncoderClassifier.read(folder, words=words), words, rows)
    mix, spare = fit(known.half(0), alone=alone), known.half(1)
    write(folder, mix, OpinionMix() if alone else INTENT, version)
    return mix, calibration_error(spare.mixed(mix), spare.right.argmax(1)), len(spare.right)


if __name__ == "__main__":
    sys.exit(main())
