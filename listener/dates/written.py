"""A written time as a moment. Day first, as the Arab world writes: 05/11/2026 is 5 November.

Nothing is filled in from today and no order is tried until one fits, as dateutil and dateparser do:
a part that is not understood, a Hijri date, a day without its year make the whole of it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from listener.dates.days import day_in, order_of
from listener.dates.hours import hour_in
from listener.dates.names import one_of, plain, weekdays
from listener.dates.zones import named_zone

LONGEST = 120
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_UNITS = {9: 1.0, 10: 1.0, 12: 1e3, 13: 1e3, 15: 1e6, 16: 1e6, 19: 1e9}
_ISO = re.compile(r"\d{4}-?(?:\d\d-?\d\d|w\d\d-?\d)(?:[t ]\d\d.*)?")
_ASIDE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_GREGORIAN = re.compile(r"(?<=\d{4})\s?م(?!\w)")
_HIJRI_BESIDE = "الموافق"


def time_written(
    value: object, *, zone: tzinfo, arab: bool = False, month_first: bool = False
) -> datetime | None:
    """``value`` (text, or a number since 1970 in seconds or finer) as aware UTC, from 1990.

    None where it is not understood as a whole. zone: of a time that names none; a day alone is its
    first minute there. arab: AST is Arabia's. How far ahead it may lie is the store's to say.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(f"{value:.6f}" if isinstance(value, float) else str(value))
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = plain(value.replace(" à ", " "))  # French "at"; a lone A is a zone of RFC 822
    try:
        moment = _since_1970(text) if _NUMBER.fullmatch(text) else None
        return moment or _bounded(_moment(text, zone, arab, month_first))
    except (ValueError, OverflowError):
        return None


def month_first(written: Iterable[str | None]) -> bool:
    """Whether a source writes the month first: some of its dates can mean nothing else, and none
    can only be day first."""
    orders = {order_of(plain(text[:LONGEST])) for text in written if text}
    return "month" in orders and "day" not in orders


def says_its_zone(value: str) -> tzinfo | None:
    """The zone that a written time names, None where it names none."""
    text = plain(value[:LONGEST])
    try:
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text.upper()).tzinfo
        hour = hour_in(text)
    except ValueError:
        return None
    return (hour.zone or named_zone(hour.rest, arab=True)[0]) if hour else None


def _moment(text: str, zone: tzinfo, arab: bool, month_first: bool) -> datetime | None:
    if len(text) in _COMPACT and text.isdigit():
        form = _COMPACT[len(text)]
        return datetime.strptime(text, form).replace(tzinfo=zone)
    if _ISO.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text.upper())
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        except ValueError:
            pass  # "2026-11-22 9:30", as spreadsheets shorten it
    if _HIJRI_BESIDE in text:
        halves = (_moment(half, zone, arab, month_first) for half in text.split(_HIJRI_BESIDE))
        read = [half for half in halves if half and half >= EARLIEST]
        return read[0] if len(read) == 1 else None
    return _parts(re.sub(r"(?<=\d)t(?=\d)", " ", text), zone, arab, month_first)


def _parts(text: str, zone: tzinfo, arab: bool, month_first: bool) -> datetime | None:
    text, aside = _aside(text)
    hour = hour_in(text)
    rest, told = (hour.rest, hour.zone) if hour else (text, None)
    if hour and not hour.half_said and re.search(r"\d\s+م(?!\w)", rest):
        return None  # of the Gregorian era, or after noon?
    rest = _GREGORIAN.sub(" ", rest)
    found = one_of("weekday").search(rest)
    weekday = weekdays().get(" ".join(found[0].split()).rstrip(".")) if found else None
    if hour:
        named, rest = named_zone(_without_names(rest), arab=arab)
        told = told or named
        if aside and told is None:
            told, left = named_zone(aside, arab=arab)
            if told is None or left.strip():
                return None
    elif aside:
        return None
    day = day_in(_without_names(rest), weekday=weekday, month_first=month_first)
    if day is None:
        return None
    return datetime.combine(day, hour.time if hour else time(), told or zone)


def _without_names(text: str) -> str:
    return one_of("weekday").sub(" ", text)


def _aside(text: str) -> tuple[str, str]:
    """What stands in brackets is a second name of the month, and stays, or of the zone."""
    aside = [found[1] for found in _ASIDE.finditer(text)]
    if any(one_of("month").search(words) for words in aside):
        return re.sub(r"[()\[\]]", " ", text), ""
    return _ASIDE.sub(" ", text), " ".join(aside)


def _since_1970(text: str) -> datetime | None:
    whole, _, part = text.partition(".")
    if not part and len(whole) in _COMPACT and _is_day(whole[:8]):
        return None
    unit = _UNITS.get(len(whole))
    if unit is None or not whole.isdigit():
        return None
    seconds = float(text) / unit
    return _bounded(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= EARLIEST.year
    except ValueError:
        return False


def _bounded(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return moment if moment >= EARLIEST else None
