"""The names of months and weekdays, as CLDR has them for the languages that our sources write.

CLDR knows the three sets of Arabic month names by country: يناير in Egypt and the Gulf, كانون
الثاني in the Levant and Iraq, جانفي and غشت in the Maghreb. Here are only the spellings it lacks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from babel.dates import get_day_names, get_month_names

LOCALES = (
    "ar", "ar_DZ", "ar_IQ", "ar_LB", "ar_MA", "ar_MR", "fa", "ur", "ckb", "en", "fr", "tr",
)  # fmt: skip
SHORT = ("en", "fr", "tr")
"""Where short names are written too."""
MORE_MONTHS: Mapping[str, int] = {
    "جنفي": 1, "فبرائر": 2, "فيفرى": 2, "ابريل": 4, "إبريل": 4, "نيسان": 4, "أيار": 5, "مايس": 5,
    "يونيه": 6, "جوان": 6, "يوليه": 7, "جويليه": 7, "أوغسطس": 8, "اغشت": 8, "أوت": 8, "غشت": 8,
    "سبتامبر": 9, "شتنبر": 9, "أوكتوبر": 10, "نوفنبر": 11, "ديسامبر": 12, "دجنبر": 12, "sept": 9,
}  # fmt: skip
MORE_DAYS: Mapping[str, int] = {
    "tues": 1, "wednes": 2, "thur": 3, "thurs": 3, "اتنين": 0, "تلات": 1, "ثلاثا": 1, "اربعا": 2,
}  # fmt: skip
_CHANGED = {
    ord(one): other for one, other in zip("ىیکة٫–—‒−‐‑،؛;,⁄∕|", "ييكه.------    // ", strict=True)
}
_DIGITS = {base + n: str(n) for base in (0x0660, 0x06F0) for n in range(10)}


def plain(text: str) -> str:
    """Lower case, without accents, vowel signs, tatweel and invisible marks; Latin digits; one kind
    of dash, alef, yeh and kaf; commas are spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_CHANGED)
    kept = (
        letter
        for letter in decomposed.translate(_DIGITS)
        if letter != "\u0640" and unicodedata.category(letter) not in ("Mn", "Cf")
    )
    return " ".join("".join(kept).split())


@cache
def months() -> Mapping[str, int]:
    """Plain name -> 1 to 12. What means different months in two languages is in none."""
    found: dict[str, set[int]] = {}
    for locale in LOCALES:
        for width in ("wide", "abbreviated") if locale in SHORT else ("wide",):
            for number, name in get_month_names(width, locale=locale).items():
                found.setdefault(plain(name).rstrip("."), set()).add(number)
    for name, number in MORE_MONTHS.items():
        found.setdefault(plain(name), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


@cache
def weekdays() -> Mapping[str, int]:
    """Plain name -> 0 (Monday) to 6."""
    found = dict(MORE_DAYS)
    for locale in LOCALES:
        for width in ("wide", "abbreviated") if locale == "en" else ("wide",):
            for number, name in get_day_names(width, locale=locale).items():
                found[plain(name)] = number
    bare = {name.removeprefix("ال"): number for name, number in found.items()}
    return {name: number for name, number in (found | bare).items() if name not in months()}


@cache
def one_of(kind: str) -> re.Pattern[str]:
    """Finds a name of ``kind`` (month | weekday) that stands by itself, the longest first."""
    names = months() if kind == "month" else weekdays()
    spelled = (
        re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(spelled)})\.?(?![^\W\d_])")
