"""When the entries of a feed were written: read from what the feed says, not from a parser's guess.

feedparser tries forms until one fits (05-11-2026 14:30 becomes the year 2005) and passes over AM
and PM, so only the texts that it hands on are taken (RSS 2.0 ``pubDate``, Dublin Core, RFC 4287).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from listener.dates import month_first, says_its_zone, time_written
from listener.networks import fields as f

Entry = Mapping[str, object]
_ARABIC = re.compile("[\u0621-\u064a]{3}")
_PLACES = ("published", "created", "updated")


def moments(feed: Entry, entries: Sequence[Entry], zone: tzinfo) -> list[datetime | None]:
    """The time of each entry, None where it says none that is understood.

    zone: of a feed whose dates name none; where some do, and agree, theirs is the others' too.
    Whether 05/11 is a day of November is what the feed's other dates say, and day first otherwise.
    """
    written = [_written(entry) for entry in entries]
    everything = [text for texts in (*written, _written(feed)) for text in texts]
    named = {str(own): own for text in everything if (own := says_its_zone(text))}
    own_zone = next(iter(named.values())) if len(named) == 1 else zone
    order, arab = month_first(everything), _is_arab(feed)
    return [
        next(filter(None, (_read(text, own_zone, arab, order) for text in texts)), None)
        for texts in written
    ]


def _read(text: str, zone: tzinfo, arab: bool, order: bool) -> datetime | None:
    return time_written(text, zone=zone, arab=arab, month_first=order)


def _written(entry: Entry) -> list[str]:
    # ``in`` first: feedparser answers "updated" with "published", and warns of it
    values = (entry[place] for place in _PLACES if place in entry)
    return [text for value in values if (text := f.text(value))]


def _is_arab(feed: Entry) -> bool:
    said = f.text(feed.get("language")) or ""
    return said.lower().startswith("ar") or bool(_ARABIC.search(f.text(feed.get("title")) or ""))
