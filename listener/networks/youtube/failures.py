"""What YouTube's refusals mean.

Form and reasons: https://developers.google.com/youtube/v3/docs/errors (``error.errors[].reason``,
newer ones ``error.details[].reason``, https://cloud.google.com/apis/design/errors). The day's
quota, 10,000 units, is told as 403 ``quotaExceeded`` or ``dailyLimitExceeded``, that of searches
alone as 429 with "per day" in its words; both begin anew at midnight Pacific time
(https://developers.google.com/youtube/v3/determine_quota_cost).
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.base import Refused, Trouble, Wait

PACIFIC: Final = "America/Los_Angeles"
_TAG = re.compile(r"<[^<>]*>?")
_DAY = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_RATE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "authError"})
_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_BOUND = re.compile(r"ipRefererBlocked|API_KEY_\w+_BLOCKED")
_GONE = frozenset(
    f"{what}NotFound" for what in ("video", "channel", "playlist", "comment", "commentThread")
)
_PAGE = frozenset({"invalidPageToken", "INVALID_PAGE_TOKEN"})
_UNKNOWN_COMMENTS = "commentNotFound"


def trouble(response: httpx.Response, now: datetime | None = None) -> Trouble | None:
    """As ``failures.trouble``, with YouTube's reasons. ``now``: aware UTC, for the time until the
    quota begins anew where the answer has no ``Date``."""
    if response.status_code < 400:
        return None if response.status_code < 300 else failures.trouble(response, now)
    told, words = _reasons(response), _words(response)
    why = f"HTTP {response.status_code}: {words or ', '.join(sorted(told))}"[:250]
    if told & _DAY or (response.status_code == 429 and "per day" in words):
        return _day_is_spent(response, why, now)
    if told & _RATE:
        return Wait(failures.wait_seconds(response, now), why)
    if told & _KEY:
        return Refused(f"{why}; check the key of this network", "sign-in", "host")
    if told & _OFF:
        hint = "enable YouTube Data API v3 in the key's project at console.cloud.google.com"
        return Refused(f"{why}; {hint}", "not allowed", "host")
    if any(_BOUND.fullmatch(reason) for reason in told):
        hint = "the key is restricted to other addresses or APIs"
        return Refused(f"{why}; {hint}", "not allowed", "host")
    if "commentsDisabled" in told:
        return Refused(f"HTTP {response.status_code}: comments are turned off there", "gone")
    if _UNKNOWN_COMMENTS in told and (ids := _asked(response)):
        # Of many ids it does not say which: they are asked for in halves, one alone is gone.
        return Refused(why, "query") if len(ids) > 1 else None
    if told & _GONE:
        return Refused(why, "gone")
    if told & _PAGE:
        return Refused(why, "page token")
    if "processingFailure" in told:
        return Wait(None, why, "read")
    return failures.trouble(response, now)


def until_midnight(moment: datetime) -> float:
    """Seconds from ``moment`` (aware) until the quota begins anew."""
    local = moment.astimezone(ZoneInfo(PACIFIC))
    end = datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo)
    return end.timestamp() - moment.timestamp()


def _day_is_spent(response: httpx.Response, why: str, now: datetime | None) -> Wait:
    clock = f.seen_at(response) or now
    seconds = until_midnight(clock) if clock else None
    # Searches have an allowance of their own: what is left of the units still reads comments.
    searched = "Search Queries" in why or _path(response).endswith("/search")
    return Wait(seconds, f"{why}; the day's quota is spent", "read" if searched else "host")


def _reasons(response: httpx.Response) -> set[str]:
    error = _error(response)
    listed = (*f.items(error.get("errors")), *f.items(error.get("details")))
    return set(filter(None, (f.text(f.obj(item).get("reason")) for item in listed)))


def _words(response: httpx.Response) -> str:
    """The network's own text: a line without its links."""
    return " ".join(_TAG.sub("", f.text(_error(response).get("message")) or "").split())


def _error(response: httpx.Response) -> dict[str, object]:
    try:
        return dict(f.obj(f.obj(response.json()).get("error")))
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return {}


def _path(response: httpx.Response) -> str:
    request = getattr(response, "_request", None)  # ``request`` raises where there is none
    return request.url.path if isinstance(request, httpx.Request) else ""


def _asked(response: httpx.Response) -> list[str]:
    """The ids that comments were asked for by."""
    request = getattr(response, "_request", None)
    if not isinstance(request, httpx.Request):
        return []
    return [one for one in str(request.url.params.get("id", "")).split(",") if one]
