"""How good a classifier is on labelled rows: its sentiment in all, by source, dialect and language;
its intent and whether a response is needed in all.

Rows in languages that the shipped models were never measured in are left out of every table and
stand in one of their own: a figure is a claim, and of those there is none to make.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from classifiers.evaluation import head_scores as heads
from classifiers.evaluation.compare import (
    Difference,
    Disagreement,
    answer_difference,
    disagreement,
    macro_difference,
)
from classifiers.evaluation.labelled_rows import INTENT_LABELS, Places, Row, groups, split
from classifiers.evaluation.metrics import Floats, Ints, Scores, confusion, f1s, score, wilson
from classifiers.labels import INTENTS, SENTIMENTS, Classifier, Label

AT_ONCE = 2048
"""Rows between two calls of ``progress``."""
APART = (("complaint", ("complaint", "not_complaint")), ("spam", ("spam", "ham")))
"""Intents that a set may tell from all others, with its labels."""
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class IntentScores:
    """One intent against all others, by the final label: ``macro_f1`` of yes and no."""

    texts: int
    macro_f1: float
    recall: float
    precision: float
    recall_interval: tuple[float, float]


@dataclass(slots=True)
class Report:
    """``tables``: group ("all", "source", "dialect", "lang") to value to scores of sentiment, all
    of tested languages; ``untested``: the others by language; ``intents`` (of rows that tell one
    intent from all others), ``intent`` and ``needs_response``: of tested languages, None where no
    row tells.

    rejected: rows that could not be read; told: rows whose language was told from their text.
    """

    model: str
    texts_per_second: float | None = None
    tables: dict[str, dict[str, Scores]] = field(default_factory=dict)
    untested: dict[str, Scores] = field(default_factory=dict)
    intents: dict[str, IntentScores] = field(default_factory=dict)
    intent: heads.IntentTable | None = None
    needs_response: heads.NeedScores | None = None
    rejected: int = 0
    told: int = 0

    @property
    def pooled(self) -> Scores | None:
        """The scores of all rows in tested languages; None where there are none."""
        return self.tables.get("all", {}).get("")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same rows. ``tables``: as a report's; ``alone``: of all rows in tested
    languages that have a sentiment, None where there are none; ``heads``: intent and
    needs_response (macro-F1 of yes and no) of all rows in tested languages that tell it."""

    first: Report
    second: Report
    tables: dict[str, dict[str, Difference]]
    alone: Disagreement | None
    heads: dict[str, Difference] = field(default_factory=dict)

    @property
    def pooled(self) -> Difference | None:
        return self.tables.get("all", {}).get("")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a classifier said of rows, in their order, and how long it took."""

    model: str
    labels: list[Label]
    seconds: float


def answers(
    classifier: Classifier, rows: Sequence[Row], progress: Progress | None = None
) -> Answers:
    """``progress`` is called with how many rows are done, now and then."""
    labels: list[Label] = []
    start = time.perf_counter()
    for at in range(0, len(rows), AT_ONCE):
        labels += classifier.classify([row["text"] for row in rows[at : at + AT_ONCE]])
        if progress:
            progress(len(labels))
    return Answers(classifier.model, labels, time.perf_counter() - start)


def evaluate(classifier: Classifier, rows: Sequence[Row], rejected: int = 0) -> Report:
    """Scores of ``classifier`` on ``rows`` in all, and per source, dialect and language."""
    return report(rows, answers(classifier, rows), rejected)


def report(rows: Sequence[Row], run: Answers, rejected: int = 0) -> Report:
    """The scores of answers that are there already."""
    parts = split(rows)
    speed = len(rows) / run.seconds if run.seconds > 0 and rows else None
    scored = Report(run.model, speed, rejected=rejected, told=parts.detected)
    shares = _shares(run)
    scored.tables = {
        group: {value: score(_gold(rows, places), shares[places]) for value, places in values}
        for group, values in _tables(rows, parts.langs, parts.tested)
    }
    for language, places in sorted(parts.untested.items()):
        if moods := _moods(rows, places):
            scored.untested[language] = score(_gold(rows, moods), shares[moods])
    if told := heads.intent_places(rows, parts.tested):
        scored.intent = heads.score_intents(*heads.intents_of(rows, run.labels, told))
    if told := heads.needs_places(rows, parts.tested):
        scored.needs_response = heads.score_needs(*heads.needs_said(rows, run.labels, told))
    for intent, names in APART:
        if part := [at for at in parts.tested if rows[at]["label"] in names]:
            scored.intents[intent] = _score_intent(rows, run.labels, part, intent)
    return scored


def compare(rows: Sequence[Row], first: Answers, second: Answers, rejected: int = 0) -> Comparison:
    """Paired tests of two models' answers to the same rows."""
    parts = split(rows)
    ours, theirs = _shares(first), _shares(second)
    tables = {
        group: {
            value: macro_difference(_gold(rows, places), ours[places], theirs[places])
            for value, places in values
        }
        for group, values in _tables(rows, parts.langs, parts.tested)
    }
    moods = _moods(rows, parts.tested)
    alone = disagreement(_gold(rows, moods), ours[moods], theirs[moods]) if moods else None
    both = report(rows, first, rejected), report(rows, second, rejected)
    return Comparison(*both, tables, alone, head_differences(rows, first, second, parts.tested))


def head_differences(
    rows: Sequence[Row], first: Answers, second: Answers, places: Places, among: int = 1
) -> dict[str, Difference]:
    """Of intent and needs_response, where ``places`` tell them. among: see ``macro_difference``."""
    found = {}
    for head, known, read, classes in (
        ("intent", heads.intent_places(rows, places), heads.intents_of, len(INTENTS)),
        ("needs_response", heads.needs_places(rows, places), heads.needs_said, 2),
    ):
        if known:
            gold, ours = read(rows, first.labels, known)
            theirs = read(rows, second.labels, known)[1]
            found[head] = answer_difference(gold, ours, theirs, classes, among)
    return found


def _tables(
    rows: Sequence[Row], langs: Sequence[str], tested: Places
) -> list[tuple[str, list[tuple[str, Places]]]]:
    moods = _moods(rows, tested)
    if not moods:
        return []
    parts = groups(rows, langs, moods)
    return [
        ("all", [("", moods)]),
        *((name, list(values.items())) for name, values in parts.items()),
    ]


def _moods(rows: Sequence[Row], places: Places) -> Places:
    return [at for at in places if rows[at]["label"] in SENTIMENTS]


def _gold(rows: Sequence[Row], places: Places) -> Ints:
    names: Sequence[str] = SENTIMENTS
    return np.array([names.index(rows[at]["label"]) for at in places], np.int64)


def _shares(run: Answers) -> Floats:
    shares = [label.probabilities for label in run.labels]
    return np.array([(mood.negative, mood.neutral, mood.positive) for mood in shares]).reshape(
        -1, 3
    )


def _score_intent(
    rows: Sequence[Row], labels: Sequence[Label], places: Places, intent: str
) -> IntentScores:
    gold = np.array([int(INTENT_LABELS[rows[at]["label"]]) for at in places])
    predicted = np.array([int(labels[at].intent == intent) for at in places])
    table = confusion(gold, predicted, 2)
    hits, of = int(table[1, 1]), int(table[1].sum())
    return IntentScores(
        texts=len(places),
        macro_f1=float(f1s(table).mean()),
        recall=hits / of if of else 0.0,
        precision=hits / max(1, int(table[:, 1].sum())),
        recall_interval=wilson(hits, of),
    )
