"""Labelled rows of files that people hand over, for `rasid model evaluate`."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from classifiers.evaluation.labelled_rows import SAID, row_of
from listener.handed_in.file_rows import BadRow, read_rows

Rejected = Callable[[Path, int, str], object]
GZIP = b"\x1f\x8b"


def labelled_rows(
    paths: Iterable[Path], rejected: Rejected | None = None
) -> tuple[list[dict[str, str]], int]:
    """The rows of JSONL or CSV files, gzip or not, and how many were left out.

    rejected: called with file, line and reason of each bad row. Raises ValueError where a file as
    a whole cannot be read, OSError where it cannot be opened.
    """
    rows: list[dict[str, str]] = []
    bad = 0
    for path in paths:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            zipped, jsonl = file.peek(2).startswith(GZIP), ".jsonl" in path.suffixes
            stream = stack.enter_context(gzip.open(file)) if zipped else file
            try:
                for row in read_rows(cast(BinaryIO, stream), need=SAID, jsonl=jsonl):
                    try:
                        if isinstance(row, BadRow):
                            raise ValueError(row.why)
                        rows.append(row_of(row.fields))
                    except ValueError as error:
                        bad += 1
                        if rejected:
                            rejected(path, row.line, str(error))
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise ValueError(f"{path} is a broken gzip file ({error})") from None
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
    return rows, bad
