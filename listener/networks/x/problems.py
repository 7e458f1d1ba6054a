"""What X's errors mean. They tell themselves apart by the last part of their ``type``.

https://docs.x.com/x-api/fundamentals/response-codes-and-errors. A 200 may hold ``errors`` beside
``data`` (a post that was quoted is gone): no trouble. 429 is a rate limit, told by its reset
header, or a cap on what is used: then no header says when, and somebody may raise it at any time.
A ``since_id`` from before the seven days of recent search is refused for good: it is as an old page
token, which the runner does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.base import Refused, Trouble, Wait

CAPPED = 3600.0
"""Seconds until a cap is asked about again."""
_PAGES = ("next_token", "pagination_token")
_NO_PLACE = frozenset({"resource-not-found", "not-authorized-for-resource"})


def problem(error: Mapping[str, object]) -> str:
    """The kind of an error: the end of its ``type``, empty where it has none."""
    return (f.text(error.get("type")) or "").rstrip("/").rpartition("/problems/")[2]


def is_gone(error: Mapping[str, object]) -> bool:
    """Whether it says that a post is deleted, protected, or its author suspended."""
    return problem(error) in _NO_PLACE


def resource(error: Mapping[str, object]) -> str | None:
    """The id of what it is about."""
    return f.ident(error.get("resource_id")) or f.ident(error.get("value"))


def trouble(response: httpx.Response, now: datetime | None = None) -> Trouble | None:
    """``now``: aware UTC, as of ``failures.trouble``, which says the rest."""
    status, body = response.status_code, _body(response)
    errors = [f.obj(error) for error in f.items(body.get("errors"))]
    if status == 200:
        return _no_account(body, errors)
    kind = problem(body) or (problem(errors[0]) if errors else "")
    if status == 429 and kind == "usage-capped":
        return Wait(_until_reset(body, now), f"HTTP 429: {_said(body, errors)}; {_RAISE}")
    if status in (402, 403) and kind in ("usage-capped", "credits"):
        return Wait(CAPPED, f"HTTP {status}: {_said(body, errors)}; {_RAISE}")
    if status == 403 and kind == "client-forbidden":
        return Refused(f"HTTP 403: {_said(body, errors)}; {_ENROL}", "not allowed")
    if status == 400 and errors:
        wrong = {name for error in errors for name in f.obj(error.get("parameters"))}
        stale = "since_id" in wrong and "created after" in _said(body, errors)
        if stale or not wrong.isdisjoint(_PAGES):
            return Refused(f"HTTP 400: {_said(body, errors)}", "page token")
        return Refused(f"HTTP 400: {_said(body, errors)}", "query")
    return failures.trouble(response, now)


_RAISE = "buy credits or raise the spending limit in X's developer console"
_ENROL = "attach the app to a project, or get the access that this needs"


def _no_account(body: Mapping[str, object], errors: list[Mapping[str, object]]) -> Refused | None:
    """A lookup of an account that is not there is answered by 200 and errors alone."""
    if "data" in body or "meta" in body or not errors:
        return None
    if f.text(errors[0].get("resource_type")) != "user" or not is_gone(errors[0]):
        return None
    return Refused(f"HTTP 200: {_said(body, errors)}; check the account's name or id", "gone")


def _until_reset(body: Mapping[str, object], now: datetime | None) -> float:
    if f.text(body.get("period")) != "Daily" or now is None:
        return CAPPED
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max((tomorrow - now).total_seconds(), 1.0)


def _said(body: Mapping[str, object], errors: list[Mapping[str, object]]) -> str:
    """X's own words, at most 200 characters, one line: an error's before the answer's."""
    first = errors[0] if errors else {}
    told = (first.get("message"), first.get("detail"), body.get("title"), body.get("detail"))
    words = dict.fromkeys(said for said in map(f.text, told) if said)
    return " ".join(" ".join(words).split())[:200] or "no reason given"


def _body(response: httpx.Response) -> Mapping[str, object]:
    try:
        return f.obj(response.json())
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return {}
