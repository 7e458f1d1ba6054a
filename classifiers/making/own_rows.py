"""The rows that whoever trains brings along: sets, which texts are held out, and what was kept.

A text is held out by its own hash: every run holds the same tenth out, and a text that stands in
two files is on one side only.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from classifiers.evaluation.labelled_rows import INTENT_LABELS
from classifiers.tidy import text_key

Fields = Mapping[str, str]
"""text, label, intent, needs_response, lang, dialect, source, as
``evaluation.labelled_rows.row_of`` gives them; a row has any of the three that it can teach."""
TAUGHT = ("label", "intent", "needs_response")
LEAST = 200
"""Rows below which nothing can be learned that a tenth of them could show."""
CALIBRATES = 3000
"""From as many rows on, another tenth is set aside for calibration alone."""
LICENCE = "your own"


@dataclass(frozen=True, slots=True)
class OwnSet:
    """One labelled set: a file, or the corrections. ``weight`` scales its share of the draws."""

    name: str
    rows: tuple[Fields, ...]
    weight: float = 1.0
    licence: str = LICENCE


class Parts(NamedTuple):
    """Own rows as they are used: sets to learn from, rows for calibration, rows for the figures."""

    learn: tuple[OwnSet, ...]
    spare: tuple[Fields, ...]
    held: tuple[Fields, ...]


def fold(text: str) -> int:
    """Which tenth of all texts this one is in; 0 is held out."""
    return int(text_key(text)[:8], 16) % 10


def distinct(sets: Sequence[OwnSet]) -> tuple[OwnSet, ...]:
    """Each text once, in the first set that has it: what a set before others says wins, and in a
    set the last row; what it does not say is filled in by the others.

    A row that tells one intent from all others (``not_complaint``) stands beside the sentiment of
    its text, and goes where the text's intent is known."""
    known: dict[_Key, Fields] = {}
    home: dict[_Key, int] = {}
    for at, one in enumerate(sets):
        rows: dict[_Key, Fields] = {}
        for row in map(_plain, one.rows):
            key = (text_key(row["text"]), row["label"] in INTENT_LABELS)
            rows[key] = _over(row, rows.pop(key, {}))
        for key, row in rows.items():
            known[key] = _over(known.get(key, {}), row)
            home.setdefault(key, at)
    told = {text for (text, apart), row in known.items() if row.get("intent") and not apart}
    kept = {key: row for key, row in known.items() if not key[1] or key[0] not in told}
    return tuple(
        replace(one, rows=tuple(row for key, row in kept.items() if home[key] == at))
        for at, one in enumerate(sets)
    )


_Key = tuple[str, bool]
"""Of a text, and whether its label tells one intent from all others."""


def _plain(row: Fields) -> Fields:
    """Where a row tells the intent, that it is a complaint or none says nothing more."""
    return {**row, "label": ""} if row.get("intent") and row["label"] in INTENT_LABELS else row


def _over(first: Fields, second: Fields) -> Fields:
    """What ``first`` says, and what ``second`` says where it says nothing."""
    return {
        **second,
        **{name: value for name, value in first.items() if value or name not in second},
    }


def parts(sets: Sequence[OwnSet]) -> Parts:
    """``sets`` cut by the hash of each text; a row without a source is named after its set."""
    whole = sum(len(one.rows) for one in sets)
    aside = {0, 1} if whole >= CALIBRATES else {0}
    named = [(fold(row["text"]), _named(one, row)) for one in sets for row in one.rows]
    learn = tuple(
        replace(one, rows=tuple(row for row in one.rows if fold(row["text"]) not in aside))
        for one in sets
    )
    return Parts(
        learn,
        tuple(row for at, row in named if at == 1 and 1 in aside),
        tuple(row for at, row in named if at == 0),
    )


def without(one: OwnSet, keys: Container[str]) -> OwnSet:
    """``one`` less the texts with these keys (``tidy.text_key``)."""
    return replace(one, rows=tuple(row for row in one.rows if text_key(row["text"]) not in keys))


def enough(sets: Sequence[OwnSet]) -> None:
    """ValueError, saying what to do, where the rows are too few or all of one label."""
    count = sum(len(one.rows) for one in sets)
    if count < LEAST:
        raise ValueError(
            f"{count} different labelled texts are too few, {LEAST} are needed: correct more "
            "labels on the cards (--corrections), or add files of labelled rows"
        )
    labels = [{row.get(name, "") for one in sets for row in one.rows} - {""} for name in TAUGHT]
    if all(len(some) <= 1 for some in labels):
        said = " and ".join(value for some in labels for value in some)
        raise ValueError(f"every row is labelled {said}: there is nothing to tell apart")


def keep(path: Path, sets: Iterable[OwnSet]) -> None:
    """Write ``sets``: a run that was stopped goes on with the rows it began with."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for one in sets:
            head = {"name": one.name, "weight": one.weight, "licence": one.licence}
            body = {**head, "rows": [dict(row) for row in one.rows]}
            file.write(json.dumps(body, ensure_ascii=False) + "\n")


def kept(path: Path) -> tuple[OwnSet, ...]:
    """What ``keep`` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return tuple(OwnSet(**{**one, "rows": tuple(one["rows"])}) for one in found)


def _named(one: OwnSet, row: Fields) -> Fields:
    return row if row.get("source") else {**row, "source": one.name}
