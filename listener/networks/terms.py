"""Which words to ask a network for, so that its answers hold every match of a query.

A network's search knows less than our query language. ``clauses`` turns a query into plain
searches whose results, taken together, are a superset of what the query matches; NOT, NEAR
distance and fields are left to ``listener.query``. It is no parser: what it cannot read it leaves
out, and it never raises (``rasid check`` reports the query's errors with positions).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import product

MAX_PRODUCT = 24
_MAX_DEPTH = 50
_TOKEN = re.compile(
    r"""(?P<field>[A-Za-z]+:(?=\S))?  # lang:, from:, exact:
        (?: ["“”«](?P<phrase>[^"“”»]*)["“”»]? | (?P<paren>[()]) | (?P<word>[^\s()"“”«»]+) )""",
    re.VERBOSE,
)
_OR = frozenset({"OR", "أو", "|", "،", ","})
_AND = frozenset({"AND", "&"})
_NOT = frozenset({"NOT", "بدون"})

Clause = tuple[str, ...]


def clauses(text: str) -> tuple[Clause, ...]:
    """The alternatives of a query, each a tuple of words and phrases that all must occur.

    >>> clauses('(زين OR "زين السعودية" OR Zain 5G) NOT "زين الدين"')
    (('زين',), ('Zain', '5G'))

    An alternative whose results a shorter one already brings is left out. Empty for a query
    without a positive term. ANDs of ORs that would multiply to more than ``MAX_PRODUCT`` keep
    only their shorter side, which is still a superset.
    """
    found = list(dict.fromkeys(c for c in _either(deque(_tokens(text)), 0) if c))
    words = [{word.casefold() for term in clause for word in term.split()} for clause in found]
    return tuple(
        clause
        for i, clause in enumerate(found)
        if not any(w < words[i] or (w == words[i] and j < i) for j, w in enumerate(words) if j != i)
    )


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        field, word = match["field"], match["word"]
        phrase = match["phrase"]
        if match["paren"]:
            yield "paren", match["paren"]
        elif field and field.lower() != "exact:":
            if field.lower() in ("http:", "https:") or field.lower() == "url:":
                yield "term", (field + (word or "")) if field.lower() != "url:" else (word or "")
        elif phrase is not None:
            yield "term", " ".join(phrase.split())
        elif word in _OR:
            yield "or", word
        elif word in _NOT or word == "-":
            yield "not", word
        elif word in _AND or word.upper().startswith("NEAR/"):
            continue
        elif word.startswith("-") and len(word) > 1:
            yield "not", "-"
            yield "term", word[1:]
        else:
            yield "term", word.strip("،,؛;")


def _either(tokens: deque[tuple[str, str]], depth: int) -> list[Clause]:
    """OR of ANDs; consumes ``tokens`` up to a closing parenthesis."""
    alternatives: list[Clause] = []
    together: list[Clause] = [()]
    while tokens:
        kind, value = tokens.popleft()
        if kind == "or":
            alternatives += together
            together = [()]
        elif kind == "not":
            _skip(tokens, depth)
        elif kind == "term":
            together = _both(together, [(value,)] if value else [])
        elif value == "(" and depth < _MAX_DEPTH:
            together = _both(together, _either(tokens, depth + 1))
        elif value == ")" and depth > 0:
            break
    return alternatives + together


def _skip(tokens: deque[tuple[str, str]], depth: int) -> None:
    """Drop the operand of NOT: one term or one parenthesis."""
    if tokens and tokens[0] == ("paren", "("):
        tokens.popleft()
        if depth < _MAX_DEPTH:  # deeper, its terms count as wanted: too much is found, never less
            _either(tokens, depth + 1)
    elif tokens and tokens[0][0] == "term":
        tokens.popleft()


def _both(left: list[Clause], right: list[Clause]) -> list[Clause]:
    if not right or all(not clause for clause in right):
        return left
    if all(not clause for clause in left):
        return right
    if len(left) * len(right) > MAX_PRODUCT:
        return min(left, right, key=len)
    return [tuple(dict.fromkeys((*a, *b))) for a, b in product(left, right)]
