"""What is a word where nobody joined or parted them: addresses are none, a script change parts two,
a hashtag holds several.

Everything here works on both sides of a comparison, in the reading of a post and in the sieve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from classifiers.alphabet import FREE, LETTERS, to_bytes
from classifiers.arabic import fold_letters, unstretch, words
from listener.matching.clitics import SPOKEN
from listener.matching.letters import OTHERS

_ARABIC: Final = "\u0620-\u064a\u066e-\u06d3\u06fa-\u06fc\u0750-\u077f"
_LATIN: Final = "a-z0-9"
BOUNDARY: Final = (
    rf"(?<=[{_ARABIC}])(?=[{_LATIN}])|(?<=[{_LATIN}])(?=[{_ARABIC}])"  # in folded letters
)
_BOUNDARY: Final = re.compile(BOUNDARY)
_TOPS: Final = (  # that no sentence ends in by a missing space
    "com|net|org|info|biz|gov|edu|app|online|store|shop|site|xyz|sa|ae|kw|qa|bh|eg|jo|iq|ly|tn|dz|uk|tv|io|ai"
)
_REST: Final = r"[^\s،؛«»\"“”<>]"
_ASCII: Final = re.IGNORECASE | re.ASCII
_PAGE: Final = re.compile(rf"(?:https?://|www\.){_REST}+", _ASCII)
_MAILBOX: Final = re.compile(
    r"(?<![a-z0-9_.@+\-])[a-z0-9_.+\-]+@(?:[a-z0-9\-]+\.)+[a-z]{2,}", _ASCII
)
_SITE: Final = re.compile(
    r"(?<![a-z0-9_.@\-])(?:[a-z0-9\-]+\.)+"
    rf"(?:[a-z]{{2,}}/{_REST}*|(?:{_TOPS})(?![a-z0-9\-@]|\.[a-z]))",
    _ASCII,
)
_DOTTED: Final = re.compile(r"[a-z0-9\-]\.[a-z]", _ASCII)
_SPLITS: Final = re.compile(  # one letter alone is no word: ز\u200cين is dressed up
    "(?<=[\\w\u0640\u064b-\u0652]{2})[\u200b\u200c](?=\\w[\\w\u0640\u064b-\u0652])"
)
_TAG: Final = re.compile("[#＃﹟]([\\w\u0640\u064b-\u0652\u0670\u200d\u200e\u200f]+)")
_INNER: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_FINER: Final = re.compile(
    rf"{_INNER.pattern}|\w\w[اأإآٱ][\u0640\u064b-\u0652\u0670\u200d-\u200f]*[لڵ]|[\ufb50-\ufeff]"
)
_CLASSES: Final = bytes(
    ord("X") if code in FREE
    else ord("A") if re.match(f"[{_ARABIC}]", fold_letters(LETTERS[code]) or " ")
    else ord("L") if re.match(f"[{_LATIN}]", fold_letters(LETTERS[code]) or " ")
    else ord(" ")
    for code in range(256)
)  # fmt: skip
_GONE: Final = bytes(
    code for code in range(256) if code not in FREE and not fold_letters(LETTERS[code])
)


def readable(text: str, kept: Iterable[str] = ()) -> str:
    """``text``, every letter in its place, with spaces for addresses of sites, pages and mailboxes,
    and a joint where a zero-width space or non-joiner parts two words. kept: bare domains, in lower
    case, that are somebody's name."""
    if "\u200c" in text or "\u200b" in text:
        text = _SPLITS.sub("_", text)
    if "." not in text:
        return text

    def blank(match: re.Match[str]) -> str:
        written = match[0]
        return written if written.casefold() in kept else " " * len(written)

    if "://" in text or "www." in text or "WWW." in text:
        text = _PAGE.sub(blank, text)
    if _DOTTED.search(text):  # seldom: neither in sentences nor behind a page's address
        if "@" in text:
            text = _MAILBOX.sub(blank, text)
        text = _SITE.sub(blank, text)
    return text


def is_address(text: str) -> bool:
    """Whether a term is an address of a page or a mailbox as a whole, or a bare domain."""
    return any(kind.fullmatch(text.strip()) for kind in (_PAGE, _MAILBOX, _SITE))


def is_mixed(text: str) -> bool:
    """Whether ``parted`` may part something: soon told. May err to True."""
    return not text.isascii() and holds_both(to_bytes(text, OTHERS))


def holds_both(letters: bytes) -> bool:
    """As ``is_mixed``, of a byte a letter."""
    classes = letters.translate(_CLASSES, _GONE)
    return (b"L" in classes and (b"AL" in classes or b"LA" in classes)) or b"X" in classes


def parts(letters: str, at: int) -> bool:
    """Whether two words meet at ``at``, a script's change in folded ``letters``: not behind a
    clitic, which is written on to Latin names (الstc)."""
    if letters[at] > "z":
        return True
    start = at
    while start and letters[start - 1] > "z" and letters[start - 1].isalnum():
        start -= 1
        if at - start > 6:
            return True
    if start and letters[start - 1].isalnum():
        return True
    return letters[start:at] not in SPOKEN


def parted(letters: str) -> str:
    """Folded ``letters`` with a joint where the script changes within a word."""
    return _BOUNDARY.sub(lambda at: "_" if parts(letters, at.start()) else "", letters)


def cut(folded: str) -> list[str]:
    """The words of a folded term."""
    return words(parted(folded))


class Tag(NamedTuple):
    """A hashtag: its key, its words where it is cut as finely as its spelling allows, and whether
    that is finer than at its joints."""

    key: str
    words: list[str]
    is_finer: bool


def tag_key(tag: str) -> str:
    """What two spellings of a hashtag have in common: folded, '#' and joints gone."""
    return "".join(words(unstretch(fold_letters(tag))))


def tags_of(text: str, named: Iterable[str] = ()) -> Iterator[Tag]:
    """Every hashtag of a text and of those that its record names. #CoffeePalm2026 is cut at
    its capitals, at digits and where the script changes."""
    for tag in (*_TAG.findall(text), *named):
        plain = unstretch(fold_letters(tag))
        pieces = cut(unstretch(fold_letters(_INNER.sub(" ", tag))))
        joints = cut(plain)
        yield Tag("".join(words(plain)), pieces, pieces != joints)


def cut_finer(text: str, named: Iterable[str] = ()) -> list[str]:
    """Words of hashtags that are no words of the text, but for what a script's change parts; more
    at times, never less."""
    ways: list[str] = []
    for tag in (*_TAG.findall(text), *named):
        if _FINER.search(tag):
            for cut_tag in tags_of("", (tag,)):
                ways += [way for word in cut_tag.words for way in joined_ways(word)]
    return ways


def joined_ways(word: str) -> Iterator[str]:
    """A hashtag's word whole, and what of it stands before a second word that begins with ال."""
    yield word
    at = word.find("ال", 2)
    while at > 0:
        if len(word) - at >= 4:
            yield word[:at]
        at = word.find("ال", at + 1)
