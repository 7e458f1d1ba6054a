"""How much of a limit is used up, where a network tells that in percent: Meta's usage headers.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting: ``X-App-Usage`` and
``X-Page-Usage`` are an object of ``call_count``, ``total_time`` and ``total_cputime``, in percent
of a rolling hour or day; ``X-Business-Use-Case-Usage`` has lists of such objects by account, with
``estimated_time_to_regain_access`` in minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import httpx

from listener.networks.fields import items, obj

SLOWLY = 80.0
"""Percent from which on the network is asked less often."""
_FIRST, _A_PERCENT, _FULL = 30.0, 30.0, 900.0  # seconds of rest
_LONGEST = 24 * 3600.0


def rest(response: httpx.Response) -> float | None:
    """Seconds to rest after ``response``: None below ``SLOWLY``, from there on the longer the more
    is used; where all is used, as long as the network says."""
    most = max((_percent(told) for told in _told(response)), default=0.0)
    back = regained(response)
    if back is not None:
        return back
    if most < SLOWLY:
        return None
    return _FULL if most >= 100 else _FIRST + (most - SLOWLY) * _A_PERCENT


def regained(response: httpx.Response) -> float | None:
    """Seconds until the network answers again, by its own word; None where it gives none."""
    minutes = [told.get("estimated_time_to_regain_access") for told in _told(response)]
    known = [m for m in map(_number, minutes) if m > 0]
    return min(max(known) * 60, _LONGEST) if known else None


def _told(response: httpx.Response) -> Iterator[Mapping[str, object]]:
    for name in ("x-app-usage", "x-page-usage"):
        if name in response.headers:
            yield _object(response.headers[name])
    for by_account in _object(response.headers.get("x-business-use-case-usage", "")).values():
        yield from map(obj, items(by_account))


def _percent(told: Mapping[str, object]) -> float:
    return max(_number(told.get(key)) for key in ("call_count", "total_time", "total_cputime"))


def _number(value: object) -> float:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 <= value < 1e9 else 0.0  # type: ignore[arg-type,operator]


def _object(text: str) -> Mapping[str, object]:
    try:
        return obj(json.loads(text))
    except (ValueError, RecursionError):
        return {}
