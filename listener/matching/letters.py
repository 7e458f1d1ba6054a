"""A byte for every folded letter, those that the alphabet lacks included: what the sieve reads."""

from __future__ import annotations

import codecs
from typing import Final

from classifiers.alphabet import FREE, LETTERS
from classifiers.arabic import fold_letters

OTHERS: Final = "rasid.matching.others"
"""The codec error handler that gives a letter without a byte one of those that are free."""
SPACE: Final = 32


def byte_of(letter: str) -> int:
    """The byte of a folded letter; letters that the alphabet lacks share what is free in it."""
    if letter in LETTERS:
        return LETTERS.index(letter)
    return FREE[ord(letter) % len(FREE)] if letter.isalnum() else SPACE


class _Others(dict[int, str]):
    """For ``str.translate``: letters that the alphabet lacks, worked out when first seen."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(chr(byte_of(part)) for part in fold_letters(chr(code)))
        return folded


_others: Final = _Others()


def _encode_others(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return letters.translate(_others).encode("latin-1"), error.end


codecs.register_error(OTHERS, _encode_others)
