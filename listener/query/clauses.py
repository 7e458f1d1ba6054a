"""Which words to ask a network for, so that its answers hold every match of a query.

A network's search knows less than our query language. ``clauses`` turns a query into plain
searches whose results, taken together, are a superset of what the query matches; NOT, NEAR's
distance and fields are evaluated here, on what comes back.
"""

from __future__ import annotations

from itertools import product

from listener.query.parser import And, Field, Near, Node, Not, Or, QueryError, Term, parse

MAX_PRODUCT = 24
_SIGNS = {"hashtag": "#", "handle": "@"}

Clause = tuple[str, ...]


def clauses(text: str) -> tuple[Clause, ...]:
    """The alternatives of a query, each a tuple of words and phrases that all must occur.

    >>> clauses('(زين OR "زين السعودية" OR Zain 5G) NOT "زين الدين"')
    (('زين',), ('Zain', '5G'))

    An alternative whose results a shorter one already brings is left out. Empty for a query
    without a positive term, and for one that does not parse (``rasid check`` reports it). ANDs of
    ORs that would multiply to more than ``MAX_PRODUCT`` keep only their shorter side, which is
    still a superset.
    """
    try:
        alternatives = list(dict.fromkeys(clause for clause in _clauses(parse(text)) if clause))
    except QueryError:
        return ()
    words = [
        {word.casefold() for term in clause for word in term.split()} for clause in alternatives
    ]
    return tuple(
        clause
        for i, clause in enumerate(alternatives)
        if not any(w < words[i] or (w == words[i] and j < i) for j, w in enumerate(words) if j != i)
    )


def wordless(text: str) -> bool:
    """Whether an alternative of the query has nothing that a search could look for (only NOT, or
    fields such as from:): no network is asked for it. Raises QueryError.

    >>> wordless("زين OR from:ahmad"), wordless("زين from:ahmad")
    (True, False)
    """
    return any(not clause for clause in _clauses(parse(text)))


def _clauses(node: Node) -> list[Clause]:
    """An empty clause says nothing: NOT and fields leave the choice to the others."""
    match node:
        case Term(text, kind):
            return [(_SIGNS.get(kind, "") + text,)]
        case Field() | Not():
            return [()]
        case Or(children):
            return [clause for child in children for clause in _clauses(child)]
        case And(children):
            combined: list[Clause] = [()]
            for child in children:
                combined = _both(combined, _clauses(child))
            return combined
        case Near(left, right):
            return _both(_clauses(left), _clauses(right))


def _both(left: list[Clause], right: list[Clause]) -> list[Clause]:
    if all(not clause for clause in right):
        return left
    if all(not clause for clause in left):
        return right
    if len(left) * len(right) > MAX_PRODUCT:
        return min(left, right, key=len)
    return [tuple(dict.fromkeys((*a, *b))) for a, b in product(left, right)]
