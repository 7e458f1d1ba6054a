"""``budget`` of a network's section: how much of what may be taken a day or a month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_WRITTEN = re.compile(r"\s*(\d{1,12}(?:\.\d{1,4})?)\s*([A-Z]{3}|[a-z]+)\s*")
PERIODS: Mapping[str, Literal["day", "month"]] = {"per_day": "day", "per_month": "month"}
"""Its keys, and the period that each is of."""


@dataclass(frozen=True, slots=True)
class Cap:
    """``amount`` of ``unit`` ("USD", "units", "requests", "items"; a network's own) in every
    calendar day or month of the zone that the network counts in."""

    amount: float
    unit: str
    per: Literal["day", "month"]


def cap(key: str, text: str) -> Cap:
    """Of ``per_month = "50 USD"``. Raises ValueError where it is not of that form, KeyError for
    another key."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a number and what is counted")
    return Cap(float(found[1]), found[2], PERIODS[key])


def caps(written: Mapping[str, str] | None) -> tuple[Cap, ...]:
    """All that can be read of a section's ``budget``."""
    found = []
    for key, text in (written or {}).items():
        try:
            found.append(cap(key, text))
        except (ValueError, KeyError):  # told by its own finding
            continue
    return tuple(found)
