"""Is this the item that was read before? Told by its id, its address, its words and its time
together, for each of them alone is wrong in some feed: ids that change at every read, that all
items share or that only count places; addresses of a whole site or of a thread; recurring titles.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from classifiers.arabic import fold, words
from listener.web_address import canonical, is_home, path_of

TITLE_WORDS = 12
TELLING = 5
"""Words of a text that names an item by itself, where only an id speaks against it."""
HASH = 20
"""Hex digits of a key: 80 bits."""


def keys_of(
    network: str,
    guid: str | None,
    link: str | None,
    text: str,
    created_at: datetime | None,
    *,
    by: str | None = None,
    place: str | None = None,
) -> tuple[str, ...]:
    """Two items that have one of these in common are one, the surest first. Each key joins two
    things that are said independently: the id and the address, the address with title and time or
    with all the text (the id changed), the id with title and time (the address did), the path with
    title, writer and time (the site moved), the feed with all the text and its time (both did; a
    time may be unknown where there is no address).

    guid, link: None where they tell this item from no other. by: who wrote it, or whose feed it is.
    place: of the feed.
    """
    page = canonical(link)
    page = None if page is None or is_home(page) else page
    name = canonical(guid) or guid
    every = " ".join(words(fold(text)))
    title = " ".join(words(fold(text.partition("\n")[0]))[:TITLE_WORDS])
    time = "" if created_at is None else created_at.isoformat()
    first, second = name or page, page or name
    keys: list[tuple[str, ...]] = []
    if first and second:
        keys.append(("id", first, second))
    if second and title:
        keys += [("page", second, title, time), ("text", second, every)]
    if name and page and title:
        keys.append(("title", name, title, time))
    if page and title:
        keys.append(("path", path_of(page), title, by or "", time))
    said = bool(time) or not second or (not page and every.count(" ") + 1 >= TELLING)
    if place and every and said:
        keys.append(("feed", place, every, time))
    return tuple(dict.fromkeys(_key((network, *parts)) for parts in keys))


def _key(parts: tuple[str, ...]) -> str:
    return short_hash("\x1f".join(parts))


def short_hash(text: str) -> str:
    """Enough of a hash to tell apart all the items of an installation."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:HASH]
