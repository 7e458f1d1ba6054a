"""From brands to rules: every term becomes a leaf of the index, every brand one rule."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.arabic import fold, words
from listener.matching.index import Index
from listener.matching.parting import cut, tag_key
from listener.matching.reading import handle_names
from listener.matching.rules import (
    All,
    AnyOf,
    AnyPlaced,
    Beside,
    Context,
    Exactly,
    HoldsTerm,
    InContext,
    Look,
    Placed,
    Rule,
    Signed,
    Unless,
)
from listener.matching.signs import pattern
from listener.query.parser import And, Field, Near, Node, Not, Or, QueryError, Term, parse
from listener.records import Brand


class Compiler:
    """Compiles brands into one ``index``; freeze that when all are in."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def brand(self, brand: Brand) -> Rule:
        """Raises ``QueryError`` where its query is wrong or a term has nothing to find."""
        hashtags = [self._look(f"#{tag.lstrip('#')}", brand) for tag in brand.hashtags]
        handles = [self._look(f"@{handle.lstrip('@')}", brand) for handle in brand.handles]
        own = [*hashtags, *handles]
        context = None
        if brand.context:
            there = [self._look(word, brand, al=True) for word in brand.context]
            context = Context(
                tuple(look.leaf for look in there if self.index.leaves[look.leaf][1]),
                frozenset(
                    look.leaf for look in (*own, *there) if not self.index.leaves[look.leaf][1]
                ),
            )
        parts: list[Rule] = []
        if brand.query is not None:
            parts.append(self._node(parse(brand.query), brand, context))
        for keyword in brand.keywords:
            look = self._look(keyword, brand)
            is_words = self.index.leaves[look.leaf][1]
            parts.append(InContext(look, context) if context and is_words else look)
        positive = _either([*parts, *own])
        if not brand.exclude:
            return positive
        excluded = _either([self._look(term, brand, al=True) for term in brand.exclude])
        return All((positive, Unless(excluded, "excluded")))

    def _look(self, written: str, brand: Brand, *, al: bool | None = None) -> Look:
        """An entry of one of the brand's lists: words, or a #hashtag or @handle."""
        text = written.strip()
        if text.startswith("#") and (key := tag_key(text)):
            return Look(self.index.tag(key), text)
        if text.startswith("@") and words(fold(text)):
            return Look(self.index.handle(handle_names(text)[0]), text)
        if not words(fold(text)):
            raise QueryError(
                f"brand {brand.name!r}: {written!r} has no letter or digit to look for"
            )
        return self._words(text, text, brand.al if al is None else al)

    def _words(self, text: str, term: str, al: bool) -> Look:
        like = pattern(text)
        leaf = self.index.words(cut(fold(text)), al=al, signed=like is not None)
        self.index.keep(text)
        return Look(leaf, term) if like is None else Signed(leaf, term, like)

    def _term(self, term: Term, brand: Brand) -> Look | Exactly:
        if term.kind == "exact":
            return self._exact(term)
        if term.kind in ("hashtag", "handle"):
            return self._look(str(term), brand)
        return self._words(term.text, str(term), brand.al)

    def _exact(self, term: Term) -> Exactly:
        look = Look(self.index.words(cut(fold(term.text)), bare=True), str(term))
        has_word = [bool(words(fold(letter))) for letter in term.text]
        start = has_word.index(True)
        end = len(has_word) - has_word[::-1].index(True)
        while end < len(term.text) and not fold(term.text[end]):  # tashkeel of the last letter
            end += 1
        return Exactly(look, term.text[:start], term.text[start:end], term.text[end:])

    def _node(self, node: Node, brand: Brand, context: Context | None) -> Rule:
        match node:
            case Term():
                look = self._term(node, brand)
                lone = node.kind == "word" and len(cut(fold(node.text))) == 1
                if context and lone and isinstance(look, Look):
                    return InContext(look, context)
                return look
            case Field():
                return HoldsTerm(node)
            case And(parts):
                return All(tuple(self._node(part, brand, context) for part in parts))
            case Or(parts):
                return _either([self._node(part, brand, context) for part in parts])
            case Not(child):
                return Unless(self._node(child, brand, None), "forbidden")
            case Near():
                return self._placed(node, brand)

    def _placed(self, node: Node, brand: Brand) -> Placed:
        """A side of NEAR. Its words have their own nearness: ``context`` is not asked of them."""
        match node:
            case Term():
                return self._term(node, brand)
            case Or(parts):
                placed = tuple(self._placed(part, brand) for part in parts)
                return AnyPlaced(placed, placed)
            case Near(left, right, distance):
                sides = (self._placed(left, brand), self._placed(right, brand))
                return Beside(*sides, distance, str(node))
        raise QueryError(f"NEAR cannot measure from {node}")


def _either(parts: Sequence[Rule]) -> Rule:
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def trigger(rule: Rule, weights: Sequence[float]) -> frozenset[int] | None:
    """Leaves of which at least one is found whenever ``rule`` holds, as rare as can be told.

    ``weights[leaf]`` says how often a leaf may turn up. None: the rule may hold without any leaf
    (it asks only for fields) and has to be tried on every mention.
    """
    match rule:
        case Look(leaf=leaf) | InContext(look=Look(leaf=leaf)) | Exactly(look=Look(leaf=leaf)):
            return frozenset({leaf})
        case AnyOf(parts=parts):
            every = [trigger(part, weights) for part in parts]
            return None if None in every else frozenset().union(*(leaves or () for leaves in every))
        case All(parts=parts):
            choices = [trigger(part, weights) for part in parts]
            return _rarest([choice for choice in choices if choice is not None], weights)
        case Beside(left=left, right=right):
            sides = (trigger(left, weights), trigger(right, weights))
            return _rarest([side for side in sides if side is not None], weights)
    return None


def _rarest(choices: Sequence[frozenset[int]], weights: Sequence[float]) -> frozenset[int] | None:
    return min(choices, key=lambda leaves: sum(weights[leaf] for leaf in leaves), default=None)
