"""Compiled conditions. Each answers three questions about what was found in a mention:

``test``: does it hold? ``proof``: by which pieces of the text? ``why_not``: what is in the way?
``trigger``: leaves of which at least one is found whenever it holds; None: cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from listener.matching.index import Found
from listener.matching.reading import handle_names
from listener.matching.spans import Span, apart, around, merged
from listener.query.ast import COMPARE, Field
from listener.records import Evidence

ReasonCode = Literal[
    "missing", "no_context", "not_exact", "too_far", "field", "forbidden", "excluded"
]
CONTEXT_WORDS = 20
"""How many words may stand between a keyword and its context word; a short post is all context."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a condition does not hold. ``found``: the text or the record's value behind it."""

    code: ReasonCode
    term: str
    found: str | None = None


class Rule(Protocol):
    def test(self, found: Found) -> bool: ...
    def proof(self, found: Found) -> Iterator[Evidence]: ...
    def why_not(self, found: Found) -> Iterator[Reason]: ...


class Placed(Rule, Protocol):
    """A rule that knows where in the text it holds, so that NEAR can measure."""

    def spans(self, found: Found) -> list[Span]: ...


@dataclass(frozen=True, slots=True)
class Look:
    """A word, phrase, hashtag or handle."""

    leaf: int
    term: str

    def test(self, found: Found) -> bool:
        return self.leaf in found.hits

    def spans(self, found: Found) -> list[Span]:
        return found.spans(self.leaf)

    def proof(self, found: Found) -> Iterator[Evidence]:
        spans = self.spans(found)
        yield (
            seen(found, self.term, spans)
            if spans
            else Evidence(
                self.term, "handle" if self.term.startswith("@") else "hashtag", self.term
            )
        )

    def why_not(self, found: Found) -> Iterator[Reason]:
        yield Reason("missing", self.term)


def seen(found: Found, term: str, spans: Sequence[Span]) -> Evidence:
    original = found.reading.layout.original(spans[0])
    return Evidence(term, original.place, original.text)


@dataclass(frozen=True, slots=True)
class Exactly:
    """Words whose original writing must be ``lead + core + tail``."""

    look: Look
    lead: str
    core: str
    tail: str

    def test(self, found: Found) -> bool:
        return self.look.test(found) and bool(self.spans(found))

    def spans(self, found: Found) -> list[Span]:
        written = found.reading.layout.is_written
        return [
            span
            for span in self.look.spans(found)
            if written(span, self.core, self.lead, self.tail)
        ]

    def proof(self, found: Found) -> Iterator[Evidence]:
        yield seen(found, self.look.term, self.spans(found))

    def why_not(self, found: Found) -> Iterator[Reason]:
        if spans := self.look.spans(found):
            yield Reason("not_exact", self.look.term, seen(found, "", spans).found)
        else:
            yield Reason("missing", self.look.term)


@dataclass(frozen=True, slots=True)
class Context:
    """Words that show what an ambiguous name means; own hashtags and handles do so anywhere."""

    words: tuple[int, ...]
    own: frozenset[int]

    def near(self, found: Found, spans: list[Span]) -> list[Span]:
        if not found.hits.keys().isdisjoint(self.own):
            return spans
        there = [found.spans(leaf) for leaf in self.words if leaf in found.hits]
        return around(merged(there), spans, CONTEXT_WORDS + 1) if there else []


@dataclass(frozen=True, slots=True)
class InContext:
    look: Look
    context: Context

    def test(self, found: Found) -> bool:
        return self.look.test(found) and bool(self.spans(found))

    def spans(self, found: Found) -> list[Span]:
        return self.context.near(found, self.look.spans(found))

    def proof(self, found: Found) -> Iterator[Evidence]:
        yield seen(found, self.look.term, self.spans(found))

    def why_not(self, found: Found) -> Iterator[Reason]:
        if spans := self.look.spans(found):
            yield Reason("no_context", self.look.term, seen(found, "", spans).found)
        else:
            yield Reason("missing", self.look.term)


