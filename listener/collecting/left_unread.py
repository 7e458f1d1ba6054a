"""What a budget left unread, as the ledger tells it."""

from __future__ import annotations

from datetime import datetime, timedelta

from listener.collecting.cursors import Cursor
from listener.collecting.ledger import Entry
from listener.collecting.pace import Held
from listener.networks.base import Network, Read

LONG = 3600.0
"""Seconds: a wait for the line that is shorter is no news."""
FOUND = ("search", "hashtag", "mentions", "feed")
"""Kinds of reads that look for what others wrote."""


def name_of(cursor: Cursor) -> str:
    """Under which name the ledger tells of a read: a child under its parent's."""
    child = cursor.child
    return f"{child.parent} › {child.read.kind}" if child else cursor.read


def entry_of(cursor: Cursor, held: Held, now: datetime, waiting: int | None) -> Entry | None:
    """A read is held: what is left unread, from when to when; None where that was told already.
    ``cursor``: as it was. ``waiting``: how many items, where a count said so."""
    if cursor.pace.scope == "budget" or (not held.used_up and cursor.pace.scope == "line"):
        return None
    if not held.used_up and held.seconds < LONG:
        return None
    note = held.why if held.used_up else "budget: spread out, read later"
    if waiting:
        note += f"; about {waiting} posts wait"
    elif cursor.walk.page is not None:
        note += "; the older pages of a walk wait"
    return Entry(
        cursor.network,
        name_of(cursor),
        "limit",
        since=cursor.pace.last_success,
        until=now + timedelta(seconds=held.seconds),
        note=note,
    )


def lost_to(cursor: Cursor, read: Read, network: Network, now: datetime) -> Entry | None:
    """A read goes on after its budget held it up: what the network shows no more by now."""
    if cursor.pace.scope not in ("budget", "line") or read.kind not in FOUND:
        return None
    last, back = cursor.pace.last_success, network.about.lookback
    if last is None or back is None or now - last <= back:
        return None
    note = "budget: read too late, the network shows what is older no more"
    return Entry(cursor.network, name_of(cursor), "gap", since=last, until=now - back, note=note)
