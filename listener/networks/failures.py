"""What an answer or an exception means: wait, refused, broken, or nothing wrong.

    429, 503, 5xx, 408, timeouts, dropped connections → Wait (the network's own word, or backoff)
    401 → Refused sign-in · 403, 451 → Refused not allowed · 404, 410 → Refused gone
    400 and other 4xx → Refused query, or page token when the answer complains about the page
    3xx that was not followed, an answer that is no HTTP → Broken

429, 503 and a limit that is used up hold every read of the host; 401 every read of the host with
that credential; everything else (a page that is too slow, one address that is gone) its own read.
A network that knows better says so in ``scope``.

Rate limits come in four shapes (RFC 9110 10.2.3 for Retry-After; the networks' own documents for
the rest): seconds or an HTTP date in ``Retry-After``; a reset header with epoch seconds (X, GitHub,
Bluesky), with seconds from now (Reddit) or with an ISO time (Mastodon). The header's value tells
which one it is, so one function reads all.
"""

from __future__ import annotations

import re
from datetime import datetime

import httpx

from listener.networks import usage
from listener.networks.base import Broken, Refused, Scope, Trouble, Wait
from listener.networks.fields import epoch_time, http_date, iso_time, obj, seen_at, text

MAX_WAIT = 24 * 3600.0
"""Seconds. No answer may suspend a source for longer: a typo upstream must not end a watch."""

_RESETS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_RETRIABLE = frozenset({408, 425, 429})
_OF_HOST = frozenset({429, 503})
_TOKEN = re.compile(r"token|unauthori[sz]ed|not authenticated", re.IGNORECASE)
_PAGE = re.compile(r"cursor|page_?token|pagination|max_id|min_id", re.IGNORECASE)


def trouble(response: httpx.Response, now: datetime | None = None) -> Trouble | None:
    """What is wrong with ``response``, or None for a 2xx or 304.

    now: aware UTC. The answer's own ``Date`` is preferred, because a reset time is on the
    server's clock; without either an absolute reset time becomes ``Wait(None)``: back off.
    """
    status = response.status_code
    if 200 <= status < 300 or status == 304:
        return None
    if status in _RETRIABLE or status >= 500:
        scope: Scope = "host" if status in _OF_HOST or _spent(response) else "read"
        return Wait(wait_seconds(response, now), f"HTTP {status}{_reason(response)}", scope)
    if status < 400:
        where = response.headers.get("location", "elsewhere")[:200]
        return Broken(f"HTTP {status}: moved to {where}; put the new address into the settings")
    limited = wait_seconds(response, now) if _spent(response) else None
    if status == 403 and limited is not None:  # GitHub's secondary limit is a 403
        return Wait(limited, f"HTTP 403{_reason(response)}")
    return _refused(status, _reason(response))


def _refused(status: int, reason: str) -> Refused:
    if status == 401 or (status == 400 and _TOKEN.search(reason) and not _PAGE.search(reason)):
        return Refused(f"HTTP {status}{reason}; check the token of this network", "sign-in", "host")
    if status in (402, 403, 451):
        return Refused(
            f"HTTP {status}{reason}; the account or token may not read this", "not allowed"
        )
    if status in (404, 410):
        return Refused(f"HTTP {status}{reason}; check the address or name", "gone")
    if status in (400, 422) and _PAGE.search(reason):
        return Refused(f"HTTP {status}{reason}", "page token")
    return Refused(f"HTTP {status}{reason}", "query")


def of_exception(error: Exception) -> Trouble:
    """What a failed request means. For the exceptions of httpx; anything else is ``Broken``."""
    reason = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, httpx.TimeoutException):
        return Wait(None, f"no answer in time ({type(error).__name__})", "read")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Refused(f"{reason}; check api_url", "query")
    if isinstance(error, httpx.TooManyRedirects | httpx.DecodingError):
        return Broken(reason)
    if isinstance(error, httpx.TransportError):
        hint = (
            "; behind a proxy with its own CA set SSL_CERT_FILE" if "CERTIFICATE" in reason else ""
        )
        return Wait(None, reason + hint, "read")
    return Broken(reason)


def wait_seconds(response: httpx.Response, now: datetime | None = None) -> float | None:
    """Seconds the answer asks to wait, 0 to ``MAX_WAIT``; None where it does not say."""
    clock = seen_at(response) or now
    retry = response.headers.get("retry-after")
    if retry is not None:
        seconds = _number(retry)
        if seconds is None:
            seconds = _until(http_date(retry), clock)
        if seconds is not None:
            return _bounded(seconds)
    reset = next((response.headers[name] for name in _RESETS if name in response.headers), None)
    if reset is None:
        return None
    number = _number(reset)
    if number is None:
        seconds = _until(iso_time(reset), clock)
    elif number > 1e9:  # epoch seconds, or milliseconds
        seconds = _until(epoch_time(number / 1000 if number > 1e11 else number), clock)
    else:
        seconds = number
    return None if seconds is None else _bounded(seconds)


def pause(response: httpx.Response, now: datetime | None = None) -> float | None:
    """Seconds to rest after a *successful* answer that used up the limit, or (where that is told in
    percent) most of it; None otherwise."""
    return wait_seconds(response, now) if _spent(response) else usage.rest(response)


def _spent(response: httpx.Response) -> bool:
    if "retry-after" in response.headers:
        return True
    left = next((_number(response.headers[n]) for n in _REMAINING if n in response.headers), None)
    return left is not None and left < 1


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # also drops nan and inf


def _until(moment: datetime | None, now: datetime | None) -> float | None:
    return None if moment is None or now is None else (moment - now).total_seconds()


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_WAIT)


def _reason(response: httpx.Response) -> str:
    """The network's own error text for the log: ": …", at most 200 characters, one line."""
    try:
        body = obj(response.json())
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return ""
    inner = obj(body.get("error"))
    parts = [
        body.get("error"),
        inner.get("message"),
        body.get("message"),
        body.get("error_description"),
        body.get("title"),
        body.get("detail"),
    ]
    texts = dict.fromkeys(part for part in map(text, parts) if part)
    return ": " + " ".join(" ".join(texts).split())[:200] if texts else ""
