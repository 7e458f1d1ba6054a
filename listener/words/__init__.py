"""Every text that people read, in Arabic and English: a folder of catalogs per language.

    ar = words("ar")
    ar.say("comments", n=11)            # 11 تعليقًا
    ar.say("card.by", who="…")          # placeholders are given by name

Catalogs are gettext .po files, read through Babel when first used: no compile step. Plural forms
are CLDR's (six in Arabic); a test holds the catalogs' rule against Babel's. A missing key raises
KeyError: half-translated cards are a bug, not a fallback.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Literal

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from listener.words.bidi import is_rtl, isolate

Language = Literal["ar", "en"]
Digits = Literal["latin", "arabic"]

_ARABIC = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@cache
def catalog(language: Language) -> Catalog:
    """The catalogs of ``language`` as one. A key in two of them is a ValueError."""
    whole: Catalog | None = None
    for path in sorted((Path(__file__).parent / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        if whole is None:
            whole = part
            continue
        for message in part:
            if message.id and whole.get(message.id) is not None:
                raise ValueError(f"{path.name}: {message.id!r} is in another catalog already")
            if message.id:
                whole[message.id] = message
    if whole is None:
        raise LookupError(f"no catalog for {language!r}")
    return whole


@cache
def _translations(language: Language) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Words:
    """One language with one kind of digits."""

    language: Language
    digits: Digits = "latin"

    @property
    def rtl(self) -> bool:
        return self.language == "ar"

    def has(self, key: str) -> bool:
        message = catalog(self.language).get(key)
        return message is not None and bool(message.string)

    def say(self, key: str, /, **values: str | int | float) -> str:
        """The text of ``key``; ``n``, a whole number, chooses the plural form. Whole numbers are
        grouped and written in the chosen digits; texts are set in as they are given.

        Raises KeyError for a key the catalog lacks.
        """
        text, n = self.raw(key), values.get("n")
        if isinstance(n, int):
            text = _translations(self.language).ngettext(key, key + "+", abs(n))
        texts = {k: v if isinstance(v, str) else self.number(v) for k, v in values.items()}
        return text.format_map(texts) if texts else text

    def raw(self, key: str) -> str:
        """The text of ``key`` with its placeholders. Raises KeyError as ``say`` does."""
        if not self.has(key):
            raise KeyError(f"the {self.language} catalogs lack {key!r}")
        return _translations(self.language).gettext(key)

    def one_of(self, prefix: str, value: str) -> str:
        """The word for ``value`` among the keys ``prefix.*`` or the names told to ``learn``; the
        value itself, isolated, where nobody knows it (a language that came later)."""
        key = f"{prefix}.{value}"
        if self.has(key):
            return self.say(key)
        names = _NAMES.get(prefix)
        return (names(value, self.language) if names else None) or isolate(value)

    def number(self, value: float, *, decimals: int = 0) -> str:
        """12500 → 12,500 or ١٢٬٥٠٠."""
        text = f"{value:,.{decimals}f}"
        return text.translate(_ARABIC) if self.digits == "arabic" else text

    def percent(self, share: float, *, decimals: int = 0) -> str:
        """0.87 → 87%, isolated in Arabic so that the sign stays where it belongs."""
        sign = "٪" if self.digits == "arabic" else "%"
        return self.aside(self.number(share * 100, decimals=decimals) + sign)

    def aside(self, text: str) -> str:
        """A handle, a URL, a time, a name: isolated in Arabic; in English where it is written from
        right to left, or it would draw the numbers behind it to its other side."""
        return isolate(text) if self.rtl or any(map(is_rtl, text)) else text

    def day(self, at: datetime, zone: tzinfo) -> str:
        """22 نوفمبر 2026: the Gregorian date in ``zone``."""
        return self._digits(format_date(at.astimezone(zone), "d MMMM y", locale=self.language))

    def weekday(self, day: date) -> str:
        """السبت 28 نوفمبر: a day of a week that is named already."""
        return self._digits(format_date(day, "EEEE d MMMM", locale=self.language))

    def days(self, first: date, last: date) -> str:
        """22–28 نوفمبر 2026: from one Gregorian date to another, each part said once."""
        end = format_date(last, "d MMMM y", locale=self.language)
        if first == last:
            return self._digits(end)
        if (first.year, first.month) == (last.year, last.month):
            return self._digits(f"{first.day}–{end}")
        shape = "d MMMM" if first.year == last.year else "d MMMM y"
        return self._digits(f"{format_date(first, shape, locale=self.language)} – {end}")

    def span(self, minutes: int) -> str:
        """يوم وساعة: a stretch of time in its two largest units."""
        days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
        named = (("days", days), ("hours", hours), ("minutes", rest))
        at = next((i for i, (_, n) in enumerate(named) if n), 2)
        parts = [self.say(f"span.{unit}", n=n) for unit, n in named[at : at + 2] if n or at == 2]
        if len(parts) == 1:
            return parts[0]
        return self.say("span.and", first=parts[0], second=parts[1])

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """22 نوفمبر 2026، 14:05, in ``zone``."""
        comma = "،" if self.rtl else ","
        return f"{self.day(at, zone)}{comma} {self.clock(at, zone)}"

    def clock(self, at: datetime, zone: tzinfo) -> str:
        """14:05, in ``zone``."""
        return self.aside(self._digits(at.astimezone(zone).strftime("%H:%M")))

    def age(self, at: datetime | None, now: datetime) -> str:
        """قبل 5 دقائق; a time ahead of ``now`` (a clock that is off) reads as just now, None as
        unknown."""
        if at is None:
            return self.say("age.unknown")
        return self.span_ago(now - at)

    def ago(self, seconds: float) -> str:
        """قبل 5 دقائق, from a number of seconds."""
        return self.span_ago(timedelta(seconds=seconds))

    def span_ago(self, span: timedelta) -> str:
        minutes = int(span.total_seconds() // 60)
        if minutes < 1:
            return self.say("age.now")
        if minutes < 60:
            return self.say("age.minutes", n=minutes)
        if minutes < 48 * 60:
            return self.say("age.hours", n=minutes // 60)
        return self.say("age.days", n=minutes // (24 * 60))

    def _digits(self, text: str) -> str:
        return text.translate(_DIGITS) if self.digits == "arabic" else text


Names = Callable[[str, Language], str | None]
_NAMES: dict[str, Names] = {}


def learn(prefix: str, names: Names) -> None:
    """Lets ``one_of(prefix, …)`` ask ``names`` too: what has names of its own (a network's stand in
    its file) lies above this room, so whoever puts the rooms together tells (``listener.cli``)."""
    _NAMES[prefix] = names


@cache
def words(language: Language, digits: Digits = "latin") -> Words:
    return Words(language, digits)
