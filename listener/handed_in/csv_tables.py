"""CSV as spreadsheets write it: commas, semicolons or tabs, quoted line breaks, and broken rows.

``csv`` alone lets one open quote swallow every row after it. Here a row that does not end, or that
ends with the wrong number of fields, costs only its own first line: reading goes on at the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from listener.dates.names import plain
from listener.handed_in.text import NotText

Line = tuple[int, str, NotText | None]
SPAN = 500
"""Lines that one row may cover."""
LONGEST = 1_000_000
"""Characters that one field may have."""
DELIMITERS = ",;\t|"


class NoTable(ValueError):
    """The file's first line does not say what stands in its columns; the message says how it
    would."""


@dataclass(frozen=True, slots=True)
class Record:
    line: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    line: int
    why: str


def records(
    numbered: Iterator[Line], *, need: tuple[str, ...], called: Mapping[str, str] | None = None
) -> Iterator[Record | BadLine]:
    """Rows below the header. called: other names of columns. ValueError where the header has none
    of the columns ``need``."""
    csv.field_size_limit(LONGEST)
    table = _Table(numbered, called or {})
    names = table.header(need)
    while True:
        start = table.peek()
        if start is None:
            return
        fields = table.next_row()
        if isinstance(fields, BadLine):
            yield fields
        elif fields and (whole := table.fitted(fields, names, need)) is None:
            table.back_up()
            yield BadLine(start, f"{len(fields)} fields where the header has {len(names)}")
        elif any(value.strip() for value in fields):
            yield Record(start, dict(zip(names, whole or fields, strict=True)))


class _Table:
    def __init__(self, numbered: Iterator[Line], called: Mapping[str, str]) -> None:
        self._source, self._called = numbered, called
        self._again: deque[Line] = deque()
        self._used: list[Line] = []
        self._delimiter = ","

    def peek(self) -> int | None:
        """The number of the next line that is not blank, None at the end."""
        while (line := self._take()) is not None:
            if line[1].strip():
                self._again.appendleft(line)
                return line[0]
        return None

    def header(self, need: tuple[str, ...]) -> list[str]:
        line = self._take()
        if line is not None and line[1].strip().lower().startswith("sep="):
            line = self._take()  # a spreadsheet's own hint; the header tells the same
        text = line[1].strip() if line is not None else ""
        names: list[str] = []
        for delimiter in sorted(DELIMITERS, key=text.count, reverse=True):
            try:
                columns = next(csv.reader([text], delimiter=delimiter, strict=True), [])
            except csv.Error:
                continue
            read = renamed(columns, self._called)
            names = names or read
            if any(name in need for name in read):
                self._delimiter, names = delimiter, read
                break
        else:
            listed = ", ".join(names)[:200] or "nothing"
            wanted = " or ".join(f'"{name}"' for name in need)
            raise NoTable(
                f"The first line must name the columns, {wanted} among them. It has: {listed}"
            )
        double = {name for name in names if name and names.count(name) > 1}
        if double:
            raise NoTable(f"The first line names these columns twice: {', '.join(double)}")
        return names

    def next_row(self) -> list[str] | BadLine:
        self._used = []
        reader = csv.reader(self._span(), delimiter=self._delimiter, strict=True)
        try:
            fields = next(reader, [])
        except csv.Error as error:
            start = self._used[0][0]
            trouble = next((t for _n, _text, t in self._used[:1] if t), None)
            self.back_up()
            return BadLine(start, str(trouble or _plain(str(error))))
        for number, _text, trouble in self._used:
            if trouble is not None:
                start = self._used[0][0]
                self.back_up()
                where = f"line {number}: " if number != start else ""
                return BadLine(start, f"{where}{trouble}")
        return fields

    def fitted(
        self, fields: list[str], names: list[str], need: tuple[str, ...]
    ) -> list[str] | None:
        """``fields`` as the header has them, None where they are others. Programs leave out what is
        empty at a row's end, or end it with delimiters; only a row of one line is mended."""
        more = len(names) - len(fields)
        if more == 0:
            return fields
        if len(self._used) > 1:
            return None
        if more < 0:
            return (
                fields[:more]
                if not any(value.strip() for value in fields[more:]) and any(fields)
                else None
            )
        first = next(n for n, name in enumerate(names) if name in need)
        return [*fields, *[""] * more] if first < len(fields) else None

    def back_up(self) -> None:
        """Go on at the line after the one where the last row began."""
        self._again.extendleft(reversed(self._used[1:]))
        self._used = self._used[:1]

    def _span(self) -> Iterator[str]:
        while len(self._used) < SPAN and (line := self._take()) is not None:
            self._used.append(line)
            yield line[1]

    def _take(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._source, None)


def renamed(columns: Sequence[str], called: Mapping[str, str]) -> list[str]:
    """Names of columns in lower case, without spaces around them; those in ``called`` by the name
    that we know, unless another column has that."""
    given = [name.strip().lower() for name in columns]
    taken, names = set(given), list[str]()
    for name in given:
        known = called.get(plain(name).strip(" :.*"), name)
        names.append(known if known == name or known not in taken else name)
        taken.add(names[-1])
    return names


def _plain(error: str) -> str:
    if "end of data" in error:
        return "a quote is opened and never closed"
    if "expected after" in error:
        return "text stands after a closing quote; double the quotes inside a field"
    return error
