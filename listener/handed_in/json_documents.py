"""A file that is one JSON document: an array of objects, or an object that holds one.

It is read whole, and taken whole or not at all: what stands behind a broken place has no start that
could be told. Files of a line for each object (``file_rows``) are read as they come.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from listener.handed_in.csv_tables import NoTable

LARGEST = 100_000_000
"""Characters that are held in memory."""
HOLDERS = ("mentions", "data", "items", "results", "rows", "posts", "comments")
_GAP = re.compile(r"[\s,]*")


def begins_document(line: str) -> bool:
    """Whether the first line that is not blank opens a document of several lines, or an array."""
    text = line.strip()
    if text.startswith("["):
        return True
    if not text.startswith("{"):
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text == "{" or not text.endswith("}")
    return _held(value) is not None


def values_of(text: str, first_line: int) -> Iterator[tuple[int, Any]]:
    """Each value with the line it starts at. Raises NoTable where the document is broken."""
    yield from _values(text, first_line)


def _values(text: str, first_line: int) -> list[tuple[int, Any]]:
    decoder, found = json.JSONDecoder(), list[tuple[int, Any]]()
    at, line, counted, depth = 0, first_line, 0, 0
    end = len(text)
    while (at := _GAP.match(text, at).end()) < end:  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, at), at
        if text[at] in "[]":
            depth += 1 if text[at] == "[" else -1
            at += 1
            if depth not in (0, 1):
                raise NoTable(f"line {line}: arrays within arrays hold no rows")
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            why = getattr(error, "msg", type(error).__name__)
            where = line + text.count("\n", counted, getattr(error, "pos", counted))
            raise NoTable(
                f"The JSON is broken at line {where} ({why}); nothing of it is taken"
            ) from None
        rows = _held(value) if isinstance(value, dict) else None
        found += [(line, row) for row in rows] if rows is not None else [(line, value)]
    if depth:
        raise NoTable("The JSON array never ends: the file is cut off; nothing of it is taken")
    return found


def _held(value: Mapping[str, Any]) -> list[Any] | None:
    """The list of objects in a wrapper such as ``{"data": [...]}``."""
    if "text" in value:
        return None
    lists = [value[name] for name in HOLDERS if isinstance(value.get(name), list)]
    whole = lists[0] if len(lists) == 1 else None
    return whole if whole and all(isinstance(row, dict) for row in whole) else None
