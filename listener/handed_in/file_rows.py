"""Rows of a JSONL or CSV file, one at a time; a broken one says its line and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from listener.handed_in.csv_tables import BadLine, records
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
    file: BinaryIO, *, need: tuple[str, ...], jsonl: bool = False
) -> Iterator[Row | BadRow]:
    """The rows of ``file``; JSONL where its first character that is no space is ``{`` or ``[``.

    need: columns of which a CSV must have one; ValueError where it has none. jsonl: the file is
    called so, whatever its first line holds. Blank lines are no rows. The columns' names are read
    in lower case, without spaces around them.
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

    if jsonl or first[-1][1].lstrip().startswith(("{", "[")):
        yield from _json(again())
        return
    for record in records(again(), need=need):
        if isinstance(record, BadLine):
            yield BadRow(record.line, record.why)
        else:
            yield Row(record.line, record.fields)


def _json(numbered: Iterator[tuple[int, str, NotText | None]]) -> Iterator[Row | BadRow]:
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
            if isinstance(value, dict):
                yield Row(number, value)
            elif isinstance(value, list):
                yield BadRow(number, "a JSON array; write one object a line (jq -c '.[]')")
            else:
                yield BadRow(number, "not a JSON object")
