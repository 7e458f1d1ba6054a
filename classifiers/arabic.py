"""Folding: one spelling for the many ways people write the same Arabic (and Latin) word.

``fold`` works letter by letter, so that a place in the folded text can be led back to the original
(``fold_letters_with_map``). What one letter becomes:

- compatibility forms (NFKD: presentation forms, ligatures, full width) and case are undone;
- tashkeel, tatweel, accents, zero-width and bidi marks vanish;
- أ إ آ ٱ become ا, ى and ئ become ي, ة becomes ه, ؤ becomes و. A ء on the line stays: without it
  ماء "water" would be ما "what";
- Persian, Urdu, Kurdish and Maghrebi letters become what an Arabic keyboard offers (ک گ ڭ → ك,
  ی → ي, ہ → ه, پ → ب, چ → ج, ڤ → ف, ڨ → ق); every script's decimal digits become 0-9;
- a lone surrogate becomes U+FFFD, so that folded text can always be encoded.

Then elongation (``unstretch``): a letter written three times or more is stretched. Arabic keeps
one (جمييييل → جميل), but ل at a word's start or after ا keeps two (اللللله → الله). Latin keeps two
(cooool → cool) except a, i and u, which English does not double (Zaaaain → zain). A word of one
letter keeps three (ههههه → ههه; "AAA" must not become the word "a"). Two in a row are spelling,
not stretching. What a stretched word stands for is a guess; the matcher tries its ``readings``.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import compress, product
from typing import Final

from classifiers.alphabet import FREE, LETTERS, to_bytes, to_text

_ALIKE: Final = {
    ord(letter): plain
    for letters, plain in (
        ("ٱٲٳٵ", "ا"),
        ("ىیېۍےۓێۑ", "ي"),  # أ إ آ ئ ؤ come apart by NFKD, their hamza is deleted as a mark
        ("ةہۂۃھەۀ", "ه"),
        ("کگڪڬڭڮݣݢ", "ك"),
        ("پ", "ب"),
        ("چ", "ج"),
        ("ڤڥڢ", "ف"),
        ("ڨ", "ق"),
        ("ژ", "ز"),
        ("ۆۇۈۋۊ", "و"),
        ("ڵ", "ل"),
        ("ڕڑ", "ر"),
        ("ٹ", "ت"),
        ("ڈ", "د"),
        ("ں", "ن"),
    )
    for letter in letters
}
_DELETED_MARKS: Final = (
    (0x0300, 0x036F),  # Latin, Greek, Cyrillic accents
    (0x0483, 0x0489),
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic honorifics and small letters
    (0x064B, 0x065F),  # tashkeel, madda, combining hamza
    (0x0670, 0x0670),  # dagger alef
    (0x06D6, 0x06ED),  # Quranic marks
    (0x0898, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
_GONE: Final = frozenset("\u0640\u0674\u115f\u1160\u3164\uffa0\u180b\u180c\u180d\u180f")
_WORD: Final = re.compile(r"[^\W_]+")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1\1+")
_THRICE: Final = re.compile(r"(.)\1\1")  # also "..."; three times faster than the above
_KEEPS_ONE: Final = frozenset("aiu")
_READ_RUNS: Final = 3


def _is_gone(letter: str) -> bool:
    if letter in _GONE or unicodedata.category(letter) == "Cf":
        return True
    code = ord(letter)
    return unicodedata.category(letter) in ("Mn", "Me") and any(
        low <= code <= high for low, high in _DELETED_MARKS
    )


def _fold_letter(letter: str) -> str:
    if letter in "\t\n\r":
        return letter
    category = unicodedata.category(letter)
    if category == "Cs":
        return "\ufffd"
    if category == "Cc":
        return " "
    if "\ufe70" <= letter <= "\ufe7f":  # NFKD would put a space under these vowel signs
        return ""
    plain = unicodedata.normalize("NFKD", letter).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    kept = "".join(part for part in plain if not _is_gone(part)).translate(_ALIKE)
    kept = "".join(str(unicodedata.decimal(part, part)) for part in kept)
    return unicodedata.normalize("NFC", kept)


class _Letters(dict[int, str]):
    """A table for ``str.translate`` that works out a letter when it is first seen."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_letter(chr(code))
        return folded


