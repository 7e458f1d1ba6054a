"""The demo's lines, filled: a category and a dialect → a sentence somebody might write."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

LATIN = frozenset({"en", "latn"})
SAYS_AGAIN = ("", "", " 😡", "!!", " 😡😡")
"""Who copies another's words adds no more than that."""


@cache
def lines() -> dict[str, Any]:
    """The whole of ``texts.toml``: categories → dialects → lines, and ``slots``, ``tails``,
    ``edited``."""
    return tomllib.loads(files("listener.demo").joinpath("texts.toml").read_text("utf-8"))


def dialects(category: str) -> list[str]:
    """The dialects a category is written in, as often as they have lines."""
    return [name for name, texts in lines()[category].items() for _ in texts]


def line(rng: Random, category: str, dialect: str) -> str:
    """One line with its slots filled and sometimes a tail, all in the one dialect."""
    words = {name: rng.choice(choices) for name, choices in lines()["slots"][dialect].items()}
    text: str = rng.choice(lines()[category][dialect]).format(**words)
    tails = lines()["tails"].get(category, {}).get(dialect)
    return text + (rng.choice(tails) if tails else "")


def edited(rng: Random, kind: str, dialect: str) -> str:
    """What a changed post says instead (``soured``) or besides (``solved``, ``question``)."""
    text: str = rng.choice(lines()["edited"][kind][dialect])
    return text
