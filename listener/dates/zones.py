"""Zones as they are written behind a time: offsets, RFC 822's and others' letters, places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

HOURS: Mapping[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "sast": 2, "cat": 2, "eat": 3, "msk": 3, "trt": 3, "ksa": 3, "irst": 3.5,
    "pkt": 5, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""RFC 822 5.1 (the American ones), and those that mean one thing wherever we read. IST, of three
countries, is in none."""
ARAB: Mapping[str, float] = {"ast": 3, "gst": 4}
"""Arabia, the Gulf; elsewhere AST is the Atlantic's."""
ATLANTIC = -4.0
PLACES: Mapping[str, str] = {
    "مكه": "Asia/Riyadh", "مكه المكرمه": "Asia/Riyadh", "السعوديه": "Asia/Riyadh",
    "الرياض": "Asia/Riyadh", "الكويت": "Asia/Kuwait", "قطر": "Asia/Qatar", "الدوحه": "Asia/Qatar",
    "البحرين": "Asia/Bahrain", "بغداد": "Asia/Baghdad", "العراق": "Asia/Baghdad",
    "الامارات": "Asia/Dubai", "دبي": "Asia/Dubai", "ابوظبي": "Asia/Dubai", "ابو ظبي": "Asia/Dubai",
    "مسقط": "Asia/Muscat", "سلطنه عمان": "Asia/Muscat", "القاهره": "Africa/Cairo",
    "مصر": "Africa/Cairo", "بيروت": "Asia/Beirut", "لبنان": "Asia/Beirut", "دمشق": "Asia/Damascus",
    "القدس": "Asia/Hebron", "فلسطين": "Asia/Hebron", "غزه": "Asia/Gaza",
    "الاردن": "Asia/Amman", "صنعاء": "Asia/Aden", "الخرطوم": "Africa/Khartoum",
    "طرابلس": "Africa/Tripoli", "ليبيا": "Africa/Tripoli", "تونس": "Africa/Tunis",
    "الجزائر": "Africa/Algiers", "المغرب": "Africa/Casablanca", "الرباط": "Africa/Casablanca",
    "غرينتش": "UTC", "جرينتش": "UTC", "غرينيتش": "UTC", "جرينيتش": "UTC",
}  # fmt: skip
_PLACES = re.compile(
    r"(?:ب?(?:حسب )?توقيت|بتوقيت)\s+(?:مدينه\s+)?("
    + "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True))
    + r")(?!\w)"
)
_IANA = re.compile(r"(?<!\w)[a-z]+(?:/[a-z_]+){1,2}(?!\w)")
_LETTERS = re.compile(r"(?<![^\W_])([a-z]{1,4})(?![^\W_])")
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?")


def offset(written: str) -> tzinfo | None:
    """``+0300``, ``+03:00``, ``+3``."""
    found = _OFFSET.fullmatch(written)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(span if found[1] == "+" else -span)


def named_zone(text: str, *, arab: bool) -> tuple[tzinfo | None, str]:
    """The zone that plain ``text`` names, and the text without it. ``arab``: the source writes
    Arabic or stands in Arabia."""
    place = _PLACES.search(text)
    if place:
        return ZoneInfo(PLACES[place[1]]), _without(text, place)
    iana = _IANA.search(text)
    if iana and (key := _keys().get(iana[0])):
        return ZoneInfo(key), _without(text, iana)
    for found in _LETTERS.finditer(text):
        hours = _hours(found[1], arab)
        if hours is not None:
            return timezone(timedelta(hours=hours)), _without(text, found)
    return None, text


def _hours(letters: str, arab: bool) -> float | None:
    if letters in ARAB:
        return ARAB[letters] if arab else ATLANTIC if letters == "ast" else None
    if len(letters) == 1 and letters != "j":
        return 0  # RFC 2822 4.3: the military letters were written wrongly too often to mean more
    return HOURS.get(letters)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


@cache
def _keys() -> Mapping[str, str]:
    return {key.casefold(): key for key in available_timezones()} | {"utc": "UTC"}
