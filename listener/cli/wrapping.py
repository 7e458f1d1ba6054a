"""Lines that fit a terminal of 80 columns, in Arabic and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, east_asian_width

from listener.words.bidi import FSI, PDI

WIDTH = 78
_WORDS = re.compile(f"[^\\s{FSI}]*{FSI}[^{PDI}]*{PDI}\\S*|\\S+")


def wrapped(text: str, *, first: str = "", rest: str = "", width: int = WIDTH) -> list[str]:
    """``text`` on lines of at most ``width`` columns, broken between words, but within none that is
    kept apart (FSI…PDI); ``first`` begins the first line and ``rest`` the others. A word that is
    longer has a line of its own."""
    lines, line, used = list[str](), first, columns(first)
    empty = True
    for word in _WORDS.findall(text):
        long = columns(word)
        if not empty and used + 1 + long > width:
            lines.append(line)
            line, used, empty = rest, columns(rest), True
        line, used = (line + word, used + long) if empty else (f"{line} {word}", used + 1 + long)
        empty = False
    return [*lines, line]


def columns(text: str) -> int:
    """How many columns ``text`` takes: marks of direction and of vowels take none."""
    return sum(_widths(text))


def _widths(text: str) -> Iterator[int]:
    for character in text:
        if category(character) in ("Mn", "Me", "Cf", "Cc"):
            yield 0
        else:
            yield 2 if east_asian_width(character) in "WF" else 1
