"""The language of a text that is not in Latin letters: its script tells, or a few of its words.

Many in the Gulf write Urdu, Pashto, Persian, Hindi, Nepali, Bengali, Tamil, Telugu, Malayalam,
Sinhala or Amharic. To know that a text is not Arabic is what matters; what it says is for models.
"""

from __future__ import annotations

import re

from classifiers.language.foreign_words import (
    HINDI,
    NEPALI,
    PASHTO,
    PERSIAN,
    PERSIAN_VERB,
    PERSIAN_WEAK,
    URDU,
)

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
_URDU_LETTER = re.compile(r"[\u0679\u0688\u0691\u06BA\u06BE\u06C1\u06D2]")
_PASHTO_LETTER = re.compile(r"[\u067C\u0681\u0685\u0689\u0693\u0696\u069A\u06BC\u06CD\u06D0]")
_PERSIAN_LETTER = re.compile(r"[پچژگ]")
_PERSIAN_FORM = re.compile(r"[\u06A9\u06CC]")
"""ک and ی as keyboards of Persian, Urdu and Pashto write them, not those of Arabic."""
_ARABIC_FORM = re.compile(r"[يكةىأإ]")
_FEW = 0.12
"""Of a text's words, at least so many must be Persian: a post in Iraqi Arabic has پ, چ and گ, and
now and then a word that is spelled like a Persian one."""
_UNREAD = frozenset({*SCRIPTS, "ne", "ur", "ps", "fa", "other"})


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


def in_arabic_letters(text: str) -> str | None:
    """ur, ps or fa where a text in Arabic letters is not Arabic, else None."""
    words = _WORD.findall(text)
    pashto = sum(word in PASHTO for word in words)
    if pashto >= 2 or len(_PASHTO_LETTER.findall(text)) + bool(pashto) >= 2:
        return "ps"
    form = bool(_PERSIAN_FORM.search(text))
    if len(_URDU_LETTER.findall(text)) + form >= 2 and any(word in URDU for word in words):
        return "ur"
    telling = sum(word in PERSIAN or bool(PERSIAN_VERB.fullmatch(word)) for word in words)
    weak = sum(word in PERSIAN_WEAK for word in words)
    # Egyptians and Gulf writers use the Persian letters too, so letters alone prove nothing.
    letter = bool(_PERSIAN_LETTER.search(text))
    if form and not _ARABIC_FORM.search(text) and (telling or weak or letter):
        telling += 1
    score = telling + 0.5 * (weak + letter + form)
    sure = score >= 1.5 and telling + 0.5 * weak >= max(1.0, _FEW * len(words))
    return "fa" if sure and (telling or letter or form) else None


def is_unread(text: str, language: str) -> bool:
    """Whether a tidied text is in letters of which no model that ships has learned a word.

    They learned from Arabic and Latin letters alone; Persian, Urdu and Pashto are written in
    Arabic letters and were not among it. ``language``: what ``detect`` says; Hindi and Urdu in
    Latin letters are read.
    """
    if language not in _UNREAD:
        return False
    bare = MASK.sub(" ", text)
    letters = sum(map(str.isalpha, bare))
    return letters > 0 and 3 * len(LATIN_LETTER.findall(bare)) <= 2 * letters
