"""The query language as a tree of frozen nodes, and how each prints back.

``parse(str(node)) == node`` for every node that ``listener.query.parser.parse`` can give.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

TermKind = Literal["word", "phrase", "hashtag", "handle", "exact"]
FieldName = Literal["lang", "network", "from", "followers"]
Comparison = Literal[">", ">=", "<", "<=", "="]

OR_WORDS: Final = frozenset({"OR", "أو", "او"})
NOT_WORDS: Final = frozenset({"NOT", "بدون"})
AND_WORDS: Final = frozenset({"AND"})
OPERATORS: Final = OR_WORDS | NOT_WORDS | AND_WORDS
NEAR: Final = re.compile(r"NEAR/(\d+)")
FIELD: Final = re.compile(r"([A-Za-z]+):")
QUOTES: Final = '"“”„‟«»'
SEPARATORS: Final = "،؛"
COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


class QueryError(ValueError):
    """A query that cannot be understood. ``position``: the character, from 0. ``code`` and
    ``values`` say the same as ``message``, for whoever reads another language than English."""

    def __init__(
        self, message: str, position: int = 0, code: str = "other", **values: str | int
    ) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.message = message
        self.position = position
        self.code = code
        self.values = values


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_bare(text: str) -> bool:
    """Whether ``text`` can stand in a query without quotes and still be one word."""
    return bool(
        text
        and text[0] not in "#@-"
        and text[-1] not in ",;"
        and text not in OPERATORS
        and text != "NEAR"
        and not text.startswith("NEAR/")
        and not FIELD.match(text)
        and not any(c.isspace() or c in "()" or c in QUOTES or c in SEPARATORS for c in text)
    )


@dataclass(frozen=True, slots=True)
class Term:
    """Something to look for in the text.

    ``text`` is as the user wrote it, without quotes, '#' or '@'. A ``phrase`` has white space
    in it; an ``exact`` term is compared without folding; a hashtag equals its underscored form.
    """

    text: str
    kind: TermKind = "word"

    def __str__(self) -> str:
        match self.kind:
            case "hashtag":
                return f"#{self.text}"
            case "handle":
                return f"@{self.text}"
            case "exact":
                return f"exact:{quoted(self.text)}"
        return self.text if is_bare(self.text) else quoted(self.text)


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on the record: lang, network, from (lower case, no '@') or followers."""

    name: FieldName
    value: str | int
    comparison: Comparison = "="

    def __str__(self) -> str:
        if isinstance(self.value, int):
            return f"{self.name}:{self.comparison}{self.value}"
        return f"{self.name}:{self.value if is_bare(self.value) else quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class _Level:
    """How tightly a node binds: a child that binds less tightly is printed in parentheses."""

    level: ClassVar[int] = 0


@dataclass(frozen=True, slots=True)
class Or(_Level):
    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_inside(child, 1) for child in self.children)


@dataclass(frozen=True, slots=True)
class And(_Level):
    children: tuple[Node, ...]
    level: ClassVar[int] = 1

    def __str__(self) -> str:
        return " ".join(_inside(child, 2) for child in self.children)


@dataclass(frozen=True, slots=True)
class Near(_Level):
    """``right`` within ``distance`` words of ``left`` (neighbours are at distance 1), either order.

    ``a NEAR/3 b NEAR/5 c`` nests to the left and speaks of the same b.
    """

    left: Node
    right: Node
    distance: int
    level: ClassVar[int] = 2

    def __str__(self) -> str:
        return f"{_inside(self.left, 2)} NEAR/{self.distance} {_inside(self.right, 3)}"


@dataclass(frozen=True, slots=True)
class Not(_Level):
    child: Node
    level: ClassVar[int] = 3

    def __str__(self) -> str:
        return f"NOT {_inside(self.child, 3)}"


Node = Term | Field | Or | And | Near | Not


def _inside(node: Node, level: int) -> str:
    if isinstance(node, Term | Field) or node.level >= level:
        return str(node)
    return f"({node})"


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order they were written."""
    match node:
        case Or(parts) | And(parts):
            return parts
        case Near(left, right):
            return (left, right)
        case Not(child):
            return (child,)
    return ()


def _positive(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Not):
        for child in children(node):
            yield from _positive(child)


def positive_terms(node: Node) -> list[Term]:
    """The terms a matching text may contain, in order and once each: all that are not under NOT."""
    return list(dict.fromkeys(_positive(node)))
