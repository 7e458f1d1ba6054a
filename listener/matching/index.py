"""All terms of all brands in one automaton, and what it finds in a reading.

A leaf is a number that stands for one thing to find: words with what may stand before them, a
hashtag or a handle. Terms of different brands that look for the same share a leaf.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate, product
from typing import Final

import ahocorasick

from classifiers.arabic import is_stretched, readings
from listener.matching import clitics
from listener.matching.clitics import Heads
from listener.matching.nearness import Span
from listener.matching.parting import is_address, joined_ways
from listener.matching.reading import Reading
from listener.matching.sieve import Sieve

_MOST_STREAMS: Final = 16
_MOST_REMEMBERED: Final = 10_000
_REMEMBERED_LENGTH: Final = 40


class Places:
    """Where the leaves of a reading are. ``hits``: leaf → opaque, ask ``spans``; a key is a hit."""

    __slots__ = ("_ends", "_index", "_spans", "hits", "reading")

    def __init__(self, reading: Reading, index: Index) -> None:
        self.reading = reading
        self.hits: dict[int, Sequence[int]] = {}
        self._index = index
        self._ends: list[int] | None = None
        self._spans: dict[int, list[Span]] = {}

    def spans(self, leaf: int) -> list[Span]:
        """The places of ``leaf``, in order. Empty for a tag or handle only the record names."""
        known = self._spans.get(leaf)
        if known is None:
            known = self._spans[leaf] = self._places(leaf)
        return known

    def _places(self, leaf: int) -> list[Span]:
        if leaf not in self.hits:
            return []
        name, length = self._index.leaves[leaf]
        if length:
            if self._ends is None:
                self._ends = token_ends(self.reading.tokens)
            return to_spans(self.hits[leaf], self._ends, length)
        layout = self.reading.layout
        return layout.tags.get(name[1:], []) if name[0] == "#" else layout.handles.get(name[1:], [])

    def add_tag(self, leaf: int, key: str) -> None:
        """``leaf`` is also in the hashtag ``key``."""
        spans = self.spans(leaf)  # before they are told by ``_spans`` alone
        self._spans[leaf] = spans
        self.add_spans(leaf, self.reading.layout.tags.get(key, []))

    def add_spans(self, leaf: int, spans: list[Span]) -> None:
        self.hits[leaf] = ()
        self._spans[leaf] = sorted({*self._spans.get(leaf, ()), *spans})


def token_ends(tokens: Sequence[str]) -> list[int]:
    """Where in the stream of ``tokens`` the space after each one is."""
    return list(accumulate(len(token) + 1 for token in tokens))


def to_spans(hits: Sequence[int], ends: list[int], length: int) -> list[Span]:
    return [(last - length + 1, last) for last in (bisect_left(ends, end) for end in hits)]


class Index:
    """Filled leaf by leaf, then frozen; ``scan`` reads one mention in one pass."""

    def __init__(self) -> None:
        self.leaves: list[tuple[str, int]] = []  # name, number of words (0: a #tag or @handle)
        self._uses: Counter[str] = Counter()  # how many terms have a word, #tag or @handle
        self._known: dict[tuple[str, Heads], int] = {}
        self._tags: dict[str, int] = {}
        self._handles: dict[str, int] = {}
        self._patterns: dict[str, list[tuple[int, Heads]]] = {}
        self._joined: dict[str, list[tuple[int, Heads]]] = {}  # phrases as hashtags hold them
        self.kept: set[str] = set()  # names that are bare domains
        self._firsts: set[str] = set()
        self._words: set[str] = set()
        self._ways: dict[str, list[str]] = {}  # stretched words seen before
        self._automaton = ahocorasick.Automaton()

    def words(
        self, folded: Sequence[str], *, al: bool = True, bare: bool = False, signed: bool = False
    ) -> int:
        """The leaf of a word or phrase; ``bare``: nothing may stand before it; ``signed``: its
        signs make a name of a single letter, too."""
        first, form = folded[0], " ".join(folded)
        lone = signed and len(first) == 1
        heads = clitics.NONE if bare else clitics.heads(first * 2 if lone else first, al=al)
        leaf = self._known.get((form, heads))
        if leaf is None:
            leaf = self._known[form, heads] = self._leaf(form, len(folded))
            self._pattern(form, leaf, heads)
            if len(folded) > 1 and not bare:
                self._joined.setdefault("".join(folded), []).append((leaf, heads))
            other = None if bare else clitics.contracted(first)
            if other:
                rest, before = other
                self._pattern(" ".join([rest, *folded[1:]]), leaf, before)
        self._uses.update(folded)
        return leaf

    def keep(self, term: str) -> None:
        """A name that is a bare domain is text, not an address."""
        if is_address(term) and not {"/", "@"} & set(term):
            self.kept.add(term.strip().casefold())

    def tag(self, key: str) -> int:
        """The leaf of a hashtag, given its ``tag_key``."""
        if key not in self._tags:
            self._tags[key] = self._leaf(f"#{key}", 0)
        self._uses[f"#{key}"] += 1
        return self._tags[key]

    def handle(self, name: str) -> int:
        """The leaf of a handle in lower case, without its @."""
        if name not in self._handles:
            self._handles[name] = self._leaf(f"@{name}", 0)
        self._uses[f"@{name}"] += 1
        return self._handles[name]

    def _leaf(self, name: str, length: int) -> int:
        self.leaves.append((name, length))
        return len(self.leaves) - 1

    def _pattern(self, form: str, leaf: int, heads: Heads) -> None:
        self._patterns.setdefault(form, []).append((leaf, heads))
        first, *others = form.split(" ")
        self._firsts.add(first)
        self._words.update(others)

    def freeze(self) -> None:
        """Builds the automaton; a pattern ends with the space after its last word."""
        for form, entries in self._patterns.items():
            self._automaton.add_word(form + " ", (len(form), tuple(entries)))
        if self._patterns:
            self._automaton.make_automaton()

    def weight(self, leaf: int) -> float:
        """How often ``leaf`` may turn up: a long word that few terms have is likely rare."""
        return min(map(self._weight, self.leaves[leaf][0].split(" ")))

    def _weight(self, word: str) -> float:
        return self._uses[word] / len(word) ** 2

    def sieve(self, leaves: AbstractSet[int]) -> Sieve:
        """What tells whether one of ``leaves`` may be in a mention; of a phrase its rarest word."""
        sought: list[tuple[str, Heads]] = []
        for form, entries in self._patterns.items():
            heads = [before for leaf, before in entries if leaf in leaves]
            if heads:
                first, *others = form.split(" ")
                rarest = min((first, *others), key=self._weight)
                before = frozenset[str]().union(*heads) if rarest == first else clitics.NONE
                sought.append((rarest, before))
        for joined, entries in self._joined.items():
            sought += [(joined, before) for leaf, before in entries if leaf in leaves]
        tags = [key for key, leaf in self._tags.items() if leaf in leaves]
        handles = [name for name, leaf in self._handles.items() if leaf in leaves]
        return Sieve(sought, tags, handles)

    def scan(self, reading: Reading) -> Places:
        """All leaves in ``reading``."""
        places = Places(reading, self)
        if self._patterns:
            choices = self._resolve(reading.tokens) if reading.stretched else []
            if choices:
                self._scan_choices(reading.tokens, choices, places)
            else:
                self._scan(reading.tokens, places.hits)
        for tag in reading.tags:
            if (leaf := self._tags.get(tag)) is not None:
                places.hits[leaf] = ()
        for handle in reading.handles:
            if (leaf := self._handles.get(handle)) is not None:
                places.hits[leaf] = ()
        if reading.tags:
            self._scan_tags(reading, places)
        return places

    def _scan_tags(self, reading: Reading, places: Places) -> None:
        """A hashtag stands for its words, where only their spelling parts them, and for the phrases
        that are joined in it; each is where the hashtag is."""
        for tag in reading.cut_tags():
            hits: dict[int, Sequence[int]] = {}
            if tag.is_finer and self._patterns:
                self._scan(tag.words, hits)
            leaves = set(hits)
            for word in tag.words if self._joined else ():
                for way in joined_ways(word):
                    leaves.update(self._joined_in(way))
            for leaf in leaves:
                places.add_tag(leaf, tag.key)

    def _joined_in(self, word: str) -> Iterator[int]:
        for at in range(min(clitics.LONGEST, len(word) - 1) + 1):
            for leaf, heads in self._joined.get(word[at:], ()):
                if word[:at] in heads:
                    yield leaf

    def _scan(self, tokens: Sequence[str], hits: dict[int, Sequence[int]]) -> None:
        """Puts leaf → ends (places of the space after it) of one stream of words into ``hits``."""
        stream = f" {' '.join(tokens)} "
        lists: dict[int, list[int]] = {}
        for end, (length, entries) in self._automaton.iter(stream):
            start = end - length
            head = ""
            if stream[start - 1] != " ":
                space = stream.rfind(" ", max(0, start - clitics.LONGEST - 1), start)
                if space < 0:
                    continue
                head = stream[space + 1 : start]
            for leaf, heads in entries:
                if head in heads:
                    lists.setdefault(leaf, []).append(end)
        hits.update(lists)

    def _resolve(self, tokens: list[str]) -> list[tuple[int, list[str]]]:
        """Reads stretched words, in place, as a term could mean them; out: those with two ways."""
        choices: list[tuple[int, list[str]]] = []
        for at, token in enumerate(tokens):
            if is_stretched(token):
                ways = self._ways.get(token) or self._useful_ways(token)
                tokens[at] = ways[0]
                if len(ways) > 1:
                    choices.append((at, ways))
        return choices

    def _useful_ways(self, token: str) -> list[str]:
        ways = readings(token)
        if len(ways) > 1:
            ways = [way for way in ways if self._is_useful(way)] or ways[:1]
        if len(token) <= _REMEMBERED_LENGTH:
            if len(self._ways) >= _MOST_REMEMBERED:
                self._ways.clear()
            self._ways[token] = ways
        return ways

    def _scan_choices(
        self, tokens: list[str], choices: list[tuple[int, list[str]]], places: Places
    ) -> None:
        """Scans every combination where few words have two ways.

        With more, every way still comes up, but a phrase of two such words may be missed.
        """
        ways_of = [ways for _, ways in choices]
        few = 2 ** len(choices) <= _MOST_STREAMS
        for choice in product(*ways_of) if few else self._choices(ways_of):
            for (at, _), way in zip(choices, choice, strict=True):
                tokens[at] = way
            hits: dict[int, Sequence[int]] = {}
            self._scan(tokens, hits)
            ends = token_ends(tokens)
            for leaf, where in hits.items():
                places.add_spans(leaf, to_spans(where, ends, self.leaves[leaf][1]))

    @staticmethod
    def _choices(ways_of: list[list[str]]) -> Iterator[tuple[str, ...]]:
        for turn in range(max(map(len, ways_of))):
            yield tuple(ways[min(turn, len(ways) - 1)] for ways in ways_of)

    def _is_useful(self, word: str) -> bool:
        if word in self._words:
            return True
        return any(
            word[:cut] in clitics.ALL and word[cut:] in self._firsts
            for cut in range(min(clitics.LONGEST, len(word) - 1) + 1)
        )
