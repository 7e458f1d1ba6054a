"""A second, slow reading of the matching rules: what the matcher must agree with.

It shares the parser and the letter folding with the product and nothing else: no automaton, no
index, no triggers. Each term walks over the words; places are compared pair by pair.
"""

from __future__ import annotations

from benchmarks.naive_post import Post, Span, cut
from listener.query.parser import And, Field, Near, Node, Not, Or, Term, parse
from listener.records import Brand, Mention

CONTEXT = 21


class Naive:
    """One brand against one mention at a time."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.query = parse(brand.query) if brand.query is not None else None

    def matches(self, mention: Mention) -> bool:
        return self.matches_post(Post(mention))

    def matches_post(self, post: Post) -> bool:
        brand = self.brand
        own = [*(f"#{tag}" for tag in brand.hashtags), *(f"@{name}" for name in brand.handles)]
        positive = (
            (self.query is not None and self.holds(self.query, post, bool(brand.context)))
            or any(self.entry(text, post) for text in own)
            or any(self.keyword(text, post) for text in brand.keywords)
        )
        return positive and not any(self.entry(text, post, al=True) for text in brand.exclude)

    def entry(self, text: str, post: Post, *, al: bool | None = None) -> bool:
        if text.startswith("#"):
            return "".join(cut(text)) in post.tags
        if text.startswith("@"):
            return text[1:].casefold() in post.handles
        return bool(post.places(cut(text), self.brand.al if al is None else al))

    def keyword(self, text: str, post: Post) -> bool:
        if not self.brand.context or text[0] in "#@":
            return self.entry(text, post)
        return bool(self.in_context(post.places(cut(text), self.brand.al), post))

    def in_context(self, places: list[Span], post: Post) -> list[Span]:
        brand = self.brand
        signs = [*(f"#{tag}" for tag in brand.hashtags), *(f"@{name}" for name in brand.handles)]
        signs += [text for text in brand.context if text[0] in "#@"]
        if any(self.entry(text, post) for text in signs):
            return places
        there = [
            span
            for text in brand.context
            if text[0] not in "#@"
            for span in post.places(cut(text), True)
        ]
        return [a for a in places if any(gap(a, b) <= CONTEXT for b in there)]

    def holds(self, node: Node, post: Post, context: bool) -> bool:
        match node:
            case And(parts):
                return all(self.holds(part, post, context) for part in parts)
            case Or(parts):
                return any(self.holds(part, post, context) for part in parts)
            case Not(child):
                return not self.holds(child, post, False)
            case Field():
                return field_holds(node, post.mention)
            case Near():
                return bool(self.spans(node, post))
            case Term(text, "hashtag"):
                return "".join(cut(text)) in post.tags
            case Term(text, "handle"):
                return text.casefold() in post.handles
            case Term(text, "word") if context and len(cut(text)) == 1:
                return bool(self.in_context(self.spans(node, post), post))
        return bool(self.spans(node, post))

    def spans(self, node: Node, post: Post) -> list[Span]:
        match node:
            case Or(parts):
                return [span for part in parts for span in self.spans(part, post)]
            case Near(left, right, distance):
                lefts = self.spans(left, post)
                return [
                    b
                    for b in self.spans(right, post)
                    if any(0 < gap(a, b) <= distance for a in lefts)
                ]
            case Term(text, "hashtag"):
                return post.tag_places("".join(cut(text)))
            case Term(text, "handle"):
                return post.handle_places(text.casefold())
            case Term(text, "exact"):
                return post.exact_places(text)
            case Term(text):
                return post.places(cut(text), self.brand.al)
        raise TypeError(node)


def gap(a: Span, b: Span) -> int:
    """Words from the nearer ends: 1 for neighbours, 0 or less where they overlap."""
    return max(b[0] - a[1], a[0] - b[1], 0)


def field_holds(field: Field, mention: Mention) -> bool:
    author = mention.author
    if field.name == "network":
        return mention.network.lower() == field.value
    if field.name == "lang":
        language = (mention.language or "").lower()
        return bool(language) and field.value in (language, language.split("-")[0])
    if field.name == "from":
        name = author.handle.lower() if author and author.handle else ""
        return bool(name) and field.value in (name, name.split("@")[0])
    known = author.followers if author else None
    if known is None or not isinstance(field.value, int):
        return False
    difference = known - field.value
    return {
        ">": difference > 0,
        ">=": difference >= 0,
        "<": difference < 0,
        "<=": difference <= 0,
        "=": difference == 0,
    }[field.comparison]
