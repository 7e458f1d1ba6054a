"""What is held out, and how the model before and the one after do on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.evaluation.compare import Difference, macro_difference
from classifiers.evaluation.evaluate import Answers, IntentScores, answers, report
from classifiers.evaluation.labelled_rows import groups, row_of, split
from classifiers.evaluation.metrics import Floats, Ints, Scores, score
from classifiers.labels import SENTIMENTS, Classifier
from classifiers.making.encoder.data import read_rows
from classifiers.making.own_rows import Fields

PER_SET = 1000
"""Dev texts of a set at most: a wider look takes longer than it says more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Scores of both models on the same rows, (before, after), by group and value as in a report.

    Here no language is left out: these rows are what the model was trained for. difference: after
    less before, over all rows; None where no row has a sentiment.
    """

    tables: dict[str, dict[str, tuple[Scores, Scores]]]
    intents: dict[str, tuple[IntentScores, IntentScores]]
    difference: Difference | None


def held_out(own: Sequence[Fields], dev: Iterable[Path] = ()) -> list[Fields]:
    """Own held-out rows and some of each dev file that is there, named by its file."""
    rows = list(own)
    for path in dev:
        found = list(read_rows(path)) if path.exists() else []
        for row in found[:: max(1, -(-len(found) // PER_SET))]:
            source = path.name.split(".")[0]
            told = {"text": row.text, "label": row.label, "lang": row.lang, "dialect": row.dialect}
            try:
                rows.append(row_of(told | {"source": source}))
            except ValueError:  # labels of its own, such as a bank's 77: no figure for these
                break
    return rows


def compared(
    before: Classifier, after: Classifier, rows: Sequence[Fields], say: Callable[[str], None]
) -> Compared | None:
    """None where nothing is held out."""
    if not rows:
        return None
    old = answers(before, rows, lambda done: say(f"before: {done:,} of {len(rows):,} texts"))
    new = answers(after, rows, lambda done: say(f"after: {done:,} of {len(rows):,} texts"))
    intents = report(rows, new).intents
    earlier = report(rows, old).intents
    moods = [at for at, row in enumerate(rows) if row["label"] in SENTIMENTS]
    if not moods:
        return Compared({}, {name: (earlier[name], one) for name, one in intents.items()}, None)
    gold, first, second = _gold(rows), _shares(old), _shares(new)
    parts = {"all": {"": moods}, **groups(rows, split(rows).langs, moods)}
    tables = {
        group: {
            value: (score(gold[places], first[places]), score(gold[places], second[places]))
            for value, places in values.items()
        }
        for group, values in parts.items()
    }
    return Compared(
        tables,
        {name: (earlier[name], one) for name, one in intents.items()},
        macro_difference(gold[moods], second[moods], first[moods]),
    )


def _gold(rows: Sequence[Fields]) -> Ints:
    """-1 where the label is of intent."""
    names: Sequence[str] = SENTIMENTS
    return np.array(
        [names.index(row["label"]) if row["label"] in names else -1 for row in rows], np.int64
    )


def _shares(said: Answers) -> Floats:
    shares = [label.probabilities for label in said.labels]
    return np.array([(one.negative, one.neutral, one.positive) for one in shares])
