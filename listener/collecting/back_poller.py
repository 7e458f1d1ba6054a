"""Polls for a backfill: of each page what lies in its span, counted in its own table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import backfill_rows, ledger
from listener.collecting.backfill_rows import Standing, prefix
from listener.collecting.child_reads import CHILD_KINDS, row_of
from listener.collecting.cursors import ChildRead
from listener.collecting.poll import Poller
from listener.collecting.stored_page import Stored
from listener.networks.base import Read
from listener.records import Mention
from listener.store import tables as t
from listener.store.upsert import insert_new

MOST = 2000
"""Reads that the pages of one read may ask for."""

Told = Callable[[str, str, Standing | str | None], None]
"""Hears, of a network's read, how it stands after a page, or why it waits."""


class BackPoller(Poller):
    """``since``, ``until``: only what was written between these is stored; None: no end."""

    _stumbles = 0  # somebody waits: what is refused is told at once, and tried by the next command

    def __init__(
        self,
        *arguments: Any,
        since: datetime,
        until: datetime | None,
        told: Told,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, source="backfill", **named)
        self._since, self._until, self._told = since, until, told

    def _wanted(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        return [mention for mention in mentions if self._within(mention.created_at)]

    def _within(self, at: datetime | None) -> bool:
        return at is None or (self._since <= at and (self._until is None or at <= self._until))

    async def _onward(
        self, connection: AsyncConnection, stored: Stored, ids: Sequence[int], now: datetime
    ) -> None:
        """What the pages ask for is read by this backfill alone, so that the running collector's
        own reads keep their places."""
        cursor, page, begins = stored.cursor, stored.page, prefix(self._since)
        top = cursor.child.parent if cursor.child else cursor.read
        depth = cursor.child.depth + 1 if cursor.child else 1
        dropped = 0
        if depth <= self._limits.depth:
            wanted = {
                read.key: read
                for read in page.more
                if read.kind in CHILD_KINDS and read.key != stored.read.key
            }
            dropped = await self._ask(connection, cursor.network, top, wanted, depth, now)
        found = [*page.mentions, *page.own_posts]
        arrived = len(stored.sorting.arrivals) + len(stored.own.arrivals)
        standing = await backfill_rows.page(
            connection,
            cursor.network,
            top.removeprefix(begins),
            self._since,
            # How far back the read itself is; an old comment says nothing of that.
            oldest=None if cursor.child else min((m.created_at for m in found if m.created_at),
                                                 default=None),
            fetched=len(found) + page.skipped,
            stored=len(ids),
            duplicates=max(arrived - len(ids), 0),
            skipped=page.skipped + stored.sorting.skipped + stored.own.skipped,
            gaps=int(stored.gap is not None) + dropped,
        )  # fmt: skip
        self._told(cursor.network, standing.read, standing)

    async def _ask(
        self,
        connection: AsyncConnection,
        network: str,
        top: str,
        wanted: dict[str, Read],
        depth: int,
        now: datetime,
    ) -> int:
        """How many could not be taken."""
        if not wanted:
            return 0
        c, begins = t.cursors.c, prefix(self._since)
        asked = select(func.count()).where(c.network == network, c.parent == top)
        room = max(MOST - (await connection.execute(asked)).scalar_one(), 0)
        rows = [
            {**row_of(network, read, ChildRead(read, top, depth, now)), "read": begins + key}
            for key, read in list(wanted.items())[:room]
        ]
        await insert_new(connection, t.cursors, rows)
        dropped = len(wanted) - len(rows)
        if dropped:
            note = f"more was asked for than is read ({MOST}): the rest was left"
            entry = ledger.Entry(network, top, "gap", skipped=dropped, note=note)
            await ledger.record(connection, entry, now)
        return dropped
