"""Which mentions may hold a sought word at all: most do not, and this is soon told.

A text is looked at as a byte a letter, in one pass of an automaton over the words that brands wait
for. The answer errs to one side only: where a term is found, ``may_hold`` is true; it is true of
some other mentions too (letters of far scripts are thrown together, phrases are one word).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import ahocorasick

from classifiers.alphabet import FREE, LETTERS, to_bytes
from classifiers.arabic import fold_letters
from listener.matching.besides import seen_text
from listener.matching.clitics import ALL, LONGEST, NONE, Heads
from listener.matching.letters import OTHERS, SPACE, byte_of
from listener.matching.parting import cut_finer, holds_both, parted, readable
from listener.matching.reading import handle_names
from listener.records import Mention


def _table(kept: str = "") -> bytes:
    """From a letter's byte to that of its folded form; all but letters and ``kept`` is a space."""
    folded = ["x" if code in FREE else fold_letters(LETTERS[code]) for code in range(256)]
    return bytes(
        code if code in FREE else byte_of(form) if form.isalnum() or form in kept else SPACE
        for code, form in enumerate(folded)
    )


_GONE: Final = bytes(
    code for code in range(256) if code not in FREE and not fold_letters(LETTERS[code])
)
_WORDS: Final = _table()
_JOINTS: Final = _table("_.-@")
_TAGS: Final = _table("#")
_UNDERSCORE: Final = _GONE + b"_"
_CLITIC: Final = "".join({chr(byte_of(letter)) for head in ALL for letter in head})
_GLUED: Final = re.compile(rb"@[a-z0-9_.\-]++[^a-z0-9_.\-@ ]")
_TAG: Final = re.compile(r"#([^ #]+)")
_THRICE: Final = re.compile(r"([^ ])\1\1")


def _words(text: str) -> str:
    return to_bytes(text, OTHERS).translate(_WORDS, _GONE).decode("latin-1")


def _once(word: str) -> str:
    """Every run of a letter as one letter: what the stretched forms of a word have in common."""
    return "".join([letter for letter, _ in groupby(word)])


def _has_run(letters: bytes) -> bool:
    """Whether a byte stands three times in a row: as one number, twice as fast as a regex."""
    number = int.from_bytes(letters, "little")
    changes = number ^ number >> 8
    return 0 in (changes | changes >> 8).to_bytes(len(letters), "little")[:-2]


def _stretched(stream: str) -> Iterator[str]:
    """The words of ``stream`` with a letter three times in a row, runs as one letter."""
    at = 0
    while run := _THRICE.search(stream, at):
        start = stream.rfind(" ", at, run.start()) + 1 or at
        at = stream.index(" ", run.end())
        yield _once(stream[start:at])


class Sieve:
    """Made of every word, hashtag and handle of which some brand needs one to match."""

    __slots__ = ("_automaton", "_handles", "_has_words", "_tags", "_tags_once")

    def __init__(
        self, sought: Iterable[tuple[str, Heads]], tags: Iterable[str], handles: Iterable[str]
    ) -> None:
        """Folded words with what may stand before them, keys of hashtags, names of handles."""
        self._handles = frozenset(handles)
        self._tags = frozenset(map(_words, tags))
        self._tags_once = frozenset(map(_once, self._tags))
        names = [(name, NONE) for name in self._handles]  # joints are spaces here: zain.ksa
        coded: dict[Heads, Heads] = {}
        same: dict[Heads, Heads] = {}  # many words share few sets
        heads_of: dict[str, Heads] = {}
        for text, heads in (*sought, *names):
            if heads not in coded:
                coded[heads] = frozenset(map(_words, heads))
            word = _words(text)
            before = heads_of.get(word, frozenset()) | coded[heads]
            heads_of[word] = same.setdefault(before, before)
            heads_of.setdefault(_once(word), frozenset())
        self._has_words = bool(heads_of)
        self._automaton = ahocorasick.Automaton()
        for word, heads in heads_of.items():
            self._automaton.add_word(word + " ", (len(word), heads))
        if heads_of:
            self._automaton.make_automaton()

    def may_hold(self, mention: Mention) -> bool:
        """False: nothing that is sought is in ``mention``. Linear in its length."""
        text, tags = seen_text(mention), mention.hashtags
        if "\u200c" in text or "\u200b" in text:
            text = readable(text)
        written = text
        if tags:
            text = " ".join((text, *tags))
        letters = to_bytes(text, OTHERS)
        if self._has_words:
            if self._has_word(letters):
                return True
            if holds_both(letters):
                apart = to_bytes(parted(fold_letters(text)), OTHERS)
                if self._has_word(apart):
                    return True
            if tags or b"#" in letters:
                finer = cut_finer(written, tags)
                if finer and self._has_word(to_bytes(" ".join(finer), OTHERS)):
                    return True
        if self._tags and (tags or b"#" in letters) and self._has_tag(letters, tags):
            return True
        return bool(mention.mentions) and any(
            not self._handles.isdisjoint(handle_names(name)) for name in mention.mentions
        )

    def _has_word(self, letters: bytes) -> bool:
        # the reading ends a Latin handle before an Arabic letter; here they are one word
        if b"@" in letters and _GLUED.search(letters.translate(_JOINTS, _GONE)):
            return True
        written = letters.translate(_WORDS, _GONE)
        stream = f" {written.decode('latin-1')} "
        for end, (length, heads) in self._automaton.iter(stream):
            start = end - length
            space = stream.rfind(" ", max(0, start - LONGEST - 1), start)
            if space >= 0 and stream[space + 1 : start] in heads:
                return True
        if not _has_run(written):
            return False
        stream = f" {' '.join(_stretched(stream))} "
        for end, (length, _) in self._automaton.iter(stream):
            start = end - length
            if not stream[stream.rfind(" ", 0, start) + 1 : start].strip(_CLITIC):
                return True
        return False

    def _has_tag(self, letters: bytes, named: Iterable[str]) -> bool:
        """``named``: hashtags that the record names, which may hold spaces."""
        keys: list[str] = _TAG.findall(letters.translate(_TAGS, _UNDERSCORE).decode("latin-1"))
        keys += [_words(tag).replace(" ", "") for tag in named]
        if not self._tags.isdisjoint(keys):
            return True
        return any(_once(key) in self._tags_once for key in keys if _THRICE.search(key))