_LETTERS: Final = _Letters()
_GONE_BYTES: Final = bytes(
    code for code in range(256) if code not in FREE and not _LETTERS[ord(LETTERS[code])]
)
_BYTES: Final = bytes(
    code if code in FREE or code in _GONE_BYTES else LETTERS.index(_LETTERS[ord(LETTERS[code])])
    for code in range(256)
)


def fold_letters(text: str) -> str:
    """``text`` folded letter by letter, elongation kept."""
    try:  # six times faster than the table, which knows every letter
        return to_text(to_bytes(text).translate(_BYTES, _GONE_BYTES))
    except UnicodeEncodeError:
        return text.translate(_LETTERS)


_STAY: Final = "rasid.arabic.stay"
_ARE_KEPT: Final = bytes(code not in _GONE_BYTES for code in range(256))


def _stay(error: UnicodeError) -> tuple[bytes, int]:
    """Any byte that is kept for every letter without one that becomes one letter, as emoji do."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    if any(len(_LETTERS[ord(letter)]) != 1 for letter in letters):
        raise error
    return b" " * len(letters), error.end


codecs.register_error(_STAY, _stay)


def _run(match: re.Match[str], text: str) -> int:
    """How many letters of a stretched run are kept."""
    letter, start, end = match[1], match.start(), match.end()
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if not before.isalnum() and not after.isalnum():
        return 3
    if letter == "ل" and (before == "ا" or not before.isalnum()):
        return 2
    if "\u0600" <= letter <= "\u08ff" or letter in _KEEPS_ONE:
        return 1
    return 2


def is_stretched(text: str) -> bool:
    """Whether letter-folded ``text`` holds a letter three times in a row."""
    return _THRICE.search(text) is not None and _STRETCHED.search(text) is not None


def unstretch(text: str) -> str:
    """Elongation undone in letter-folded ``text``, by the rule at the top of this file."""
    if _THRICE.search(text) is None:
        return text
    return _STRETCHED.sub(lambda match: match[1] * _run(match, match.string), text)


def readings(word: str) -> list[str]:
    """What a stretched, letter-folded word may stand for: each run as one letter and as two.

    ``unstretch(word)`` comes first. A word of one repeated letter has that reading only; beyond
    three stretched runs only all-single and all-double are tried, so there are at most eight.
    """
    first = unstretch(word)
    runs = list(_STRETCHED.finditer(word))
    if not runs or (len(runs) == 1 and len(runs[0][0]) == len(word)):
        return [first]
    lengths: list[tuple[int, ...]] = [(1,) * len(runs), (2,) * len(runs)]
    if len(runs) <= _READ_RUNS:
        lengths = list(product((1, 2), repeat=len(runs)))
    meant = {first: None}
    for choice in lengths:
        parts, at = [], 0
        for run, length in zip(runs, choice, strict=True):
            parts += [word[at : run.start()], run[1] * length]
            at = run.end()
        meant["".join([*parts, word[at:]])] = None
    return list(meant)


def fold(text: str) -> str:
    """``text`` in its folded spelling; folding twice changes nothing.

    Spaces and punctuation stay. Used on both sides of every comparison: queries, posts and the
    store's search column.
    """
    return unstretch(fold_letters(text))


def words(text: str) -> list[str]:
    """The words of folded text or any text already folded: letters and digits, ``_`` separates."""
    return _WORD.findall(text)


def fold_letters_with_map(text: str) -> tuple[str, list[int]]:
    """``fold_letters`` and where each folded letter came from.

    Out: (folded, offsets); ``offsets[i]`` is the index in ``text`` of the letter that gave
    ``folded[i]``; one more entry, ``len(text)``, ends the list.
    """
    folded, end = fold_letters(text), len(text)
    try:
        stay = to_bytes(text, _STAY).translate(_ARE_KEPT)
    except UnicodeEncodeError:  # some letter becomes several
        offsets = [index for index, code in enumerate(map(ord, text)) for _ in _LETTERS[code]]
        return folded, [*offsets, end]
    return folded, [*compress(range(end), stay), end]


def original_span(offsets: list[int], start: int, end: int) -> tuple[int, int]:
    """Where folded ``[start:end]``, not empty, stands in the original with its trailing marks."""
    return offsets[start], max(offsets[end], offsets[end - 1] + 1)
