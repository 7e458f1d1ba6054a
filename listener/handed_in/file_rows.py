"""Rows of a CSV, JSONL or JSON file, one at a time; a broken one says its line and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from listener.handed_in.csv_tables import BadLine, NoTable, records, renamed
from listener.handed_in.json_documents import LARGEST, begins_document, values_of
from listener.handed_in.text import NotText, lines


@dataclass(frozen=True, slots=True)
class Row:
    """Column or key -> value; ``line`` is where it starts, from 1."""

    line: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    why: str


def read_rows(
    file: BinaryIO,
    *,
    need: tuple[str, ...],
    jsonl: bool = False,
    called: Mapping[str, str] | None = None,
) -> Iterator[Row | BadRow]:
    """The rows of ``file``; JSON where its first character that is no space is ``{`` or ``[``.

    need: columns of which a CSV must have one; ValueError where it has none, or where a JSON
    document is broken. jsonl: the file is called so, whatever its first line holds. called: other
    names of columns. Blank lines are no rows. The columns' names are read in lower case, without
    spaces around them.
    """
    numbered = ((number, *line) for number, line in enumerate(lines(file), 1))
    first: list[tuple[int, str, NotText | None]] = []
    for line in numbered:
        first.append(line)
        if line[1].strip():
            break
    else:
        return

    def again() -> Iterator[tuple[int, str, NotText | None]]:
        yield first[-1]
        yield from numbered

    start = first[-1][1].lstrip()
    if start.startswith(("{", "[")) and not jsonl and begins_document(start):
        yield from (_row(line, value, called) for line, value in _document(again()))
        return
    if jsonl or start.startswith("{"):
        yield from _json(again(), called)
        return
    for record in records(again(), need=need, called=called):
        if isinstance(record, BadLine):
            yield BadRow(record.line, record.why)
        else:
            yield Row(record.line, record.fields)


def _document(
    numbered: Iterator[tuple[int, str, NotText | None]],
) -> Iterator[tuple[int, object]]:
    texts, size, start = list[str](), 0, 0
    for number, line, trouble in numbered:
        start = start or number
        if trouble is not None:
            raise NoTable(f"line {number}: {trouble}")
        texts.append(line)
        size += len(line)
        if size > LARGEST:
            raise NoTable("Too large for one JSON document: write one object a line (jq -c '.[]')")
    return values_of("".join(texts), start)


def _json(
    numbered: Iterator[tuple[int, str, NotText | None]], called: Mapping[str, str] | None
) -> Iterator[Row | BadRow]:
    for number, line, trouble in numbered:
        if not line.strip():
            continue
        if trouble is not None:
            yield BadRow(number, str(trouble))
            continue
        try:
            value = json.loads(line)
        except RecursionError:
            yield BadRow(number, "JSON nested too deep")
        except json.JSONDecodeError as error:
            yield BadRow(number, f"not JSON ({error.msg}, column {error.colno})")
        except ValueError as error:  # a number of thousands of digits
            yield BadRow(number, f"not JSON that can be read ({str(error)[:100]})")
        else:
            yield _row(number, value, called)


def _row(line: int, value: object, called: Mapping[str, str] | None) -> Row | BadRow:
    if isinstance(value, dict):
        names = renamed(list(value), called) if called else list(value)
        return Row(line, dict(zip(names, value.values(), strict=True)))
    if isinstance(value, list):
        return BadRow(line, "a JSON array; write one object a line (jq -c '.[]')")
    return BadRow(line, "not a JSON object")
