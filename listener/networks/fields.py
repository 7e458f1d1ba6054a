"""Reading fields that somebody else filled in: never raises, unknown is None.

Shared by the networks. A value of the wrong type, a count that no database integer can hold, a
time in the year 99999 are all "unknown". Text loses what no store can keep: NUL (PostgreSQL
refuses it) and lone surrogates (no encoding accepts them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from listener.networks.base import BadPage

MAX_ID = 1000  # characters; the longest real ids are URLs
MAX_COUNT = 2**63 - 1
_UNSTORABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=1)


def text(value: object) -> str | None:
    """The storable text, or None where it is no text or empty."""
    if not isinstance(value, str):
        return None
    if not value.isprintable():  # neither NUL nor a surrogate is
        value = value.translate(_UNSTORABLE)
    return value.strip() or None


def ident(value: object) -> str | None:
    """An id as a string: text or a whole number of at most ``MAX_ID`` characters."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_COUNT:
        return str(value)
    written = text(value)
    return written if written and len(written) <= MAX_ID else None


def count(value: object) -> int | None:
    """A count: a whole number from 0 to 2^63-1. Missing, hidden or wrong is None, never 0."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_COUNT else None


def obj(value: object) -> Mapping[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def texts(values: object, key: str) -> tuple[str, ...]:
    """The texts under ``key`` in a list of objects, each once, in order."""
    listed = (text(obj(item).get(key)) for item in items(values))
    return tuple(dict.fromkeys(value for value in listed if value))


def iso_time(value: object) -> datetime | None:
    """An ISO 8601 time as aware UTC; a time without a zone is taken as UTC. From 1990; how far
    ahead it may lie is the store's to say (``listener.store.times``)."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return _sane(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return None


def epoch_time(value: object) -> datetime | None:
    """Seconds since 1970 as aware UTC, from 1990."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return _sane(datetime.fromtimestamp(value, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _sane(moment: datetime) -> datetime | None:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return moment.astimezone(UTC) if moment >= _EARLIEST else None


def http_date(value: str | None) -> datetime | None:
    """An HTTP date ("Sun, 22 Nov 2026 19:34:09 GMT") as aware UTC."""
    try:
        moment = _sane(parsedate_to_datetime(value)) if value else None
        return moment if moment is not None and moment <= _LATEST else None
    except (ValueError, TypeError, OverflowError):
        return None


def seen_at(response: httpx.Response) -> datetime | None:
    """When the answer was given: its ``Date`` header, else ``extensions["received_at"]``.

    The runner may set the extension (an aware datetime); a network never reads a clock.
    """
    dated = http_date(response.headers.get("date"))
    received = response.extensions.get("received_at")
    return dated or (received if isinstance(received, datetime) else None)


def not_after(moment: datetime | None, bound: datetime | None) -> datetime | None:
    """The earlier of what an author claims and what the server saw; either may be unknown. A claim
    of more than a day ahead is no clock that goes wrong: it stays, for the store to refuse."""
    if moment is None or bound is None:
        return moment or bound
    return moment if moment > bound + _SLACK else min(moment, bound)


def rewound(mark: str, overlap: timedelta) -> str:
    """An ISO mark moved back by ``overlap``; a mark that is no time is returned as it is."""
    moment = iso_time(mark)
    return iso(moment - overlap) if moment else mark


def iso(moment: datetime) -> str:
    """A UTC time in milliseconds with ``Z``, as the networks write it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_json(response: httpx.Response) -> object:
    """The JSON body. Raises BadPage where it is none (an HTML page of a proxy, half an answer)."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        kind = response.headers.get("content-type", "no content type")
        raise BadPage(f"expected JSON, got {kind}: {str(error)[:100]}") from None
