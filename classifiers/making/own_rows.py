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

from classifiers.labels import SENTIMENTS
from classifiers.tidy import text_key

Fields = Mapping[str, str]
"""text, label, lang, dialect, source, as ``evaluation.labelled_rows.row_of`` gives them."""
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
    """Each text once for its sentiment and once for its intent: a set before others wins, and in a
    set the last row."""
    taken: set[tuple[str, bool]] = set()
    result = []
    for one in sets:
        rows = {(text_key(row["text"]), row["label"] in SENTIMENTS): row for row in one.rows}
        kept = tuple(row for key, row in rows.items() if key not in taken)
        taken |= set(rows)
        result.append(replace(one, rows=kept))
    return tuple(result)


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
            "sentiments on the cards (--corrections), or add files of labelled rows"
        )
    labels = {row["label"] for one in sets for row in one.rows}
    if len(labels) == 1:
        raise ValueError(f"every row is labelled {labels.pop()}: there is nothing to tell apart")


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
