"""What a route's ``match`` may say: which keys there are, and when a value holds.

A value is a text, a list (any of them), true/false, or a comparison such as ``">=10000"``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from alerts.deciding.facts import Facts
from listener.settings.checks_routes import MATCH_KEYS
from listener.settings.model import MatchValue

_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)\s*(\d+(?:\.\d+)?)\s*")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}

LONGEST = 200
"""Characters of what a mention has of one kind, hashtags say, as a decision keeps them."""


def failing(match: Mapping[str, MatchValue], facts: Facts, *, sure: bool) -> str | None:
    """The first key of ``match`` that does not hold for ``facts``; None when all hold.

    ``sure`` False: no ``sentiment`` condition holds. What is unknown satisfies no condition.
    """
    for key, value in match.items():
        if key == "sentiment" and not sure:
            return key
        if not _holds(key, value, facts):
            return key
    return None


def shortfalls(
    match: Mapping[str, MatchValue], facts: Facts, *, min_confidence: float, sure: bool
) -> list[list[str | None]]:
    """Every condition of ``match`` that does not hold: [key, what is wanted, what it was]; None
    where that is unknown. Of a sentiment that is not sure both say how sure."""
    short: list[list[str | None]] = []
    for key, value in match.items():
        unsure = key == "sentiment" and not sure and facts.sentiment is not None
        if not unsure and _holds(key, value, facts):
            continue
        wanted = "true" if value is True else "false" if value is False else None
        wanted = wanted or " | ".join(_listed(value))
        was = _was(key, facts)
        if unsure:
            wanted = f"{wanted} ≥{min_confidence:.2f}"
            was = f"{was} {facts.probability or 0:.2f}"
        short.append([key, wanted, was])
    return short


def _was(key: str, facts: Facts) -> str | None:
    match MATCH_KEYS[key]:
        case "flag":
            told = facts.needs_response
            return None if told is None else str(told).lower()
        case "number":
            number = facts.followers if key == "followers" else facts.rating
            return None if number is None else f"{number:g}" if number < 1e6 else f"{number:.0f}"
        case "word":
            return " | ".join(_words(key, facts))[:LONGEST] or None


def _holds(key: str, value: MatchValue, facts: Facts) -> bool:
    match MATCH_KEYS[key]:
        case "flag":
            return facts.needs_response is not None and facts.needs_response is value
        case "number":
            number = facts.followers if key == "followers" else facts.rating
            return number is not None and all(_compare(number, v) for v in _listed(value))
        case "word":
            wanted = {_plain(v) for v in _listed(value)}
            return any(_plain(v) in wanted for v in _words(key, facts))


def _compare(number: float, condition: str) -> bool:
    parsed = _COMPARISON.fullmatch(condition)
    return parsed is not None and _OPERATORS[parsed[1]](number, float(parsed[2]))


def _words(key: str, facts: Facts) -> Sequence[str]:
    if key == "hashtag":
        return facts.hashtags
    if key == "author":
        return [v for v in (facts.author_handle, facts.author_id) if v]
    value = getattr(facts, key)
    return [value] if value else []


def _listed(value: MatchValue) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ()
    return (value,) if isinstance(value, str) else value


def _plain(word: str) -> str:
    return word.strip().lstrip("#@").casefold()
