"""What an error of a Google API means (https://cloud.google.com/apis/design/errors: an object
``error`` with ``code``, ``status``, ``message``, ``details``; older APIs: ``errors[].reason``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.base import Refused, Trouble, Wait

_LIMITS = frozenset(
    {
        "RATE_LIMIT_EXCEEDED",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
    }
)


def google_trouble(response: httpx.Response, now: datetime | None) -> Trouble | None:
    """As ``failures.trouble``. A limit may be a 403. A project to which Google has not given access
    yet has a quota of 0, and its 429 says so: that is no limit, waiting does not help."""
    if response.status_code not in (403, 429):
        return failures.trouble(response, now)
    error = _error(response)
    message = " ".join((f.text(error.get("message")) or "").split())[:200]
    why = f"HTTP {response.status_code}: {message}"
    details = [f.obj(detail) for detail in f.items(error.get("details"))]
    if any(f.obj(d.get("metadata")).get("quota_limit_value") in ("0", 0) for d in details):
        return Refused(f"{why}; Google has not given this project access yet", "not allowed")
    if response.status_code == 403 and _LIMITS & set(_reasons(error)):
        return Wait(failures.wait_seconds(response, now), why)
    return failures.trouble(response, now)


def _error(response: httpx.Response) -> Mapping[str, object]:
    try:
        return f.obj(f.obj(response.json()).get("error"))
    except (ValueError, RecursionError):
        return {}


def _reasons(error: Mapping[str, object]) -> Iterator[str]:
    for entry in (*f.items(error.get("errors")), *f.items(error.get("details"))):
        if reason := f.text(f.obj(entry).get("reason")):
            yield reason
