"""The hour in a written date: 09:30, 9:30:15, 14h30, 2:30 PM, ٩ مساءً, with the offset behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, tzinfo

from listener.dates.zones import offset

BEFORE_NOON = ("am", "a.m.", "a.m", "ص", "صباحا", "فجرا", "ق.ظ.", "ق.ظ")
AFTER_NOON = ("pm", "p.m.", "p.m", "م", "مساء", "مساءا", "ظهرا", "عصرا", "ب.ظ.", "ب.ظ")
_HALF = "|".join(sorted(map(re.escape, BEFORE_NOON + AFTER_NOON), key=len, reverse=True))
_FRONT = "|".join(re.escape(word) for word in (*BEFORE_NOON, *AFTER_NOON) if word != "م")
_BEHIND = rf"(?:\s*(?P<half>{_HALF})(?!\w))?"
_ZONE = (
    r"(?:\s*(?:(?:utc|gmt)\s*)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)(?![\d/.:-])|\s*(?P<z>z)(?!\w))?"
)
_CLOCK = re.compile(
    rf"(?<![\d:.])(?:(?P<front>{_FRONT})\s+)?(?P<hour>\d{{1,2}})[:h](?P<minute>\d{{2}})"
    rf"(?::(?P<second>\d{{2}})(?:\.\d{{1,9}})?)?(?![\d:]){_BEHIND}{_ZONE}"
)
_BARE = re.compile(rf"(?<![\d:./-])(?P<hour>\d{{1,2}})\s*(?P<half>{_HALF})(?!\w){_ZONE}")


@dataclass(frozen=True, slots=True)
class Hour:
    """``zone``: as an offset behind the time says it. ``half_said``: am or pm was written."""

    time: time
    zone: tzinfo | None
    half_said: bool
    rest: str


def hour_in(text: str) -> Hour | None:
    """The time in plain ``text`` and what else stands there. None where there is none. Raises
    ValueError where there is one that no clock shows, or two."""
    found = _CLOCK.search(text) or _BARE.search(text)
    if found is None:
        return None
    given = found.groupdict()
    half = given["half"] or given.get("front")
    hour = _on_24(int(given["hour"]), half)
    second = min(int(given.get("second") or 0), 59)  # a leap second
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if _CLOCK.search(rest):
        raise ValueError("two times")
    written = "+0" if given["z"] else given["offset"]
    zone = offset(written) if written else None
    if written and zone is None:
        raise ValueError("no such offset")
    return Hour(time(hour, int(given.get("minute") or 0), second), zone, half is not None, rest)


def _on_24(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    after = half in AFTER_NOON
    if hour > 12 and after:  # "14:30 PM" has one meaning only
        return hour
    if not 1 <= hour <= 12 and (after or hour):
        raise ValueError("no hour of twelve")
    return hour % 12 + (12 if after else 0)
