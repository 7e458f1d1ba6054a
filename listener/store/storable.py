"""What a network wrote, made such that both databases take it. Nothing raises here."""

from __future__ import annotations

import math
from collections.abc import Iterable

from listener.words.unsafe import IN_A_ROW

TEXT_LIMIT = 65_536
"""Characters kept of one text: above the longest post of any network (Facebook's 63,206)."""
WORD_LIMIT = 500
URL_LIMIT = 4_096
ID_BYTES = 1_000
"""UTF-8 bytes of an id: two of them must fit an index row of PostgreSQL (2,704 bytes)."""
LIST_LIMIT = 200
MOST = 10**12
"""The largest count of anything: many of them still add up within the 63 bits of a sum, beyond
which both databases fail the whole report."""


def storable(text: str, limit: int = TEXT_LIMIT) -> str:
    """``text`` cut to ``limit`` characters, U+FFFD for NUL and lone surrogates."""
    text = text[:limit]
    return text if text.isprintable() else IN_A_ROW.sub("\ufffd", text)  # most are: fast


def word(text: str | None, limit: int = WORD_LIMIT) -> str | None:
    """As ``storable``; empty is unknown."""
    return storable(text, limit) or None if text is not None else None


def words(texts: Iterable[str]) -> list[str]:
    """At most ``LIST_LIMIT`` texts of at most ``WORD_LIMIT`` characters."""
    if not texts:
        return []
    return [storable(text, WORD_LIMIT) for text, _ in zip(texts, range(LIST_LIMIT), strict=False)]


def identity(text: str | None) -> str | None:
    """An id as it is, or None where it is empty or longer than any network's."""
    cleaned = storable(text) if text else ""
    if 4 * len(cleaned) > ID_BYTES and len(cleaned.encode()) > ID_BYTES:
        return None
    return cleaned or None


def count(number: int | None) -> int | None:
    """A count that is one; a negative or larger one is no count, so unknown."""
    return number if number is not None and 0 <= number <= MOST else None


def measure(number: float | None) -> float | None:
    """A finite number; NaN and infinity are unknown."""
    return number if number is not None and math.isfinite(number) else None
