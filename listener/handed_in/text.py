"""Lines of a file whose encoding nobody said: UTF-8 with or without BOM, UTF-16 with BOM, or
windows-1256, which Arabic spreadsheets still write. Decided line by line while it streams.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

LEGACY = "cp1256"
PEEK = 4
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that were no UTF-8


class NotText(ValueError):
    """A line that is neither UTF-8 nor, in this file, windows-1256."""


def lines(file: BinaryIO) -> Iterator[tuple[str, NotText | None]]:
    """Each line with its end, and what is wrong with its encoding.

    A line that is not UTF-8 is windows-1256, unless the file has shown more lines of UTF-8 than of
    the other: then it is a broken line.
    """
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(_Raw(file))
    start = buffered.peek(PEEK)[:PEEK]
    utf16 = _utf16(start)
    stream = io.TextIOWrapper(
        buffered,
        encoding=utf16 or "utf-8-sig",
        errors="replace" if utf16 else "surrogateescape",
        newline="",
    )
    modern = legacy = 0
    try:
        for line in stream:
            if line.isascii():
                yield line, None
            elif _ESCAPED.search(line) is None:
                modern += 1
                yield line, None
            elif modern > legacy:
                yield line, NotText("not UTF-8, as the lines before it are; save the file as UTF-8")
            else:
                legacy += 1
                yield line.encode("utf-8", "surrogateescape").decode(LEGACY), None
    finally:
        with suppress(ValueError):  # closed already, where the caller gave up in the middle
            stream.detach()  # the file is the caller's to close


def _utf16(start: bytes) -> str | None:
    """With a BOM, or without one where a heading or a brace in Latin letters comes first."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[0:4:2], start[1:4:2]
    if len(start) == PEEK and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if len(start) == PEEK and not any(even) and all(odd) else None


class _Raw(io.RawIOBase):
    """A stream without ``peek`` (a pipe, an archive's member) as one that can be buffered."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        chunk = self._file.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)
