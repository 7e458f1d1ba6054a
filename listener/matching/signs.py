"""Names that are more than their letters: e&, C++, H&M, AT&T, C#, .NET are found as written."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from classifiers.arabic import fold

_SIGNS: Final = "&+#$%"
_ALL: Final = re.compile(rf"[^\W_]+|[{_SIGNS}]+|\.|\s+|.", re.DOTALL)
_SEPARATE: Final = r"[^\w&+#$%]*"


@cache
def pattern(term: str) -> re.Pattern[str] | None:
    """What folded letters must hold where the words of ``term`` stand; None where words say it all.

    Signs count at its end (e&, C++) and between words (H&M, with spaces or without); a dot only
    before it (.NET).
    """
    written = fold(term).strip()
    pieces: list[str] = _ALL.findall(written)
    if not any(piece[0] in _SIGNS for piece in pieces) and not re.match(r"\.[^\W_]", written):
        return None
    if not re.search(r"[^\W_]", written):
        return None
    made: list[str] = []
    for number, piece in enumerate(pieces):
        if piece[0].isalnum():
            made.append(re.escape(piece))
        elif piece[0] in _SIGNS:
            spaced = r"\s*" if 0 < number < len(pieces) - 1 else ""
            made.append(f"{spaced}{re.escape(piece)}{spaced}")
        elif piece == "." and not made:
            made.append(r"(?<![\w.])\.")
        else:
            made.append(_SEPARATE)
    last = pieces[-1][-1]
    tail = rf"(?![a-z0-9{_SIGNS}])" if last in _SIGNS else ""
    return re.compile("".join(made) + tail)
