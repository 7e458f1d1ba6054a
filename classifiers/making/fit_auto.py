"""Fit what the auto tier leaves to the fast model, on dev files.

    python -m classifiers.making.fit_auto --data DIR [--out FILE] [--loss 0.005]

Both bundled models read the dev texts. Those thresholds are taken that keep the most texts while
the macro-F1, the mean of the sets' and that of all texts, falls by at most ``--loss`` below the
full model's in each of three parts of the texts: a threshold that is cheap in one part by luck is
dear in another.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.auto import ASKING, Gate, weights_of
from classifiers.encoder.full import EncoderClassifier
from classifiers.evaluation.metrics import confusion, f1s
from classifiers.labels import SENTIMENTS
from classifiers.loading import WEIGHTS, bundled_fast
from classifiers.making.bag.lesson import BagRow
from classifiers.making.bag.lesson import rows as read_rows
from classifiers.reading import reading_of

PER_SET, PARTS = 1200, 3
SETS = frozenset(
    (
        *("umsab_ar", "umsab_en", "semeval2017_en", "arsas", "marsa", "arsarcasm_v2", "astd"),
        *("saudi_tourism", "ajgt", "afrisenti_ma", "afrisenti_dz", "mawqif", "arsentd_lev"),
        "airline",
    )
)
"""What people wrote and people labelled; the others' labels come from stars or emotions."""
LANGUAGES = ("ar", "en")
"""Of these there is enough to fit on; what is in another goes to the full model."""
SURE = tuple(np.round(np.arange(0.5, 1.0, 0.05), 2))
ASKS = (0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class DevAnswers:
    """Dev texts: set, gold and both models' answers (indices), and what the gate looks at."""

    sets: NDArray[np.str_]
    gold: NDArray[np.int64]
    fast: NDArray[np.int64]
    full: NDArray[np.int64]
    languages: NDArray[np.str_]
    sure: NDArray[np.float64]
    asking: NDArray[np.float64]

    def part(self, which: int) -> DevAnswers:
        """Every third text."""
        return DevAnswers(*(getattr(self, name)[which::PARTS] for name in self.__slots__))

    def kept(self, sure: dict[str, float], asks: float) -> NDArray[np.bool_]:
        """Which texts the gate leaves to the fast model."""
        least = np.array([sure.get(language, 1.1) for language in self.languages])
        asking: NDArray[np.bool_] = (self.asking >= asks) & (self.asking <= 1 - asks)
        result: NDArray[np.bool_] = (self.sure >= least) & ~asking
        return result

    def macro_f1(self, said: NDArray[np.int64]) -> float:
        """The mean over the sets; two-class sets count the classes they have."""
        found = []
        for name in np.unique(self.sets):
            here = self.sets == name
            table = confusion(self.gold[here], said[here], 3)
            found.append(float(f1s(table)[table.sum(axis=1) > 0].mean()))
        return float(np.mean(found))

    def pooled_f1(self, said: NDArray[np.int64]) -> float:
        """Over all texts together."""
        return float(f1s(confusion(self.gold, said, 3)).mean())

    def loss(self, kept: NDArray[np.bool_]) -> float:
        """How far the macro-F1 falls below the full model's, by set or of all texts together: the
        larger of both, for what a set loses may hide in the mean of many small ones."""
        said = np.where(kept, self.fast, self.full)
        by_set = self.macro_f1(self.full) - self.macro_f1(said)
        return max(by_set, self.pooled_f1(self.full) - self.pooled_f1(said))


def fit(known: DevAnswers, most: float) -> tuple[dict[str, float], float]:
    """The gate's (sure, asks) that keep most texts for a loss of at most ``most`` in each part."""
    parts = [known.part(which) for which in range(PARTS)]
    best: tuple[float, dict[str, float], float] = (-1.0, {}, 0.1)
    for asks, *sure in itertools.product(ASKS, *(SURE for _ in LANGUAGES)):
        chosen = {name: float(value) for name, value in zip(LANGUAGES, sure, strict=True)}
        kept = known.kept(chosen, asks)
        if kept.mean() > best[0] and all(
            part.loss(part.kept(chosen, asks)) <= most for part in parts
        ):
            best = (float(kept.mean()), chosen, asks)
    return best[1], best[2]


def look(full: EncoderClassifier, rows: Sequence[BagRow]) -> DevAnswers:
    """What both models say of ``rows``; two-class sets bar neutral."""
    fast = bundled_fast()
    tidied = [reading_of(row.text) for row in rows]
    seen = fast.look(tidied)
    shares = full.shares(tidied)
    labels = [
        full.label(*parts) for parts in zip(seen, shares.sentiment, shares.intent, strict=True)
    ]
    mixed = np.array(
        [[getattr(label.probabilities, name) for name in SENTIMENTS] for label in labels]
    )
    alone = np.array([one.sentiment for one in seen])
    sets = np.array([row.set for row in rows])
    gold = np.array([SENTIMENTS.index(row.label) for row in rows])
    two = np.isin(sets, [name for name in set(sets) if 1 not in gold[sets == name]])
    barred = np.where(two[:, None], [0.0, 1.0, 0.0], 0.0)
    return DevAnswers(
        sets=sets,
        gold=gold,
        fast=(alone - barred).argmax(axis=1),
        full=(mixed - barred).argmax(axis=1),
        languages=np.array([one.read.language.language for one in seen]),
        sure=alone.max(axis=1),
        asking=np.array([sum(one.intent[at] for at in ASKING) for one in seen]),
    )


def _some(rows: Iterable[BagRow]) -> list[BagRow]:
    """At most PER_SET of each set, evenly."""
    found: list[BagRow] = []
    for _, part in itertools.groupby(rows, key=lambda row: row.set):
        whole = list(part)
        found += whole[:: max(1, -(-len(whole) // PER_SET))]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the gate is written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/")
    parser.add_argument("--folder", type=Path, default=WEIGHTS / "full", help="the full model")
    parser.add_argument("--out", type=Path, default=WEIGHTS / "auto.json")
    parser.add_argument("--loss", type=float, default=0.005, help="of macro-F1, at most")
    given = parser.parse_args(arguments)
    full = EncoderClassifier.read(given.folder, words=bundled_fast())
    rows = _some(row for row in read_rows(given.data, "sentiment", "dev") if row.set in SETS)
    if not rows:
        print(f"no sentiment/*.dev.jsonl.gz of a known set in {given.data}", file=sys.stderr)
        return 1
    known = look(full, rows)
    sure, asks = fit(known, given.loss)
    kept = known.kept(sure, asks)
    Gate(sure, asks, weights_of(bundled_fast().model), weights_of(full.model)).write(given.out)
    print(
        f"{given.out}: sure {sure}, asks {asks}; of {len(kept):,} texts the fast model keeps "
        f"{kept.mean():.1%}, macro-F1 {known.macro_f1(known.full):.3f} falls by "
        f"{known.loss(kept):.4f} (the fast model alone: {known.macro_f1(known.fast):.3f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
