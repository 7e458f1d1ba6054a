"""One entry of a hand-written phrase list, read: folded, whole or going on, standing alone or not.

Folding takes letters away, and what ``*`` lets go on is the folded form: ``سيء*`` became ``سي*``
and found سيارة and سيصل. Such an entry is refused here; its real forms are to be written out.
"""

from __future__ import annotations

from typing import NamedTuple

from classifiers.tidy import fold_tidied

SHORTEST = 3
"""Letters of a last word that may go on: two begin half a language."""
_CHANGED = "ءةى"
"""As last letters: folding drops the first and makes the others letters that stand inside words."""


class Entry(NamedTuple):
    """phrase: folded; goes_on: the last word may have more letters; joins: و, ف and ال may be
    written onto it."""

    phrase: str
    goes_on: bool
    joins: bool


def read_entry(raw: str) -> Entry:
    """``raw`` is words, with ``*`` at the end where the last may go on.

    A phrase that lost its last letter (رديء, ردي) joins nothing: ردي behind و is وردي, pink.
    Raises ValueError for a ``*`` elsewhere, and where the folded word would find more words than
    the one that was written.
    """
    written = raw.strip()
    goes_on = written.endswith("*")
    written = written.removesuffix("*")
    phrase = fold_tidied(written)
    if "*" in written or not phrase:
        raise ValueError(f"{raw!r}: * stands at the end of a phrase")
    if goes_on and (written[-1] in _CHANGED or len(phrase.split()[-1]) < SHORTEST):
        raise ValueError(
            f"{raw!r}: folded to {phrase!r}, which begins many other words: write its forms out"
        )
    arabic = "\u0621" <= phrase[0] <= "\u064a"
    return Entry(phrase, goes_on, arabic and not written.endswith("ء"))