@dataclass(frozen=True, slots=True)
class Holds:
    """A field of the record; what the network did not say satisfies nothing."""

    field: Field

    def _values(self, found: Found) -> tuple[str, ...]:
        mention = found.reading.mention
        author = mention.author
        match self.field.name:
            case "lang":
                said = (mention.language or "").casefold().replace("_", "-")
                return (said, said.partition("-")[0]) if said else ()
            case "network":
                return (mention.network.casefold(),)
            case "from":
                return handle_names(author.handle) if author and author.handle else ()
        return ()

    def test(self, found: Found) -> bool:
        field = self.field
        if isinstance(field.value, str):
            return field.value in self._values(found)
        author = found.reading.mention.author
        followers = author.followers if author else None
        return followers is not None and COMPARE[field.comparison](followers, field.value)

    def proof(self, found: Found) -> Iterator[Evidence]:
        if self.field.name == "from":
            yield Evidence(str(self.field), "author", self._values(found)[0])

    def why_not(self, found: Found) -> Iterator[Reason]:
        if self.field.name == "followers":
            author = found.reading.mention.author
            followers = author.followers if author else None
            yield Reason("field", str(self.field), None if followers is None else str(followers))
        else:
            yield Reason("field", str(self.field), next(iter(self._values(found)), None))


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Rule, ...]

    def test(self, found: Found) -> bool:
        for part in self.parts:  # noqa: SIM110 - all() with a generator costs twice as much
            if not part.test(found):
                return False
        return True

    def proof(self, found: Found) -> Iterator[Evidence]:
        for part in self.parts:
            yield from part.proof(found)

    def why_not(self, found: Found) -> Iterator[Reason]:
        for part in self.parts:
            if not part.test(found):
                yield from part.why_not(found)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Rule, ...]

    def test(self, found: Found) -> bool:
        for part in self.parts:  # noqa: SIM110
            if part.test(found):
                return True
        return False

    def proof(self, found: Found) -> Iterator[Evidence]:
        for part in self.parts:
            if part.test(found):
                yield from part.proof(found)

    def why_not(self, found: Found) -> Iterator[Reason]:
        for part in self.parts:
            yield from part.why_not(found)


@dataclass(frozen=True, slots=True)
class AnyPlaced(AnyOf):
    """An OR inside NEAR: all of its parts have places."""

    placed: tuple[Placed, ...]

    def spans(self, found: Found) -> list[Span]:
        return merged(part.spans(found) for part in self.placed)


@dataclass(frozen=True, slots=True)
class Unless:
    """NOT, and a brand's ``exclude``."""

    rule: Rule
    code: ReasonCode

    def test(self, found: Found) -> bool:
        return not self.rule.test(found)

    def proof(self, found: Found) -> Iterator[Evidence]:
        yield from ()

    def why_not(self, found: Found) -> Iterator[Reason]:
        there = list(self.rule.proof(found))
        for evidence in there:
            yield Reason(self.code, evidence.term, evidence.found)
        if not there:
            yield Reason(self.code, "")


@dataclass(frozen=True, slots=True)
class Beside:
    """NEAR: its places are those of ``right`` that have ``left`` within ``distance`` words."""

    left: Placed
    right: Placed
    distance: int
    query: str

    def test(self, found: Found) -> bool:
        return self.left.test(found) and self.right.test(found) and bool(self.spans(found))

    def spans(self, found: Found) -> list[Span]:
        return apart(self.left.spans(found), self.right.spans(found), self.distance)

    def proof(self, found: Found) -> Iterator[Evidence]:
        yield from self.left.proof(found)
        yield seen(found, self.query, self.spans(found))

    def why_not(self, found: Found) -> Iterator[Reason]:
        if self.left.test(found) and self.right.test(found):
            yield Reason("too_far", self.query)
            return
        for side in (self.left, self.right):
            if not side.test(found):
                yield from side.why_not(found)
