"""One record that somebody hands us: a row of ``rasid import`` or of ``POST /mentions``.

Fields: id, text, created_at, author, network, url, followers, likes, replies, shares, views,
hashtags. Only ``text`` is required. An empty value is no value. Arabic-Indic and Persian digits
are digits. Nothing is read here but the row: no clock, no file, no network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from hashlib import sha256

from listener.networks.fields import MAX_COUNT, MAX_ID, epoch_time
from listener.networks.fields import text as clean
from listener.records import Author, Engagement, Mention
from listener.store.times import RIGHT, believable

_DIGITS = {base + n: str(n) for base in (0x0660, 0x06F0) for n in range(10)}
_NUMBER = re.compile(r"\d{1,3}(?:[,٬ ]\d{3})+|\d+")
_EPOCH = re.compile(r"\d{9,16}(?:\.\d+)?")
_NETWORK = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}")
_TAGS = re.compile(r"[\s,،;|#]+")


def mention_of(
    row: Mapping[str, object],
    *,
    now: datetime,
    source: str | None = None,
    zone: tzinfo = UTC,
    network: str = "import",
) -> Mention:
    """The mention of one row.

    now: aware UTC, of the numbers and for the bound of times. A row without ``created_at`` is of
    unknown time. source: put before every id ("source:id"), so that files whose ids collide stay
    apart. zone: of a time that names none. network: where the row names none. Without an id it is
    the sha256 over network, url, author, text and the *given* ``created_at``: the same row twice is
    the same mention.

    Raises ValueError with the field, what it holds and what would be right.
    """
    try:
        return _mention(row, now, source, zone, network)
    except _Wrong as wrong:
        raise ValueError(str(wrong)) from None


class _Wrong(Exception):
    def __init__(self, field: str, value: object, right: str) -> None:
        quoted = repr(value)
        quoted = quoted if len(quoted) <= 60 else quoted[:57] + "…'"
        super().__init__(f"{field}: {quoted}: expected {right}")


def _mention(
    row: Mapping[str, object], now: datetime, source: str | None, zone: tzinfo, network: str
) -> Mention:
    body = _text(row, "text")
    if body is None:
        raise _Wrong("text", row.get("text"), "the words of the post")
    name = (_text(row, "network") or network).casefold()
    if not _NETWORK.fullmatch(name):
        raise _Wrong("network", row.get("network"), "a short name, as `rasid networks` lists them")
    url, author = _text(row, "url"), (_text(row, "author") or "").lstrip("@") or None
    native_id = _text(row, "id", numbers=True)
    if native_id is not None and len(native_id) > MAX_ID:
        raise _Wrong("id", native_id, f"at most {MAX_ID} characters")
    when = row.get("created_at")
    if native_id is None:
        written = "" if when is None else str(when).strip()
        parts = (name, url or "", author or "", body, written)
        native_id = sha256("\n".join(parts).encode()).hexdigest()
    followers = _count(row, "followers")
    return Mention(
        network=name,
        id=f"{source}:{native_id}" if source else native_id,
        text=body,
        created_at=_time(when, now, zone),
        url=url,
        author=Author(network=name, id=author, handle=author, name=author, followers=followers)
        if author or followers is not None
        else None,
        hashtags=_hashtags(row.get("hashtags")),
        engagement=Engagement(
            likes=_count(row, "likes"),
            replies=_count(row, "replies"),
            shares=_count(row, "shares"),
            views=_count(row, "views"),
            as_of=now,
        ),
    )


def _text(row: Mapping[str, object], field: str, *, numbers: bool = False) -> str | None:
    value = row.get(field)
    if numbers and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise _Wrong(field, value, "a text")
    return clean(value)


def _count(row: Mapping[str, object], field: str) -> int | None:
    """1200, "1,200", "١٢٠٠", 1200.0; empty is unknown."""
    value = row.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number: int | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = int(value) if abs(value) <= MAX_COUNT and int(value) == value else None
    elif isinstance(value, str):
        plain = value.strip().translate(_DIGITS)
        whole = plain.removesuffix(".0")
        number = int(re.sub(r"\D", "", whole)) if _NUMBER.fullmatch(whole[:30]) else None
    if number is None or not 0 <= number <= MAX_COUNT:
        raise _Wrong(field, value, "a whole number from 0")
    return number


def _time(value: object, now: datetime, zone: tzinfo) -> datetime | None:
    """ISO 8601 (a date alone is its first minute) or seconds, milliseconds or microseconds; None
    where nothing is given."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    moment: datetime | None = None
    plain = value.strip().translate(_DIGITS) if isinstance(value, str) else value
    if isinstance(plain, str) and _EPOCH.fullmatch(plain):
        plain = float(plain)
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        for _ in range(2):  # 1e11 seconds is the year 5138: larger numbers are finer units
            plain = plain / 1000 if plain > 1e11 else plain
        moment = epoch_time(plain)
    elif isinstance(plain, str):
        try:
            parsed = datetime.fromisoformat(plain.replace("/", "-"))
            moment = (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            moment = None
    if moment is None:
        raise _Wrong("created_at", value, 'an ISO time such as "2026-11-22T09:30:00+03:00"')
    if not believable(moment, now):
        raise _Wrong("created_at", value, RIGHT)
    return moment


def _hashtags(value: object) -> tuple[str, ...]:
    """A list of texts, or one text with the tags between spaces, commas or '#'."""
    if value is None:
        return ()
    listed = (
        value if isinstance(value, list) else _TAGS.split(value) if isinstance(value, str) else None
    )
    if listed is None or not all(isinstance(tag, str) for tag in listed):
        raise _Wrong("hashtags", value, "a list of texts, or one text with spaces between")
    tags = (clean(str(tag).strip().lstrip("#")) for tag in listed)
    return tuple(dict.fromkeys(tag for tag in tags if tag))
