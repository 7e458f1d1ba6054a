"""Counts and ratings as exports and people write them. What is no number is unknown, never 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from listener.dates.names import plain
from listener.networks.fields import MAX_COUNT

SILENT = frozenset(
    plain(word)
    for word in (
        "", "-", "--", "—", "–", "?", ".", "…", "...", "n/a", "#n/a", "na", "nan", "none", "null",
        "nil", "unknown", "undefined", "not available", "hidden", "غير معروف", "غير معروفة",
        "غير متوفر", "غير متاح", "غير محدد", "مجهول", "لا يوجد", "نامعلوم",
    )
)  # fmt: skip
"""What exports write where a source knows nothing."""
_TIMES: Mapping[str, int] = {
    plain(word): times
    for words, times in (
        (("k", "thousand", "ألف", "آلاف", "ألفا", "الف", "الاف", "هزار"), 10**3),
        (("m", "mn", "million", "مليون", "ملايين", "مليونا", "میلیون"), 10**6),
        (("b", "bn", "billion", "مليار", "مليارات", "بليون"), 10**9),
    )
    for word in words
}
_GROUPED = re.compile(r"\d{1,3}(?:([,٬' ])\d{3})(?:\1\d{3})*|\d+")
_PARTS = re.compile(r"\d{1,12}(?:([.,])\d{1,3})?")
_STARS = re.compile("[★⭐]{1,5}[☆]{0,4}")
_RATING = re.compile(
    r"(\d(?:\.\d{1,3})?)(?:\s*(?:/|من|out of|of)\s*5)?(?:\s*(?:stars?|نجوم|نجمه|نجمات))?"
)
LONGEST = 40


def is_unknown(value: object) -> bool:
    """Whether ``value`` is one of the ways to say that a source knows nothing."""
    if value is None or (isinstance(value, float) and value != value):
        return True
    return isinstance(value, str) and len(value) <= LONGEST and _plain(value) in SILENT


def count(value: object) -> int | None:
    """1200, 1200.0, "1,200", "١٬٢٠٠", "1.2K", "3.4M", "1.2 ألف"; None where it is no count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 <= value <= MAX_COUNT and int(value) == value else None
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = _plain(value).removesuffix("+").strip()
    found = re.fullmatch(r"(.*\d)\s*([^\W\d_]*)", text)
    if found is None:
        return None
    digits, word = found[1], found[2]
    if word and word not in _TIMES:
        return None
    number = _number(digits, short=bool(word))
    if number is None:
        return None
    whole = int(number * _TIMES.get(word, 1))
    return whole if whole <= MAX_COUNT else None


def _number(digits: str, *, short: bool) -> Decimal | None:
    """``short``: thousands or millions follow, so a mark before one or two digits is a decimal's.
    Otherwise 1.200 may be 1,200 or 1.2, and is neither."""
    if _GROUPED.fullmatch(digits):
        return Decimal(re.sub(r"\D", "", digits))
    if not short:
        whole, _, zeros = digits.partition(".")
        return (
            Decimal(whole)
            if _GROUPED.fullmatch(whole) and zeros.strip("0") == "" and len(zeros) < 3 and zeros
            else None
        )
    return Decimal(digits.replace(",", ".")) if _PARTS.fullmatch(digits) else None


def rating(value: object) -> float | None:
    """Stars, to 5: 4, "4.5", "٤٫٥", "4/5", "★★★★☆"; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value <= 5 else None
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    if _STARS.fullmatch(value.strip()):
        return float(sum(star in "★⭐" for star in value))
    found = _RATING.fullmatch(_plain(value))
    number = float(found[1]) if found else -1.0
    return number if 0 < number <= 5 else None


def _plain(value: str) -> str:
    """As ``dates.names.plain``, but a comma stays: it parts thousands."""
    kept = value.replace("،", "\x00").replace("٬", "\x00").replace(",", "\x00").replace("٫", ".")
    return plain(kept).replace("\x00", ",")
