"""The demo's lines, filled: a category and a dialect → a sentence somebody might write."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

LATIN = frozenset({"en", "latn"})
_TAILS = {  # Arabic script, Latin script
    "complaint": (
        ["", "", " 😡", "!!", " 💔", " حسبي الله", " وين المسؤول؟"],
        ["", "", " 😡", "!!", " smh"],
    ),
    "crisis": (
        ["", " 😡😡", "!!!", " انشروا", " وين حماية المستهلك؟", " ومعي إثبات"],
        ["", "!!!", " RT please", " screenshots attached"],
    ),
    "question": (["", "", " 🙏", " مشكورين"], ["", "", " thanks", " 🙏"]),
    "praise": (["", "", " 👏", " ❤️", " ☕️", " ما شاء الله"], ["", "", " ☕️", " 👏", " 10/10"]),
}

FOLLOW_UPS = {
    "ar": [
        "وللحين ما أحد رد علي من رشفان",
        "تحديث: كلمتهم مرة ثانية ونفس الكلام يا رشفان، انتظر",
        "يا رشفان صار لي ساعة أنتظر ردكم",
    ],
    "en": [
        "Update: still no answer from Rashfan",
        "an hour later and Rashfan support is still silent",
    ],
}


@cache
def lines() -> dict[str, Any]:
    """The whole of ``texts.toml``: categories → dialects → lines, and ``slots``."""
    return tomllib.loads(files("listener.demo").joinpath("texts.toml").read_text("utf-8"))


def dialects(category: str) -> list[str]:
    """The dialects a category is written in, as often as they have lines."""
    return [name for name, texts in lines()[category].items() for _ in texts]


def line(rng: Random, category: str, dialect: str) -> str:
    """One line with its slots filled and sometimes a tail."""
    slots = lines()["slots"]["latin" if dialect in LATIN else "arabic"]
    words = {name: rng.choice(choices) for name, choices in slots.items()}
    text: str = rng.choice(lines()[category][dialect]).format(**words)
    # "ال{drink}" and a drink that has its article already: people write it once.
    text = text.replace("الال", "ال").replace("للال", "لل")
    tails = _TAILS.get(category)
    return text + (rng.choice(tails[dialect in LATIN]) if tails else "")
