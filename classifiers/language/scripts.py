"""The language of a text that is in neither Latin nor Arabic letters: its script tells.

Many in the Gulf write Hindi, Nepali, Bengali, Tamil, Telugu, Malayalam,
Sinhala or Amharic. To know that a text is not Arabic is what matters; what it says is for models.
"""

from __future__ import annotations

import re

from classifiers.language.foreign_words import HINDI, NEPALI

MASK = re.compile(r"@user|\bhttps?\b")
ARABIC_LETTER = re.compile(r"[\u0620-\u064A\u066E-\u06D3\u06FA-\u06FF]")
LATIN_LETTER = re.compile(r"[A-Za-z\u00C0-\u024F\u1E00-\u1EFF]")

SCRIPTS: dict[str, re.Pattern[str]] = {
    "hi": re.compile(r"[\u0900-\u097F]"),
    "bn": re.compile(r"[\u0980-\u09FF]"),
    "pa": re.compile(r"[\u0A00-\u0A7F]"),
    "gu": re.compile(r"[\u0A80-\u0AFF]"),
    "ta": re.compile(r"[\u0B80-\u0BFF]"),
    "te": re.compile(r"[\u0C00-\u0C7F]"),
    "kn": re.compile(r"[\u0C80-\u0CFF]"),
    "ml": re.compile(r"[\u0D00-\u0D7F]"),
    "si": re.compile(r"[\u0D80-\u0DFF]"),
    "my": re.compile(r"[\u1000-\u109F]"),
    "am": re.compile(r"[\u1200-\u137F]"),
    "ru": re.compile(r"[\u0400-\u04FF]"),
    "ja": re.compile(r"[\u3040-\u30FF]"),
    "ko": re.compile(r"[\uAC00-\uD7AF]"),
    "zh": re.compile(r"[\u4E00-\u9FFF]"),
    "el": re.compile(r"[\u0370-\u03FF]"),
    "he": re.compile(r"[\u0590-\u05FF]"),
    "th": re.compile(r"[\u0E00-\u0E7F]"),
}
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u094F\u0670\u064B-\u0652])*")
IN_ARABIC_LETTERS = ("ur", "ps", "fa", "sd", "ckb", "ku", "ug", "ms", "pa")
_UNREAD = frozenset({*SCRIPTS, *IN_ARABIC_LETTERS, "ne", "other"})


def by_script(text: str) -> str:
    """The language of a text whose letters are mostly neither Arabic nor Latin; ``other`` where
    the script is none of those known."""
    counts = {code: len(pattern.findall(text)) for code, pattern in SCRIPTS.items()}
    if counts["ja"]:  # Japanese is written with Chinese characters, too
        counts["ja"] += counts["zh"]
    code = max(counts, key=lambda key: counts[key])
    if code == "hi" and counts[code]:
        words = _WORD.findall(text)
        nepali, hindi = (sum(word in known for word in words) for known in (NEPALI, HINDI))
        return "ne" if nepali > hindi else "hi"
    return code if counts[code] else "other"


def is_unread(text: str, language: str) -> bool:
    """Whether a tidied text is in letters of which no model that ships has learned a word.

    They learned from Arabic and Latin letters alone; Persian, Urdu, Kurdish and others are written
    in Arabic letters and were not among it. ``language``: what ``detect`` says; Hindi and Urdu in
    Latin letters are read.
    """
    if language not in _UNREAD:
        return False
    bare = MASK.sub(" ", text)
    letters = sum(map(str.isalpha, bare))
    return letters > 0 and 3 * len(LATIN_LETTER.findall(bare)) <= 2 * letters
