"""Compiled conditions. Each answers three questions about the places of its leaves:

``test``: does it hold? ``proof``: by which pieces of the text? ``why_not``: what is in the way?
``trigger``: leaves of which at least one is found whenever it holds; None: cannot be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from listener.matching.index import Places
from listener.matching.nearness import Span, apart, around, merged
from listener.matching.reading import handle_names
from listener.query.ast import COMPARE, Field
from listener.records import Evidence

ReasonCode = Literal[
    "missing", "no_context", "not_exact", "too_far", "field", "forbidden", "excluded"
]
CONTEXT_WORDS = 20
"""How many words may stand between a keyword and its context word; a short post is all context."""


@dataclass(frozen=True, slots=True)
class MissReason:
    """Why a condition does not hold. ``found``: the text or the record's value behind it."""

    code: ReasonCode
    term: str
    found: str | None = None


class Rule(Protocol):
    def test(self, places: Places) -> bool: ...
    def proof(self, places: Places) -> Iterator[Evidence]: ...
    def why_not(self, places: Places) -> Iterator[MissReason]: ...


class Placed(Rule, Protocol):
    """A rule that knows where in the text it holds, so that NEAR can measure."""

    def spans(self, places: Places) -> list[Span]: ...


@dataclass(frozen=True, slots=True)
class Look:
    """A word, phrase, hashtag or handle."""

    leaf: int
    term: str

    def test(self, places: Places) -> bool:
        return self.leaf in places.hits

    def spans(self, places: Places) -> list[Span]:
        return places.spans(self.leaf)

    def proof(self, places: Places) -> Iterator[Evidence]:
        spans = self.spans(places)
        yield (
            seen(places, self.term, spans)
            if spans
            else Evidence(
                self.term, "handle" if self.term.startswith("@") else "hashtag", self.term
            )
        )

    def why_not(self, places: Places) -> Iterator[MissReason]:
        yield MissReason("missing", self.term)


@dataclass(frozen=True, slots=True)
class Signed(Look):
    """A name with signs: only where they are written (``signs.pattern``)."""

    like: re.Pattern[str]

    def test(self, places: Places) -> bool:
        return self.leaf in places.hits and bool(self.spans(places))

    def spans(self, places: Places) -> list[Span]:
        layout = places.reading.layout
        return [span for span in places.spans(self.leaf) if layout.is_like(span, self.like)]

    def why_not(self, places: Places) -> Iterator[MissReason]:
        if spans := places.spans(self.leaf):
            yield MissReason("not_exact", self.term, seen(places, "", spans).found)
        else:
            yield MissReason("missing", self.term)


def seen(places: Places, term: str, spans: Sequence[Span]) -> Evidence:
    original = places.reading.layout.original(spans[0])
    return Evidence(term, original.place, original.text)


@dataclass(frozen=True, slots=True)
class Exactly:
    """Words whose original writing must be ``lead + core + tail``."""

    look: Look
    lead: str
    core: str
    tail: str

    def test(self, places: Places) -> bool:
        return self.look.test(places) and bool(self.spans(places))

    def spans(self, places: Places) -> list[Span]:
        written = places.reading.layout.is_written
        return [
            span
            for span in self.look.spans(places)
            if written(span, self.core, self.lead, self.tail)
        ]

    def proof(self, places: Places) -> Iterator[Evidence]:
        yield seen(places, self.look.term, self.spans(places))

    def why_not(self, places: Places) -> Iterator[MissReason]:
        if spans := self.look.spans(places):
            yield MissReason("not_exact", self.look.term, seen(places, "", spans).found)
        else:
            yield MissReason("missing", self.look.term)


@dataclass(frozen=True, slots=True)
class Context:
    """Words that show what an ambiguous name means; own hashtags and handles do so anywhere."""

    words: tuple[int, ...]
    own: frozenset[int]

    def near(self, places: Places, spans: list[Span]) -> list[Span]:
        if not places.hits.keys().isdisjoint(self.own):
            return spans
        there = [places.spans(leaf) for leaf in self.words if leaf in places.hits]
        return around(merged(there), spans, CONTEXT_WORDS + 1) if there else []


