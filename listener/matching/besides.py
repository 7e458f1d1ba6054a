"""What people see with a post and its author did not write in it, as the matcher reads it: after
the text, each piece apart, so that one pass finds the same things in the same ways.

No phrase runs over from one piece into the next: between two stands a letter that no word has.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from listener.records import BesideKind, Mention

APART: Final = "\n\ua66e\n"
"""A line of the one letter U+A66E, which stands in a single word of a single manuscript."""


def seen_text(mention: Mention) -> str:
    """The text, and after it what stands beside it."""
    if not mention.beside:
        return mention.text
    return APART.join([mention.text, *(piece.text for piece in mention.beside)])


class Pieces:
    """Tells where in ``seen_text`` a place is."""

    def __init__(self, mention: Mention) -> None:
        self._kinds = [piece.kind for piece in mention.beside]
        self._starts: list[int] = []
        at = len(mention.text)
        for piece in mention.beside:
            self._starts.append(at)
            at += len(APART) + len(piece.text)

    def kind_at(self, place: int) -> BesideKind | None:
        """Whose piece it is; None in the post's own text."""
        number = bisect_right(self._starts, place)
        return self._kinds[number - 1] if number else None
