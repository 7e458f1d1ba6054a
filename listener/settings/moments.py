"""Clock times, days, day ranges and the moments of summaries, as users write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Strict
from pydantic_core import PydanticCustomError

from listener.settings.values import duration

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of ``date.weekday()``."""


def weekday(text: str) -> int | None:
    """``sun`` or ``Sunday`` to 6, as ``date.weekday()`` counts; None when it is no day."""
    word = text.strip().lower()
    fits = [i for i, day in enumerate(WEEKDAYS) if word and day.startswith(word)]
    return fits[0] if len(word) >= 3 and fits else None


def day_range(text: str) -> tuple[int, ...]:
    """``sunday-thursday`` to (6, 0, 1, 2, 3); ``friday`` to (4,). Raises ValueError."""
    ends = [weekday(part) for part in text.split("-")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or first is None or last is None:
        raise PydanticCustomError("day_range", "a day or a range of days is needed")
    return tuple((first + i) % 7 for i in range((last - first) % 7 + 1))


def clock(value: Any) -> time:
    """``09:00`` (or TOML's own 09:00:00) to a time of day. Raises ValueError."""
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    parts = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", value) if isinstance(value, str) else None
    if parts and int(parts[1]) < 24 and int(parts[2]) < 60:
        return time(int(parts[1]), int(parts[2]))
    raise PydanticCustomError("clock", 'a time of day such as "09:00" is needed')


def span(text: str) -> tuple[time, time]:
    """``09:00-17:00`` to its two ends; the end may be ``24:00`` (given as 23:59:59.999999).

    Where the end is not after the start the span runs past midnight: ``20:00-02:00``.
    Raises ValueError.
    """
    parts = re.split(r"\s*[-–]\s*", text.strip()) if isinstance(text, str) else []
    try:
        if len(parts) == 2:
            end = time.max if parts[1] == "24:00" else clock(parts[1])
            if clock(parts[0]) != end:
                return clock(parts[0]), end
    except PydanticCustomError:
        pass
    raise PydanticCustomError("span", 'hours such as "09:00-17:00" are needed')


def day(value: Any) -> date:
    """``2027-02-22``, quoted or as TOML's own date. Raises ValueError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", value):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise PydanticCustomError("day", 'a date such as "2027-02-22" is needed')


def week_moment(text: str) -> tuple[int, time]:
    """``sun 09:00`` to (6, 09:00): weekday as ``date.weekday()``. Raises ValueError."""
    name, _, at = text.strip().partition(" ")
    number = weekday(name)
    try:
        if number is not None:
            return number, clock(at)
    except PydanticCustomError:
        pass
    raise PydanticCustomError("week_moment", 'a weekday and a time such as "sun 09:00" is needed')


def month_moment(text: str) -> tuple[int, time]:
    """``1st 09:00`` to (1, 09:00); days 1 to 28, which every month has. Raises ValueError."""
    parts = re.fullmatch(r"\s*(\d{1,2})(?:st|nd|rd|th)?\s+(\S+)\s*", text)
    try:
        if parts and 1 <= int(parts[1]) <= 28:
            return int(parts[1]), clock(parts[2])
    except PydanticCustomError:
        pass
    raise PydanticCustomError("month_moment", 'a day and a time such as "1st 09:00" is needed')


def _checked(parse: Any) -> AfterValidator:
    """Keeps the text as it was written, once ``parse`` has accepted it."""

    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


def _positive(value: Any) -> timedelta:
    length = duration(value)
    if length <= timedelta(0):
        raise PydanticCustomError("duration_zero", "a duration longer than 0 is needed")
    return length


def _listed_or_plain(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise PydanticCustomError("match_value", 'a text, a list of texts, true/false or ">=N"')


YesNo = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Positive = Annotated[timedelta, BeforeValidator(_positive)]
Clock = Annotated[time, BeforeValidator(clock)]
Day = Annotated[date, BeforeValidator(day)]
DayRange = Annotated[str, _checked(day_range)]
Span = Annotated[str, _checked(span)]
WeekMoment = Annotated[str, _checked(week_moment)]
MonthMoment = Annotated[str, _checked(month_moment)]
Condition = Annotated[bool | str | tuple[str, ...], BeforeValidator(_listed_or_plain)]
