"""The letters that most posts are made of, a byte for each: what C can read fastest.

Latin and Arabic letters as people type them, their digits, marks and punctuation. Bytes 1 to 8 and
14 to 31 stand for no letter and are free for whoever reads the bytes.
"""

from __future__ import annotations

import codecs
from typing import Final

_NOTHING: Final = "\ufffe"  # not a character: the codec gives the byte to no letter
_ASCII: Final = "".join(
    _NOTHING if 1 <= code <= 8 or 14 <= code <= 31 else chr(code) for code in range(128)
)
_ARABIC: Final = "".join(map(chr, range(0x621, 0x653))) + "\u0670٠١٢٣٤٥٦٧٨٩ٱپچژکگڭڤڨیہھے،؛؟٪"
_FRENCH: Final = "éèàçêôîùïâûÉÈÀÇÊ"
_SIGNS: Final = "\u00a0“”‘’«»–—•·❤♥✅✨⭐☺♡"
_UNSEEN: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069\ufe0f\ufeff"
)

LETTERS: Final = (_ASCII + _ARABIC + _FRENCH + _SIGNS + _UNSEEN).ljust(256, _NOTHING)
"""What every byte stands for."""
FREE: Final = tuple(code for code in range(1, 32) if LETTERS[code] == _NOTHING)
"""Bytes that stand for no letter."""

_MAP: Final = codecs.charmap_build(LETTERS)


def to_bytes(text: str, others: str = "strict") -> bytes:
    """A byte for every letter. ``others`` names the codec error handler that is asked about letters
    without a byte; ``strict`` raises ``UnicodeEncodeError`` at the first one.
    """
    return codecs.charmap_encode(text, others, _MAP)[0]


def to_text(letters: bytes) -> str:
    """The way back; no byte may be one of ``FREE``."""
    return codecs.charmap_decode(letters, "strict", LETTERS)[0]
