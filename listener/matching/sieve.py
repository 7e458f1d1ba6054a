"""Which mentions may hold a sought word at all: most do not, and this is soon told.

A word is looked at as a byte a letter and without the letters at its start that a clitic may
consist of. What is left of والزين and of زين is the same *core*, so one set of cores is asked for
all words of a mention at once. The answer errs to one side only: where a term is found,
``may_hold`` is true; it is true of some other mentions too.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from classifiers.alphabet import FREE, LETTERS, to_bytes
from classifiers.arabic import fold_letters, words
from listener.matching.clitics import ALL, NONE, Heads
from listener.matching.reading import handle_names
from listener.records import Mention

_SHORT: Final = 3  # a core of fewer letters (عالم leaves م, كوكا nothing) is that of too many words
_OTHERS: Final = "rasid.matching.others"
_SPACE: Final = 32


def _byte(letter: str) -> int:
    """The byte of a folded letter; letters that the alphabet lacks share what is free in it."""
    if letter in LETTERS:
        return LETTERS.index(letter)
    return FREE[ord(letter) % len(FREE)] if letter.isalnum() else _SPACE


class _Others(dict[int, str]):
    """For ``str.translate``: letters that the alphabet lacks, worked out when first seen."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(chr(_byte(part)) for part in fold_letters(chr(code)))
        return folded


_others: Final = _Others()


def _encode_others(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return letters.translate(_others).encode("latin-1"), error.end


codecs.register_error(_OTHERS, _encode_others)


def _table(kept: str = "") -> bytes:
    """From a letter's byte to that of its folded form; all but letters and ``kept`` is a space."""
    folded = ["x" if code in FREE else fold_letters(LETTERS[code]) for code in range(256)]
    return bytes(
        code if code in FREE else _byte(form) if form.isalnum() or form in kept else _SPACE
        for code, form in enumerate(folded)
    )


_GONE: Final = bytes(
    code for code in range(256) if code not in FREE and not fold_letters(LETTERS[code])
)
_WORDS: Final = _table()
_JOINTS: Final = _table("_.-@")
_UNDERSCORE: Final = _GONE + b"_"
_CLITIC: Final = bytes({_byte(letter) for head in ALL for letter in head})
_GLUED: Final = re.compile(rb"@[a-z0-9_.\-]++[^a-z0-9_.\-@ ]")
_THRICE: Final = re.compile(rb"([^ ])\1\1")
_REPEATS: Final = re.compile(rb"(.)\1+", re.DOTALL)


def _words(text: str) -> bytes:
    return to_bytes(text, _OTHERS).translate(_WORDS, _GONE)


def _once(word: bytes) -> bytes:
    """The word with every run of a letter as one: what its stretched forms have in common."""
    return _REPEATS.sub(rb"\1", word)


def _stretched(stream: bytes) -> Iterator[bytes]:
    """The words of ``stream`` with a letter three times in a row."""
    at = 0
    while run := _THRICE.search(stream, at):
        start = stream.rfind(b" ", at, run.start()) + 1 or at
        at = stream.find(b" ", run.end())
        if at < 0:
            at = len(stream)
        yield stream[start:at]


class _Cores:
    """Words to look for: cores, and whole words where too little is left of one."""

    __slots__ = ("_once", "_whole", "_whole_once", "all")

    def __init__(self, sought: Iterable[tuple[str, Heads]]) -> None:
        """Folded words, and what may stand before each."""
        self.all: set[bytes] = set()
        self._whole: set[bytes] = set()
        for text, heads in sought:
            word = _words(text)
            core = word.lstrip(_CLITIC)
            if core == word or len(core) >= _SHORT:
                self.all.add(core)
            else:
                self._whole.update(_words(head) + word for head in heads)
        self._once = {_once(core) for core in self.all}
        self._whole_once = {_once(word) for word in self._whole}

    def is_in(self, stream: bytes) -> bool:
        """Whether one of the words in ``stream``, between spaces, may be a sought one."""
        written = stream.split()
        if not self.all.isdisjoint([word.lstrip(_CLITIC) for word in written]):
            return True
        if self._whole and not self._whole.isdisjoint(written):
            return True
        for word in _stretched(stream):
            once = _once(word)
            if once.lstrip(_CLITIC) in self._once or once in self._whole_once:
                return True
        return False


class Sieve:
    """Made of every word, hashtag and handle of which some brand needs one to match."""

    __slots__ = ("_cores", "_handles", "_has_tags")

    def __init__(
        self, sought: Iterable[tuple[str, Heads]], tags: Iterable[str], handles: Iterable[str]
    ) -> None:
        """Folded words with what may stand before them, keys of hashtags, names of handles."""
        self._handles = frozenset(handles)
        keys = [(key, NONE) for key in tags]
        self._has_tags = bool(keys)
        # of a handle with joints its longest part: zain.ksa_help is found by help or zain
        parts = [(max(words(fold_letters(name)), key=len), NONE) for name in self._handles]
        self._cores = _Cores([*sought, *keys, *parts])

    def may_hold(self, mention: Mention) -> bool:
        """False: nothing that is sought is in ``mention``. Linear in its length."""
        text, tags = mention.text, mention.hashtags
        if tags:
            text = " ".join((text, *tags))
        letters = to_bytes(text, _OTHERS)
        if self._cores.is_in(letters.translate(_WORDS, _GONE)):
            return True
        # the reading ends a Latin handle before an Arabic letter; here they are one word
        if b"@" in letters and _GLUED.search(letters.translate(_JOINTS, _GONE)):
            return True
        if self._has_tags and (tags or (b"#" in letters and b"_" in letters)):
            joined = [_words(tag).replace(b" ", b"") for tag in tags]
            joined.append(letters.translate(_WORDS, _UNDERSCORE))
            if self._cores.is_in(b" ".join(joined)):
                return True
        return bool(mention.mentions) and any(
            not self._handles.isdisjoint(handle_names(name)) for name in mention.mentions
        )
