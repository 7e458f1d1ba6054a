"""An address as a card opens it."""

from __future__ import annotations

import re
from urllib.parse import quote

from listener.words.bidi import clean

MOST = 4_000
"""Characters: what browsers open. Google News writes 600, a tracked link 1,000."""
_ENCODED = re.compile(r"[\s\x00-\x20\x7f-\xa0<>\"|\\^`{}]")


def opens(url: str | None) -> str | None:
    """``url`` with what would end a link percent-encoded, spaces above all; None where there is
    none, or one that nothing opens. Letters of any script stay."""
    written = re.sub(r"\s*\n\s*", "", clean(url or ""))
    return _ENCODED.sub(lambda c: quote(c[0]), written) if 0 < len(written) <= MOST else None
