"""A page as it is to be written, and what the ledger and `status` say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from listener.collecting import ledger
from listener.collecting.cursors import Cursor
from listener.collecting.intake import Sorted
from listener.collecting.left_unread import name_of
from listener.networks.base import Page, Read


@dataclass(frozen=True, slots=True)
class Stored:
    """A page of ``read`` as it is to be written. ``own``: what our account wrote."""

    read: Read
    page: Page
    sorting: Sorted
    own: Sorted
    cursor: Cursor
    ended: bool
    gap: str | None
    lost: ledger.Entry | None = None


def entries_of(stored: Stored, bad: int, lost: int, now: datetime) -> list[ledger.Entry]:
    """What the ledger says of a page; of a child's under the read of the settings it belongs to.
    ``bad``: mentions that could not be stored; ``lost``: own posts and figures."""
    page, sorting, cursor = stored.page, stored.sorting, stored.cursor
    child = cursor.child
    times = [m.created_at for m in page.mentions if m.created_at]
    entries = [
        ledger.Entry(
            cursor.network,
            name_of(cursor),
            since=min(times, default=None),
            until=now if stored.ended else None,
            fetched=len(page.mentions) + page.skipped,
            matched=len(sorting.arrivals) - bad,
            skipped=page.skipped + sorting.skipped + bad + lost,
        )
    ]
    if stored.lost:
        entries.append(stored.lost)
    if stored.gap:
        until = min(times, default=None)
        read = child.parent if child else cursor.read
        entries.append(ledger.Entry(cursor.network, read, "gap", until=until, note=stored.gap))
    return entries


def doubt_of(page: Page, skipped: int) -> str | None:
    """What `status` says of a page that was read, but not all of it as it was meant."""
    lost = f"{skipped} of {len(page.mentions) + page.skipped} not readable" if skipped else None
    return "; ".join(filter(None, (page.doubt, lost))) or None
