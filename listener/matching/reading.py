"""A mention as the matcher reads it: words in order, hashtags, handles, and where each stands."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from classifiers.arabic import (
    fold_letters,
    fold_letters_with_map,
    is_stretched,
    original_span,
    unstretch,
    words,
)
from listener.matching.besides import Pieces, seen_text
from listener.matching.nearness import Span
from listener.matching.parting import (
    BOUNDARY,
    Tag,
    cut,
    is_mixed,
    parts,
    readable,
    tag_key,
    tags_of,
)
from listener.matching.signs import holds
from listener.records import BesideKind, Mention

Place = Literal["text", "hashtag", "handle"] | BesideKind

# Folding deletes tatweel and turns control characters into spaces, so neither is in folded text.
_JOINT: Final = "\u0640"
_HANDLE_MARK: Final = "\x1f"
_JOINTS: Final = dict.fromkeys(map(ord, "_.-@"), _JOINT)
_HANDLE: Final = re.compile(  # not in an e-mail address; زين@ may be glued to an Arabic word
    r"(?<![a-z0-9_.\-+@])@(?:[a-z0-9_][a-z0-9_.\-]*|\w+)(?:@[a-z0-9.\-]+)?"
)
_JOINTLESS: Final = re.compile(f"{_HANDLE.pattern}|{BOUNDARY}")
_TAG: Final = re.compile(r"#(\w+)")
_HIDDEN: Final = re.compile(_HANDLE_MARK + r"([^\W_]+)")
_WORD: Final = re.compile(r"[^\W_]+")


def handle_names(handle: str) -> tuple[str, ...]:
    """The names an @handle goes by: whole, and without its server (``zain@mastodon.social``)."""
    whole = handle.strip().lstrip("@").casefold()
    local = whole.partition("@")[0].rstrip(".-")
    return (whole,) if whole == local else (whole, local)


class Original(NamedTuple):
    """A piece of the text as it was written."""

    start: int
    end: int
    text: str
    place: Place


class Reading:
    """Words of the text and of what stands beside it, then words of hashtags that only the
    record's field names.

    A handle is one word, whatever is in it, so a keyword is found in it only when it is all of it.
    """

    __slots__ = (
        "_layout",
        "field_tags",
        "handles",
        "letters",
        "mention",
        "parted",
        "stretched",
        "tags",
        "text",
        "tokens",
    )

    def __init__(self, mention: Mention, kept: Collection[str] = ()) -> None:
        """kept: bare domains that are text (``parting.readable``)."""
        self.mention = mention
        self.text = text = readable(seen_text(mention), kept)
        self._layout: _Layout | None = None
        self.tags: set[str] = set()
        self.handles: set[str] = set()
        self.parted: list[int] = []  # where a letter was put into the letters
        self.field_tags: list[tuple[str, str, Span]] = []  # key, as given, place
        letters = fold_letters(text)
        if is_mixed(text):
            letters = _JOINTLESS.sub(self._hide, letters)
        elif "@" in letters:
            letters = _HANDLE.sub(self._hide, letters)
        self.letters = letters
        if "#" in letters:
            self.tags.update(key for tag in _TAG.findall(letters) if (key := tag_key(tag)))
        self.stretched = is_stretched(letters)
        self.tokens = words(letters)
        for tag in mention.hashtags:
            self._add_tag(tag)
        for handle in mention.mentions:
            self.handles.update(handle_names(handle))

    def _hide(self, match: re.Match[str]) -> str:
        """The handle as one word, apart from a word glued to it and from a sentence's last dot."""
        written = match[0]
        if not written:
            at = match.start()
            if not parts(match.string, at) or (self.parted and self.parted[-1] == at):
                return ""
            self.parted.append(at)
            return "_"  # a hashtag goes on over it
        handle = written.rstrip(".-")
        self.handles.update(handle_names(handle))
        hidden = _HANDLE_MARK + handle[1:].translate(_JOINTS) + written[len(handle) :]
        end = match.end()
        if match.string[end : end + 1].isalnum():
            self.parted.append(end)
            return hidden + " "
        return hidden

    def _add_tag(self, tag: str) -> None:
        key = tag_key(tag)
        if not key or key in self.tags:
            return
        self.tags.add(key)
        self.tokens.append(_JOINT)  # no phrase runs over it
        first = len(self.tokens)
        self.tokens += cut(unstretch(fold_letters(tag)))
        self.field_tags.append((key, tag, (first, len(self.tokens) - 1)))

    def cut_tags(self) -> Iterator[Tag]:
        """Its hashtags, cut as finely as they can be."""
        if "#" in self.letters or self.mention.hashtags:
            yield from tags_of(self.text, self.mention.hashtags)

    @property
    def layout(self) -> _Layout:
        """Worked out when first asked for: most mentions match nothing."""
        if self._layout is None:
            self._layout = _Layout(self)
        return self._layout


