"""What the terms of a labelled set allow, by the words its recipe gives for them.

A reading aid, not legal advice: the words themselves stand beside the class in every card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Class = Literal["open", "research or non-commercial use", "GPL or LGPL", "none stated", "your own"]
CLASSES: tuple[Class, ...] = (
    "open",
    "GPL or LGPL",
    "research or non-commercial use",
    "none stated",
    "your own",
)
_OPEN = re.compile(r"\b(?:mit\b|apache|bsd|cc[- ]by|cc0|afl|academic free|public domain)")
_NARROW = re.compile(r"research|academic(?! free)|\bnc\b|non-?commercial")


class Learned(NamedTuple):
    """A set, how many of its texts were learned from (None where that is not known), its terms."""

    name: str
    texts: int | None
    licence: str


def class_of(licence: str) -> Class:
    """The class of a recipe's ``licence``. The narrower term wins: an open repository around tweets
    under research terms is for research; what says nothing that is known here states nothing."""
    words = licence.lower()
    if words == "your own":
        return "your own"
    if _NARROW.search(words):
        return "research or non-commercial use"
    if "gpl" in words:
        return "GPL or LGPL"
    if "none stated" in words or "not stated" in words:
        return "none stated"
    return "open" if _OPEN.search(words) else "none stated"


def grouped(sets: Iterable[Learned]) -> dict[Class, list[Learned]]:
    """``sets`` by class, in the order of CLASSES, without empty ones."""
    found = list(sets)
    by = {name: [one for one in found if class_of(one.licence) == name] for name in CLASSES}
    return {name: ones for name, ones in by.items() if ones}
