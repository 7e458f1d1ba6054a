"""Names that are more than their letters: e&, C++, H&M, AT&T, C#, .NET are found as written."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from classifiers.arabic import fold

_SIGNS: Final = "&+#$%"
_PIECE: Final = re.compile(rf"[^\W_]+|[{_SIGNS}]+|\s+|.", re.DOTALL)
_ANY_WORD: Final = r"[^\W_]+"
_NO_SIGN: Final = rf"(?:[^\w{_SIGNS}]|_)*"
_FURTHEST: Final = 16
"""Letters before a name's first word in which its signs may stand."""


@cache
def pattern(term: str) -> re.Pattern[str] | None:
    """What folded letters must hold around and between the words of ``term``, which are its first
    group; None where words say it all.

    Signs count at its end (e&, C++) and between words (H&M, with spaces or without); a dot only
    before it (.NET).
    """
    pieces: list[str] = _PIECE.findall(fold(term).strip())
    places = [at for at, piece in enumerate(pieces) if piece[0].isalnum()]
    dotted = pieces[:1] == ["."] and places[:1] == [1]
    if not places or not (dotted or any(piece[0] in _SIGNS for piece in pieces)):
        return None
    made: list[str] = []
    for at, piece in enumerate(pieces):
        made.append("(" if at == places[0] else "")
        if at in places:
            made.append(_ANY_WORD)
        elif piece[0] in _SIGNS:
            spaced = r"\s*" if 0 < at < len(pieces) - 1 else ""
            made.append(f"{spaced}{re.escape(piece)}{spaced}")
        else:
            made.append(r"(?<![\w.])\." if at == 0 and dotted else _NO_SIGN)
        made.append(")" if at == places[-1] else "")
    tail = rf"(?![a-z0-9{_SIGNS}])" if pieces[-1][0] in _SIGNS else ""
    return re.compile("".join(made) + tail)


def holds(like: re.Pattern[str], letters: str, start: int, end: int) -> bool:
    """Whether the words from ``start`` to ``end`` stand in ``letters`` as ``like`` says."""
    tries = (like.match(letters, at) for at in range(max(0, start - _FURTHEST), start + 1))
    return any(found is not None and found.span(1) == (start, end) for found in tries)