class _Layout:
    """Where the words of a reading stand in the original text."""

    def __init__(self, reading: Reading) -> None:
        self._text = seen_text(reading.mention)
        self._pieces = Pieces(reading.mention)
        self._letters = reading.letters
        self._words = [match.span() for match in _WORD.finditer(reading.letters)]
        self._offsets = fold_letters_with_map(reading.text)[1]
        if reading.parted:
            self._offsets = _parted(self._offsets, reading.parted)
        self._field_tags = reading.field_tags
        self.tags: dict[str, list[Span]] = {}
        self.handles: dict[str, list[Span]] = {}
        self._tag_of: dict[int, Span] = {}
        for match in _TAG.finditer(reading.letters) if "#" in reading.letters else ():
            self._enter(self.tags, (tag_key(match[1]),), match)
        for key, _, span in reading.field_tags:
            self.tags.setdefault(key, []).append(span)
        self._handle_at: set[int] = set()
        for match in _HIDDEN.finditer(reading.letters) if reading.handles else ():
            start, end = original_span(self._offsets, match.start(), match.end())
            names = handle_names(fold_letters(self._text[start:end]))
            self._handle_at.add(self._enter(self.handles, names, match)[0])

    def _enter(
        self, into: dict[str, list[Span]], names: tuple[str, ...], match: re.Match[str]
    ) -> Span:
        first = bisect_left(self._words, (match.start(1), 0))
        last = bisect_left(self._words, (match.end(1), 0)) - 1
        span = (first, last)
        if first <= last:
            for name in names:
                into.setdefault(name, []).append(span)
            if into is self.tags:
                self._tag_of.update(dict.fromkeys(range(first, last + 1), span))
        return span

    def original(self, span: Span) -> Original:
        """The writing of words ``span``; for words of a field's hashtag, the hashtag."""
        first, last = span
        if first >= len(self._words):
            tag = next(tag for _, tag, (low, high) in self._field_tags if low <= first <= high)
            return Original(-1, -1, tag, "hashtag")
        start, end = original_span(self._offsets, self._words[first][0], self._words[last][1])
        place: Place = "text"
        if beside := self._pieces.kind_at(start):
            place = beside
        elif first in self._handle_at:
            place = "handle"
        elif first in self._tag_of and self._tag_of[first] == self._tag_of.get(last):
            place = "hashtag"
        return Original(start, end, self._text[start:end], place)

    def is_like(self, span: Span, like: re.Pattern[str]) -> bool:
        """Whether words ``span`` stand in the letters as ``like`` says, signs around them too."""
        first, last = span
        if last >= len(self._words):
            return False
        return holds(like, self._letters, self._words[first][0], self._words[last][1])

    def is_written(self, span: Span, core: str, lead: str, tail: str) -> bool:
        """Whether words ``span`` are written exactly ``lead + core + tail`` in the text."""
        if span[0] >= len(self._words):
            return False
        start, end, text, _ = self.original(span)
        visible = _strip_invisible(text)
        if visible != core:
            return False
        start += text.index(core)
        end = start + len(core)
        before = start - len(lead)
        return (
            before >= 0 and self._text.startswith(lead, before) and self._text.startswith(tail, end)
        )


def _parted(offsets: list[int], spaces: list[int]) -> list[int]:
    """``offsets`` with an entry for every space that was put into the letters."""
    whole: list[int] = []
    at = 0
    for end in spaces:
        whole += [*offsets[at:end], offsets[end]]
        at = end
    return whole + offsets[at:]


def _strip_invisible(text: str) -> str:
    """Without zero-width and bidi marks at its ends; tashkeel and tatweel are writing and stay."""
    start, end = 0, len(text)
    while start < end and unicodedata.category(text[start]) == "Cf":
        start += 1
    while end > start and unicodedata.category(text[end - 1]) == "Cf":
        end -= 1
    return text[start:end]
