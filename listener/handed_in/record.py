"""One record that somebody hands us: a row of ``rasid import`` or of ``POST /mentions``.

Only ``text`` is required. An empty value is no value, and what is not understood in a field that
may be missing is unknown: no complaint is lost over a number. Arabic-Indic and Persian digits are
digits. Nothing is read here but the row: no clock, no file, no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import cast, get_args

from listener.dates import time_written
from listener.handed_in.numbers import count, is_unknown, rating
from listener.networks.fields import MAX_ID
from listener.networks.fields import text as clean
from listener.records import Author, Engagement, Kind, Mention
from listener.store.times import RIGHT, believable

FIELDS: Mapping[str, str] = {
    "text": "the words of the post; the only one that is needed",
    "id": "the post's own id on its network; without one, a hash of what it says",
    "created_at": "when it was written: 2026-11-22T09:30:00+03:00, 22/11/2026 09:30, 1795167000",
    "author": "who wrote it, without @",
    "network": "where it was posted, as `rasid networks` names it; without one, import",
    "url": "the post's address",
    "kind": "post, reply, comment, quote, repost, review, message or article",
    "rating": "stars of a review, to 5",
    "followers": "of the author",
    "likes": "and replies, shares, views: 1200, 1,200 or 1.2K; N/A is unknown",
    "hashtags": "more than stand in the text",
}
"""What a row may hold, and what that is."""
KINDS = get_args(Kind)
RIGHT_TIME = 'an ISO time such as "2026-11-22T09:30:00+03:00", or 22/11/2026 09:30'
ORDER_HINT = " (the day comes first; --month-first reads 11/22/2026)"
Unread = Callable[[str], object]
_NETWORK = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}")
_TAGS = re.compile(r"[\s,،;|#]+")
_ARABIC = re.compile("[\u0621-\u064a]{3}")


def mention_of(
    row: Mapping[str, object],
    *,
    now: datetime,
    source: str | None = None,
    zone: tzinfo = UTC,
    network: str = "import",
    month_first: bool = False,
    unread: Unread | None = None,
) -> Mention:
    """The mention of one row.

    now: aware UTC, of the numbers and for the bound of times. A row without ``created_at``, or with
    one that is not understood or not believable, is of unknown time. source: put before every id
    ("source:id"), so that files whose ids collide stay apart. zone: of a time that names none.
    network: where the row names none. month_first: how 05/11/2026 is meant. Without an id it is the
    sha256 over network, url, author, text and the *given* ``created_at``: the same row twice is the
    same mention.

    unread: hears of each field that holds something which is not understood; it is unknown then,
    and the row counts. Raises ValueError where ``text`` or ``id`` is wrong, with what it holds and
    what would be right.
    """
    unread = unread or _nobody
    body, native_id = _required(row)
    name = _network(row, network, unread)
    url = _text(row, "url", unread)
    author = (_text(row, "author", unread) or "").lstrip("@") or None
    when = row.get("created_at")
    if native_id is None:
        written = "" if when is None else str(when).strip()
        parts = (name, url or "", author or "", body, written)
        native_id = sha256("\n".join(parts).encode()).hexdigest()
    followers = _count(row, "followers", unread)
    stars = _rating(row, unread)
    arab = bool(_ARABIC.search(body))
    return Mention(
        network=name,
        id=f"{source}:{native_id}" if source else native_id,
        text=body,
        created_at=_time(when, now, zone, arab, month_first, unread),
        url=url,
        author=Author(network=name, id=author, handle=author, name=author, followers=followers)
        if author or followers is not None
        else None,
        kind=_kind(row, stars, unread),
        rating=stars,
        hashtags=_hashtags(row.get("hashtags"), unread),
        engagement=Engagement(
            likes=_count(row, "likes", unread),
            replies=_count(row, "replies", unread),
            shares=_count(row, "shares", unread),
            views=_count(row, "views", unread),
            as_of=now,
        ),
    )


def names_no_time(row: Mapping[str, object]) -> bool:
    """Whether a row says nothing of time at all, as one that a person hands over by itself. One
    with an empty or unreadable time comes from where times are kept, and this one is not known."""
    return "created_at" not in row


def _nobody(_why: str) -> None:
    return None


def _wrong(field: str, value: object, right: str) -> str:
    quoted = repr(value)
    quoted = quoted if len(quoted) <= 60 else quoted[:57] + "…'"
    return f"{field}: {quoted}: expected {right}"


def _required(row: Mapping[str, object]) -> tuple[str, str | None]:
    """The text, and the id where one is given: a row is nothing without the one, and another with a
    wrong other."""
    value = row.get("text")
    body = clean(value)
    if body is None:
        other = value is not None and not isinstance(value, str)
        raise ValueError(_wrong("text", value, "a text" if other else "the words of the post"))
    given = row.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if given is not None and not isinstance(given, str):
        raise ValueError(_wrong("id", given, "a text"))
    native_id = clean(given)
    if native_id is not None and len(native_id) > MAX_ID:
        raise ValueError(_wrong("id", native_id, f"at most {MAX_ID} characters"))
    return body, native_id


def _text(row: Mapping[str, object], field: str, unread: Unread) -> str | None:
    value = row.get(field)
    if is_unknown(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        unread(_wrong(field, value, "a text"))
        return None
    return clean(value)


def _network(row: Mapping[str, object], default: str, unread: Unread) -> str:
    name = (_text(row, "network", unread) or default).casefold()
    if _NETWORK.fullmatch(name):
        return name
    unread(_wrong("network", row["network"], "a short name, as `rasid networks` lists them"))
    return default


def _count(row: Mapping[str, object], field: str, unread: Unread) -> int | None:
    value = row.get(field)
    if is_unknown(value):
        return None
    number = count(value)
    if number is None:
        unread(_wrong(field, value, 'a whole number such as 1200, "1,200" or "1.2K"'))
    return number


def _rating(row: Mapping[str, object], unread: Unread) -> float | None:
    value = row.get("rating")
    if is_unknown(value):
        return None
    stars = rating(value)
    if stars is None:
        unread(_wrong("rating", value, "stars, to 5"))
    return stars


def _kind(row: Mapping[str, object], stars: float | None, unread: Unread) -> Kind:
    value = row.get("kind")
    default: Kind = "post" if stars is None else "review"
    if is_unknown(value):
        return default
    said = value.strip().casefold() if isinstance(value, str) else ""
    if said in KINDS:
        return cast(Kind, said)
    unread(_wrong("kind", value, f"one of {', '.join(KINDS)}"))
    return default


def _time(
    value: object, now: datetime, zone: tzinfo, arab: bool, month_first: bool, unread: Unread
) -> datetime | None:
    if is_unknown(value):
        return None
    moment = time_written(value, zone=zone, arab=arab, month_first=month_first)
    if moment is None:
        right = RIGHT if _is_iso(value) else RIGHT_TIME
        other = time_written(value, zone=zone, arab=arab, month_first=not month_first)
        unread(_wrong("created_at", value, right + (ORDER_HINT if other else "")))
        return None
    if not believable(moment, now):
        unread(_wrong("created_at", value, RIGHT))
        return None
    return moment


def _is_iso(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value.strip()))
    except ValueError:
        return False


def _hashtags(value: object, unread: Unread) -> tuple[str, ...]:
    """A list of texts, or one text with the tags between spaces, commas or '#'."""
    if is_unknown(value):
        return ()
    listed = (
        value if isinstance(value, list) else _TAGS.split(value) if isinstance(value, str) else None
    )
    if listed is None or not all(isinstance(tag, str) for tag in listed):
        unread(_wrong("hashtags", value, "a list of texts, or one text with spaces between"))
        return ()
    tags = (clean(str(tag).strip().lstrip("#")) for tag in listed)
    return tuple(dict.fromkeys(tag for tag in tags if tag))
