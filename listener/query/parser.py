"""The query language: from text to a tree, with errors that name their place.

    زين OR "زين السعودية" OR #عالم_جميل
    (Zain OR stc) NEAR/5 (شبكة OR network) NOT "زين الدين" lang:ar followers:>=1000

A space is AND. NOT binds before NEAR before AND before OR; operators are upper case, or أو and بدون
standing alone (او is taken for أو; و is never an operator, it is written to the next word). Quotes
make operators text; “ ” and « » are quotes, ، and ؛ are spaces. NEAR/n stands between words,
phrases, tags, or ORs of these in parentheses: at most n words apart, neighbours are 1 apart.
"""

from __future__ import annotations

from typing import Final

from listener.query.ast import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    QueryError,
    Term,
    children,
    positive_terms,
)
from listener.query.lexer import Lexer, Token, TokenKind

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "And",
    "Field",
    "Near",
    "Node",
    "Not",
    "Or",
    "QueryError",
    "Term",
    "children",
    "parse",
    "positive_terms",
]

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 50


def parse(query: str) -> Node:
    """The tree of ``query``. Raises ``QueryError`` with the position of what is wrong.

    Refused besides bad grammar: nothing to look for, a query (or one side of an OR) that is only
    NOT, more than ``MAX_LENGTH`` characters, nesting deeper than ``MAX_DEPTH``.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(
            f"the query has {len(query)} characters; cut it into queries of at most {MAX_LENGTH}",
            MAX_LENGTH,
            "long",
            length=len(query),
            most=MAX_LENGTH,
        )
    return _Parser(query).parse()


class _Parser:
    def __init__(self, query: str) -> None:
        self.lexer = Lexer(query)
        self.tokens = list(self.lexer.tokens())
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self, kind: TokenKind) -> Token | None:
        token = self.token
        if token.kind != kind:
            return None
        self.index += 1
        return token

    def parse(self) -> Node:
        if self.token.kind == "end":
            raise QueryError(
                "the query is empty: write a word, a #hashtag or an @handle", 0, "empty"
            )
        node = self.either()
        if self.token.kind == ")":
            raise QueryError(
                "this ) closes nothing: remove it or open one before",
                self.token.position,
                "stray_paren",
            )
        if _only_not(node):
            raise QueryError(
                "NOT alone matches nearly everything: write beside it what to look for, "
                "on every side of an OR",
                self.tokens[0].position,
                "only_not",
            )
        return node

    def either(self) -> Node:
        alternatives = [self.all()]
        while self.take("OR"):
            alternatives.append(self.all())
        return alternatives[0] if len(alternatives) == 1 else Or(tuple(alternatives))

    def all(self) -> Node:
        parts = [self.near()]
        while self.take("AND") or self.token.kind in ("leaf", "(", "NOT"):
            parts.append(self.near())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def near(self) -> Node:
        start = self.token.position
        node = self.negated()
        while sign := self.take("NEAR"):
            self.near_side(node, start, chain=True)
            start = self.token.position
            right = self.negated()
            self.near_side(right, start, chain=False)
            node = Near(node, right, sign.distance)
        return node

    def near_side(self, node: Node, position: int, *, chain: bool) -> None:
        """NEAR compares places in the text, so only what has a place can stand beside it."""
        if isinstance(node, Or):
            for child in node.children:
                self.near_side(child, position, chain=False)
        elif not isinstance(node, Term) and not (chain and isinstance(node, Near)):
            raise QueryError(
                "NEAR stands between words, phrases or (a OR b): write (a NEAR/5 b) NOT c, "
                "or a NEAR/5 b NEAR/5 c",
                position,
                "near_sides",
            )

    def negated(self) -> Node:
        if sign := self.take("NOT"):
            self.deeper(sign)
            node = Not(self.negated())
            self.depth -= 1
            return node
        return self.atom()

    def atom(self) -> Node:
        token = self.token
        if token.kind == "leaf" and token.leaf is not None:
            self.index += 1
            return token.leaf
        if opening := self.take("("):
            self.deeper(opening)
            if self.token.kind == ")":
                raise QueryError(
                    "these parentheses are empty: remove them", opening.position, "empty_parens"
                )
            node = self.either()
            self.depth -= 1
            if not self.take(")"):
                raise QueryError(
                    "this ( is never closed: add )", opening.position, "unclosed_paren"
                )
            return node
        raise _missing(token)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(
                f"nested deeper than {MAX_DEPTH}: use fewer parentheses",
                token.position,
                "deep",
                most=MAX_DEPTH,
            )


def _missing(token: Token) -> QueryError:
    if token.kind == "end":
        message = "the query ends where a word is expected: remove the last operator or add a word"
        return QueryError(message, token.position, "missing_end")
    if token.kind == ")":
        return QueryError("a word is missing before this )", token.position, "missing_before")
    return QueryError(
        f"{token.kind} needs a word on each side; to look for the word itself, put it in quotes",
        token.position,
        "missing_side",
        operator=token.kind,
    )


def _only_not(node: Node) -> bool:
    match node:
        case Not():
            return True
        case And(parts):
            return all(_only_not(child) for child in parts)
        case Or(parts):
            return any(_only_not(child) for child in parts)
    return False
