"""What the heads read of a tidied text: the writer's own words, each thing said once.

``tidy`` decides which texts are the same one (``text_key``); this is a step after it, the same in
training and serving. A post that is quoted would be labelled as if the writer had said it, and a
complaint that was pasted six times is one complaint. A text without either is read as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from classifiers.tidy import tidy

LEAST = 10
"""Words; a shorter text is read whole: three times "cheap" is emphasis, and sums bear it."""
RUN = 5
"""So many words that stood in the text before, in this order, are said again."""
SHARE = 1 / 3
"""Of the words at least must be said again: less is how sentences are built ("the first 3rd
generation star, and the first 3rd generation ..."), and a gap in one tells nothing."""
BETWEEN = 2
"""At most so many words between two repeats go with them: numbers, and what a cut left of one."""
OWN, QUOTED = 4, 5
"""Words. With fewer of their own the writer lets the quotation speak; a shorter quotation is a
name or an irony."""

_MARKED = re.compile(r"«> [^»]*»")
# A straight mark opens in front of a letter and closes behind one: others stand inside.
_LONG = r'(?:«[^«»]{20,}»|“[^“”]{20,}”|"[^"\s][^"]{18,}[^"\s]"(?=\s|$))'
_OPENING = re.compile(_LONG)
_LINKED = re.compile(rf"\bhttp (?:@user\s*: |{_LONG}$)")
_PASSED_ON = re.compile(r"(?:^|(?<=\s))(?:RT|QT|MT) @user\b")
_QUOTES = ("«", "“", '"')
_PICTURES = frozenset(("So", "Sm", "Co", "Cn"))
_MASKS = frozenset(("@user", "http"))


def reading_of(text: str) -> str:
    """``text`` as the heads read it: ``readable`` of its tidied form. Never raises."""
    return readable(tidy(text))


def readable(tidied: str) -> str:
    """``tidied`` less what it quotes and what it repeats, in time linear in its length."""
    return said_once(own_words(tidied))


def is_silent(tidied: str) -> bool:
    """Whether nothing is said: no letter, digit or picture, only signs, names and links."""
    left = tidied.replace("@user", "").replace("http", "").replace("ـ", "")
    return not any(sign.isalnum() or unicodedata.category(sign) in _PICTURES for sign in left)


def own_words(tidied: str) -> str:
    """Without the post that is quoted, where enough is said beside it: lines behind ``>``, what
    stands behind ``RT @user``, or behind a link and ``@user:`` or in quotation marks, and
    quotation marks that open the text. Others stay: what "they said" is told by the writer."""
    if "«> " in tidied:
        own = " ".join(_MARKED.sub(" ", tidied).split())
        return own if _words(own) else tidied
    if "@user" in tidied or "http " in tidied:
        for behind in (_PASSED_ON, _LINKED):
            if (match := behind.search(tidied)) and _words(tidied[: match.start()]) >= OWN:
                return tidied[: match.start()].strip()
    if tidied[:1] in _QUOTES and (match := _OPENING.match(tidied)):
        own = tidied[match.end() :].strip()
        # A dash or a comma goes on with who said it.
        if _words(match[0]) >= QUOTED and _words(own) >= OWN and own[0] not in "-—–.,،" + '"':
            return own
    return tidied


def said_once(tidied: str) -> str:
    """With each run of at least RUN words where it stands first only, signs and case aside."""
    if tidied.count(" ") < LEAST - 1:
        return tidied
    words = tidied.split(" ")
    # A repeat leaves fewer different words; signs at its edges may hide one of them.
    if len(words) - len(set(words)) < max(RUN - 1, SHARE * len(words) - 3):
        return tidied
    keys = [_bare(word) for word in words]
    first: dict[tuple[str, ...], int] = {}
    kept = [True] * len(words)
    at = 0
    while at + RUN <= len(keys):
        run = tuple(keys[at : at + RUN])
        before = first.setdefault(run, at)
        if before == at:
            at += 1
            continue
        end = at + RUN
        while end < len(keys) and keys[end] == keys[before + end - at]:
            end += 1
        start = at
        while start and not any(map(str.isalpha, words[start - 1])):
            start -= 1  # the dash or number that led to the repeat
        kept[start:end] = [False] * (end - start)
        at = end
    if kept.count(False) < SHARE * len(kept):
        return tidied
    return " ".join(word for word, stays in zip(words, _joined(kept), strict=True) if stays)


def _joined(kept: Sequence[bool]) -> list[bool]:
    """``kept`` without the islands of at most BETWEEN words between what is dropped."""
    result, island, behind_drop = list(kept), 0, False
    for at, stays in enumerate(kept):
        if stays:
            island += 1
            continue
        if behind_drop and 0 < island <= BETWEEN:
            result[at - island : at] = [False] * island
        island, behind_drop = 0, True
    return result


def _bare(word: str) -> str:
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not word[end - 1].isalnum():
        end -= 1
    return word[start:end].lower() or word


def _words(text: str) -> int:
    return sum(word not in _MASKS and any(map(str.isalpha, word)) for word in text.split())
