"""What a budget left unread, as the ledger tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from listener.collecting.cursors import Cursor
from listener.collecting.ledger import Entry
from listener.collecting.pace import Held
from listener.networks.about import ReadKind
from listener.networks.base import Network, Read
from listener.store.standing import BACKFILL

A_DAY = timedelta(days=1)
LONG = 3600.0
"""Seconds: a wait for the line that is shorter is no news."""
SOONEST = timedelta(hours=1)
"""No network forgets what is younger."""


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


def given_up(cursor: Cursor, held: Held, now: datetime, waiting: int | None) -> Entry | None:
    """Of a walk that the line has held up for a day: there is more than can be paid for, and what
    is new matters more than the rest of it. None where the walk goes on later, as a backfill's
    always does. ``cursor``: with the walk."""
    began = cursor.walk.started_at
    if cursor.read.startswith(BACKFILL):
        return None
    if held.used_up or cursor.walk.page is None or began is None or now - began < A_DAY:
        return None
    note = "budget: more was written than it pays for, the older posts of a walk were not read"
    if waiting:
        note += f" (about {waiting})"
    since = cursor.pace.last_success
    return Entry(cursor.network, name_of(cursor), "gap", since=since, until=began, note=note)


def lost_to(cursor: Cursor, read: Read, network: Network, now: datetime) -> Entry | None:
    """A read goes on after a long time, for whatever reason: what the network shows no more."""
    last = cursor.pace.last_success
    if cursor.read.startswith(BACKFILL):  # it looks for nothing new
        return None
    if last is None or now - last < SOONEST:
        return None
    shown: Mapping[ReadKind, timedelta] = getattr(network, "lookback", network.about.lookback)
    back = shown.get(read.kind)
    if back is None or now - last <= back:
        return None
    note = "read too late: the network shows what is older no more"
    return Entry(cursor.network, name_of(cursor), "gap", since=last, until=now - back, note=note)
