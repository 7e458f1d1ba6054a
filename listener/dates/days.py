"""The day in a written date, once its time, zone and weekday are taken out of it."""

from __future__ import annotations

import re
from datetime import date, datetime

from listener.dates.names import months, one_of

_FILLER = re.compile(
    r"(?<![^\W\d_])(?:يوم|في|الساعه|ساعه|عند|بتاريخ|تاريخ|سنه|عام|ميلادي|ميلاديه|st|nd|rd|th|er|of|at|"
    r"on|the|de|le|du)(?![^\W\d_])"
)
_TWICE = re.compile(r"M(?:[\s/-]*M)+")
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2}|M)\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})[\s./-]*M[\s./-]*(\d{4}|\d{2})")
_NAME_DAY_YEAR = re.compile(r"M[\s./-]*(\d{1,2})[\s./-]+(\d{4})")
_ORDINAL = re.compile(r"\d{4}-\d{3}")


def day_in(text: str, *, weekday: int | None, month_first: bool) -> date | None:
    """None where ``text`` (plain) holds anything that is no part of one day. ``month_first``: how
    numbers such as 05/11/2026 are meant, unless only the other way falls on ``weekday``."""
    named = {months()[_name(found[0])] for found in one_of("month").finditer(text)}
    if len(named) > 1:
        return None
    text = _TWICE.sub("M", one_of("month").sub("M", text))
    text = " ".join(_FILLER.sub(" ", text).split()).strip(" -/.:")
    text = re.sub(r"\s*([-/])\s*", r"\1", text)
    try:
        if named:
            return _with_name(text, named.pop())
        return _of_numbers(text, weekday, month_first)
    except ValueError:  # the 31st of November
        return None


def _name(found: str) -> str:
    spaced = " ".join(found.split())
    return spaced if spaced in months() else spaced.rstrip(".")


def _with_name(text: str, month: int) -> date | None:
    if found := _DAY_NAME_YEAR.fullmatch(text):
        return date(_year(found[2]), month, int(found[1]))
    if found := _NAME_DAY_YEAR.fullmatch(text):
        return date(int(found[2]), month, int(found[1]))
    found = re.fullmatch(r"(\d{4})[\s./-]*M[\s./-]*(\d{1,2})", text)
    return date(int(found[1]), month, int(found[2])) if found else None


def _of_numbers(text: str, weekday: int | None, month_first: bool) -> date | None:
    if _ORDINAL.fullmatch(text):
        return datetime.strptime(text, "%Y-%j").date()  # noqa: DTZ007
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    found = _YEAR_LAST.fullmatch(text)
    if found is None or (len(found[4]) == 2 and found[2] in "- "):
        return None  # 26-11-05 may begin with its year
    year, first, second = _year(found[4]), int(found[1]), int(found[3])
    ways = [_date(year, second, first), _date(year, first, second)]
    meant, other = reversed(ways) if month_first else ways
    if weekday is not None and other and other.weekday() == weekday:
        return meant if meant and meant.weekday() == weekday else other
    return meant


def order_of(text: str) -> str | None:
    """``day`` or ``month`` where the numbers of plain ``text`` can be meant one way only."""
    found = re.search(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", text)
    first, second = (int(found[1]), int(found[3])) if found else (0, 0)
    if 12 < first <= 31 and 1 <= second <= 12:
        return "day"
    return "month" if 12 < second <= 31 and 1 <= first <= 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(written: str) -> int:
    """Two digits as POSIX and RFC 2822 read them: 69 to 99 are of the last century."""
    year = int(written)
    return year if len(written) == 4 else year + (1900 if year > 68 else 2000)
