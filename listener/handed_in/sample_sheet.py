"""A sample as a sheet: what a manager fills in, and what of it can be taken.

A row is one text. Columns: ``sample`` and ``place`` say which, ``label`` is what a person says of
it, ``text`` is checked where it is there: somebody may have sorted one column and not the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from listener.handed_in.file_rows import BadRow, Row, read_rows
from listener.store.sample_rows import SKIP, Asked, Said

COLUMNS = ("sample", "place", "network", "written", "text", "label")
NEED = "label"
WORDS: Mapping[str, str] = {
    "negative": "negative", "neg": "negative", "n": "negative", "سلبي": "negative",
    "سلبية": "negative", "neutral": "neutral", "neu": "neutral", "u": "neutral",
    "محايد": "neutral", "محايدة": "neutral", "positive": "positive", "pos": "positive",
    "p": "positive", "إيجابي": "positive", "ايجابي": "positive", "إيجابية": "positive",
    "ايجابية": "positive", SKIP: SKIP, "s": SKIP, "تخطي": SKIP, "تخط": SKIP, "تجاوز": SKIP,
}  # fmt: skip
"""What may stand in ``label``, in lower case, and what it means."""


@dataclass(slots=True)
class Sheet:
    """said: what can be taken; changed: those of them that say otherwise than before; same: as it
    was said before; empty: rows without a label; refused: (line, why) of the others."""

    read: int = 0
    said: list[Said] = field(default_factory=list)
    changed: int = 0
    same: int = 0
    empty: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_sheet(file: BinaryIO, asked: Sequence[Asked]) -> Sheet:
    """The rows of a CSV (or JSONL) file that label one of ``asked``. A bad row is refused with its
    line; the others count. Raises ValueError where the file has no column ``label``."""
    places = {(text.sample_id, text.place): text for text in asked}
    sheet, lines = Sheet(), dict[Asked, int]()
    for row in read_rows(file, need=(NEED,)):
        sheet.read += 1
        why = row.why if isinstance(row, BadRow) else _take(row, places, sheet, lines)
        if why is not None:
            sheet.refused.append((row.line, why))
    return sheet


def _take(
    row: Row,
    places: Mapping[tuple[int, int], Asked],
    sheet: Sheet,
    lines: dict[Asked, int],
) -> str | None:
    """Takes the row into ``sheet``, or says why not. lines: of the texts that are labelled."""
    number, place = _whole(row.fields.get("sample")), _whole(row.fields.get("place"))
    text = places.get((number, place)) if number is not None and place is not None else None
    if text is None:
        given = " and ".join(_shown(row.fields.get(name)) for name in ("sample", "place"))
        return f"there is no such text: sample and place are {given}"
    if text in lines:
        return f"line {lines[text]} labels the same text"
    written = row.fields.get("text")
    if written and not same_text(str(written), text.text):
        return "its text is not the one that was drawn: were rows sorted apart?"
    word = str(row.fields.get(NEED) or "").strip().lower()
    if not word:
        sheet.empty += 1
        return None
    said = WORDS.get(word)
    if said is None:
        return f"{_shown(word)} is no label: write negative, neutral, positive or skip"
    lines[text] = row.line
    if said == text.said:
        sheet.same += 1
        return None
    sheet.changed += text.said is not None
    sheet.said.append(Said(text.sample_id, text.place, said))
    return None


def same_text(given: str, drawn: str) -> bool:
    """Letters and digits alone: a spreadsheet changes quotes, spaces and line ends, and we put an
    apostrophe before what it would compute."""
    return _letters(given) == _letters(drawn)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _whole(value: object) -> int | None:
    text = str(value if value is not None else "").strip()
    text = text.removesuffix(".0")  # as a spreadsheet may write it
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _shown(value: object) -> str:
    return repr(str(value if value is not None else "")[:40])
