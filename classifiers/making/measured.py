"""What is held out, and how the model before and the one after do on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from classifiers.evaluation.compare import Difference, macro_difference
from classifiers.evaluation.evaluate import (
    Answers,
    IntentScores,
    Report,
    answers,
    head_differences,
    report,
)
from classifiers.evaluation.head_scores import (
    IntentTable,
    NeedScores,
    intent_places,
    intents_of,
    needs_places,
    needs_said,
    score_intents,
    score_needs,
)
from classifiers.evaluation.labelled_rows import Places, groups, row_of, split
from classifiers.evaluation.metrics import Floats, Ints, Scores, score
from classifiers.labels import SENTIMENTS, Classifier, Label
from classifiers.making.encoder.data import read_rows
from classifiers.making.own_rows import Fields

T = TypeVar("T")
PER_SET = 1000
"""Dev texts of a set at most: a wider look takes longer than it says more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Scores of both models on the same rows, (before, after), by group and value as in a report.

    Here no language is left out: these rows are what the model was trained for. apart: of the
    intents that some rows tell from all others. differences: after less before over all rows that
    tell it, by head (sentiment, intent, needs_response); significant ones are so at 5 % all heads
    together. A head that no row tells is not among them, and its scores are None.
    """

    tables: dict[str, dict[str, tuple[Scores, Scores]]]
    apart: dict[str, tuple[IntentScores, IntentScores]]
    differences: dict[str, Difference]
    intent: tuple[IntentTable, IntentTable] | None = None
    needs: tuple[NeedScores, NeedScores] | None = None


def held_out(own: Sequence[Fields], dev: Iterable[Path] = ()) -> list[Fields]:
    """Own held-out rows and some of each dev file that is there, named by its file."""
    rows = list(own)
    for path in dev:
        found = list(read_rows(path)) if path.exists() else []
        for row in found[:: max(1, -(-len(found) // PER_SET))]:
            source = path.name.split(".")[0]
            told = {"text": row.text, "label": row.label, "lang": row.lang, "dialect": row.dialect}
            told |= {"intent": row.intent, "source": source}
            try:
                rows.append(row_of(told | {"needs_response": row.needs}))
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
    places = range(len(rows))
    moods = [at for at in places if _has_sentiment(rows[at])]
    aims, needs = intent_places(rows, list(places)), needs_places(rows, list(places))
    heads = sum(map(bool, (moods, aims, needs)))
    differences = head_differences(rows, new, old, list(places), heads)
    tables = {}
    if moods:
        gold, first, second = _gold(rows), _shares(old), _shares(new)
        change = macro_difference(gold[moods], second[moods], first[moods], heads)
        differences = {"sentiment": change, **differences}
        tables = _tables(rows, moods, gold, first, second)
    return Compared(
        tables,
        _apart(report(rows, old), report(rows, new)),
        differences,
        _both(rows, old, new, aims, lambda *of: score_intents(*intents_of(*of))),
        _both(rows, old, new, needs, lambda *of: score_needs(*needs_said(*of))),
    )


def _has_sentiment(row: Fields) -> bool:
    return row["label"] in SENTIMENTS


def _both(
    rows: Sequence[Fields],
    old: Answers,
    new: Answers,
    places: Places,
    scored: Callable[[Sequence[Fields], Sequence[Label], Places], T],
) -> tuple[T, T] | None:
    """(before, after) of the places that tell a head; None where there are none."""
    if not places:
        return None
    return scored(rows, old.labels, places), scored(rows, new.labels, places)


def _apart(old: Report, new: Report) -> dict[str, tuple[IntentScores, IntentScores]]:
    return {name: (old.intents[name], found) for name, found in new.intents.items()}


def _tables(
    rows: Sequence[Fields], moods: Places, gold: Ints, first: Floats, second: Floats
) -> dict[str, dict[str, tuple[Scores, Scores]]]:
    parts = {"all": {"": moods}, **groups(rows, split(rows).langs, moods)}
    return {
        group: {
            value: (score(gold[places], first[places]), score(gold[places], second[places]))
            for value, places in values.items()
        }
        for group, values in parts.items()
    }


def _gold(rows: Sequence[Fields]) -> Ints:
    """-1 where the label is no sentiment."""
    names: Sequence[str] = SENTIMENTS
    return np.array(
        [names.index(row["label"]) if row["label"] in names else -1 for row in rows], np.int64
    )


def _shares(said: Answers) -> Floats:
    shares = [label.probabilities for label in said.labels]
    return np.array([(one.negative, one.neutral, one.positive) for one in shares])
