"""Texts that no one would write and everyone gets, and what is promised of their labels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from classifiers.labels import INTENTS, SENTIMENTS, Label
from classifiers.language.detect import LANGUAGES

ODD = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "😡😡",
    "👩‍👩‍👧‍👦" * 200,
    "؟",
    "ـــ",
    "12345",
]
ODD += [
    "https://example.com",
    "https://example.com http://a.b/c",
    "@a @b",
    "\n\t\r",
    "\u202e\u200f",
]
ODD += [
    "a" * 100_000,
    "ا" * 100_000,
    "كلمة " * 20_000,
    "﷽" * 5_000,
    "<br>" * 9_000,
    "&amp;" * 9_000,
]
ODD += ["م\u0651" * 50_000, "\U0010ffff" * 50, "[CLS] <s> </s> <pad> [MASK]", "x\u0300" * 50_000]


def check(labels: Sequence[Label], texts: Sequence[str]) -> None:
    """A label a text, each of the known values, the probabilities a distribution."""
    assert len(labels) == len(texts)
    for label in labels:
        shares = (
            label.probabilities.negative,
            label.probabilities.neutral,
            label.probabilities.positive,
        )
        assert all(0 <= share <= 1 for share in shares)
        assert math.isclose(sum(shares), 1, abs_tol=1e-5)
        assert label.sentiment in SENTIMENTS
        assert label.intent in INTENTS
        assert label.urgency in ("low", "normal", "urgent")
        assert label.language in LANGUAGES
