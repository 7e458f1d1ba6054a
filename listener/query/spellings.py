"""Other everyday spellings of a term, for networks whose search or hashtags keep them apart.

The matcher folds (``classifiers.arabic``); a network that does not is asked for each spelling. What
people write for one another: ة and ه at a word's end, ى and ي there, أ إ آ and ا at its beginning,
with and without tashkeel or accents; a hashtag's words with and without underscores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import product, zip_longest
from typing import Final

MOST: Final = 4
"""Spellings of one term that are asked for, its own included."""

_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670]")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_ARABIC: Final = "\u0621-\u064a"
_HEH: Final = re.compile(rf"(?<=[{_ARABIC}]{{2}})ه(?![{_ARABIC}])")
_TEH: Final = re.compile("ة")
_YEH: Final = re.compile(rf"(?<=[{_ARABIC}]{{2}})ي(?![{_ARABIC}])")
_MAKSURA: Final = re.compile("ى")
_HAMZA: Final = re.compile("[أإآ]")
# At a word's beginning, also behind the article and what is written to it: الامارات, والاهلي.
_ALEF: Final = re.compile(rf"(?<![{_ARABIC}])([وفبكل]?ال)?ا(?!ل)(?=[{_ARABIC}]{{2}})")


def _bare(text: str) -> str:
    """Without tashkeel, tatweel and the accents of Latin letters."""
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text))
    return "".join(
        letter
        if "\u0600" <= letter <= "\u06ff"
        else unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", letter)))
        for letter in plain
    )


def _heh(text: str) -> list[str]:
    folded = _TEH.sub("ه", text)
    return [folded if folded != text else _HEH.sub("ة", text)]


def _yeh(text: str) -> list[str]:
    folded = _MAKSURA.sub("ي", text)
    return [folded if folded != text else _YEH.sub("ى", text)]


def _alef(text: str) -> list[str]:
    folded = _HAMZA.sub("ا", text)
    if folded != text:
        return [folded]
    return [_ALEF.sub(rf"\g<1>{hamza}", text) for hamza in "أإ"]


_WAYS: Final[tuple[Callable[[str], list[str]], ...]] = (_heh, _alef, _yeh)


def spellings(term: str, most: int = MOST) -> tuple[str, ...]:
    """``term`` as it is written, then at most ``most - 1`` others, likely ones first: all letters
    the plain way at once, as people type in haste, then one at a time.

    >>> spellings("قهوة النخلة")
    ('قهوة النخلة', 'قهوه النخله')
    >>> spellings("مستشفى الأمل", 3)
    ('مستشفى الأمل', 'مستشفي الامل', 'مستشفي الأمل')
    """
    return tuple(dict.fromkeys(_spelled(term)))[:most]


def tag_spellings(tag: str, phrases: Iterable[str] = (), most: int = 2 * MOST) -> tuple[str, ...]:
    """As ``spellings``, of a hashtag without '#', and by turns the same with its underscores gone,
    or with those of a phrase of ``phrases`` that is the same words.

    >>> tag_spellings("قهوة_النخلة")
    ('قهوة_النخلة', 'قهوةالنخلة', 'قهوه_النخله', 'قهوهالنخله')
    >>> tag_spellings("قهوهالنخله", ["قهوة النخلة"], 3)
    ('قهوهالنخله', 'قهوة_النخلة', 'قهوهالنخلة')
    """
    others = [tag.replace("_", "")] if "_" in tag else []
    key = _key(tag)
    others += ["_".join(phrase.split()) for phrase in phrases if _key(phrase) == key]
    turns = zip_longest(*(spellings(text) for text in dict.fromkeys((tag, *others))))
    found = [spelled for turn in turns for spelled in turn if spelled]
    return tuple(dict.fromkeys(found))[:most]


def _key(text: str) -> str:
    plain = _HAMZA.sub("ا", _TEH.sub("ه", _bare(text).casefold())).replace("ى", "ي")
    return "".join(letter for letter in plain if letter.isalnum())


def _spelled(term: str) -> Iterator[str]:
    yield term
    bare = _bare(term)
    ways = [[bare, *(text for text in way(bare) if text != bare)] for way in _WAYS]
    changing = [index for index, way in enumerate(ways) if len(way) > 1]
    # Every combination; one change is applied after another, so that they add up.
    choices = sorted(
        product(*(range(len(way)) for way in ways)),
        key=lambda choice: (-_plain(choice, changing), sum(choice)),
    )
    for choice in choices:
        text = bare
        for way, number in zip(_WAYS, choice, strict=True):
            if number:
                text = way(text)[number - 1]
        yield text


def _plain(choice: tuple[int, ...], changing: list[int]) -> int:
    """Everything that can change, changed the first way."""
    return int(bool(changing) and all(choice[index] == 1 for index in changing))