@dataclass(frozen=True, slots=True)
class InContext:
    look: Look
    context: Context

    def test(self, places: Places) -> bool:
        return self.look.test(places) and bool(self.spans(places))

    def spans(self, places: Places) -> list[Span]:
        return self.context.near(places, self.look.spans(places))

    def proof(self, places: Places) -> Iterator[Evidence]:
        yield seen(places, self.look.term, self.spans(places))

    def why_not(self, places: Places) -> Iterator[MissReason]:
        if spans := self.look.spans(places):
            yield MissReason("no_context", self.look.term, seen(places, "", spans).found)
        else:
            yield MissReason("missing", self.look.term)


@dataclass(frozen=True, slots=True)
class HoldsTerm:
    """A field of the record; what the network did not say satisfies nothing."""

    field: Field

    def _values(self, places: Places) -> tuple[str, ...]:
        mention = places.reading.mention
        author = mention.author
        match self.field.name:
            case "lang":
                language = (mention.language or "").casefold().replace("_", "-")
                return (language, language.partition("-")[0]) if language else ()
            case "network":
                return (mention.network.casefold(),)
            case "from":
                return handle_names(author.handle) if author and author.handle else ()
        return ()

    def test(self, places: Places) -> bool:
        field = self.field
        if isinstance(field.value, str):
            return field.value in self._values(places)
        author = places.reading.mention.author
        followers = author.followers if author else None
        return followers is not None and COMPARE[field.comparison](followers, field.value)

    def proof(self, places: Places) -> Iterator[Evidence]:
        if self.field.name == "from":
            yield Evidence(str(self.field), "author", self._values(places)[0])

    def why_not(self, places: Places) -> Iterator[MissReason]:
        if self.field.name == "followers":
            author = places.reading.mention.author
            followers = author.followers if author else None
            yield MissReason(
                "field", str(self.field), None if followers is None else str(followers)
            )
        else:
            yield MissReason("field", str(self.field), next(iter(self._values(places)), None))


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Rule, ...]

    def test(self, places: Places) -> bool:
        for part in self.parts:  # noqa: SIM110 - all() with a generator costs twice as much
            if not part.test(places):
                return False
        return True

    def proof(self, places: Places) -> Iterator[Evidence]:
        for part in self.parts:
            yield from part.proof(places)

    def why_not(self, places: Places) -> Iterator[MissReason]:
        for part in self.parts:
            if not part.test(places):
                yield from part.why_not(places)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Rule, ...]

    def test(self, places: Places) -> bool:
        for part in self.parts:  # noqa: SIM110
            if part.test(places):
                return True
        return False

    def proof(self, places: Places) -> Iterator[Evidence]:
        for part in self.parts:
            if part.test(places):
                yield from part.proof(places)

    def why_not(self, places: Places) -> Iterator[MissReason]:
        for part in self.parts:
            yield from part.why_not(places)


@dataclass(frozen=True, slots=True)
class AnyPlaced(AnyOf):
    """An OR inside NEAR: all of its parts have places."""

    placed: tuple[Placed, ...]

    def spans(self, places: Places) -> list[Span]:
        return merged(part.spans(places) for part in self.placed)


@dataclass(frozen=True, slots=True)
class Unless:
    """NOT, and a brand's ``exclude``."""

    rule: Rule
    code: ReasonCode

    def test(self, places: Places) -> bool:
        return not self.rule.test(places)

    def proof(self, places: Places) -> Iterator[Evidence]:
        yield from ()

    def why_not(self, places: Places) -> Iterator[MissReason]:
        there = list(self.rule.proof(places))
        for evidence in there:
            yield MissReason(self.code, evidence.term, evidence.found)
        if not there:
            yield MissReason(self.code, "")


@dataclass(frozen=True, slots=True)
class Beside:
    """NEAR: its places are those of ``right`` that have ``left`` within ``distance`` words."""

    left: Placed
    right: Placed
    distance: int
    query: str

    def test(self, places: Places) -> bool:
        return self.left.test(places) and self.right.test(places) and bool(self.spans(places))

    def spans(self, places: Places) -> list[Span]:
        return apart(self.left.spans(places), self.right.spans(places), self.distance)

    def proof(self, places: Places) -> Iterator[Evidence]:
        yield from self.left.proof(places)
        yield seen(places, self.query, self.spans(places))

    def why_not(self, places: Places) -> Iterator[MissReason]:
        if self.left.test(places) and self.right.test(places):
            yield MissReason("too_far", self.query)
            return
        for side in (self.left, self.right):
            if not side.test(places):
                yield from side.why_not(places)
