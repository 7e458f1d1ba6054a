"""What each source brought in the last days, kept in memory and carried on by what is new.

The ledger has a row for every poll: adding up a week of it each time would cost more the longer
Rasid runs. A start reads the week once; after that only rows that came since are read.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.operators.judging import window
from listener.store.tables import cursors, ledger

Source = tuple[str, str]
"""(network, read)."""
KEPT = timedelta(days=7)
SOME = 10_000


class Volumes:
    def __init__(self) -> None:
        self._hours: dict[Source, dict[datetime, int]] = defaultdict(dict)
        self._last: int | None = None

    async def follow(self, connection: AsyncConnection, now: datetime) -> None:
        """Reads on to the end of the ledger. Rows that were committed out of order may be missed:
        these numbers only tell nothing from something."""
        if self._last is None:
            newest = await connection.execute(select(func.max(ledger.c.id)))
            self._last = newest.scalar_one() or 0
            await self._week(connection, now)
        while True:
            rows = await connection.execute(
                select(ledger.c.id, *_COLUMNS, ledger.c.kind)
                .where(ledger.c.id > self._last)
                .order_by(ledger.c.id)
                .limit(SOME)
            )
            entries = rows.all()
            for row in entries:
                if row.kind == "window":
                    self._add(row)
            if entries:
                self._last = entries[-1].id
            if len(entries) < SOME:
                break
        self._forget(now)

    def of(self, source: Source, now: datetime, *, every: timedelta) -> tuple[int, int]:
        """Posts fetched lately (in the last day and a turn, ``window``), and in the rest of the
        seven days, to the hour. ``every``: how often the source is read."""
        hours = self._hours.get(source, {})
        lately = sum(number for hour, number in hours.items() if hour > now - window(every))
        return lately, sum(hours.values()) - lately

    async def _week(self, connection: AsyncConnection, now: datetime) -> None:
        """By the index on (network, read, at), source by source."""
        known = await connection.execute(select(cursors.c.network, cursors.c.read))
        for network, read in known.all():
            rows = await connection.execute(
                select(*_COLUMNS).where(
                    ledger.c.network == network, ledger.c.read == read,
                    ledger.c.at > now - KEPT, ledger.c.kind == "window",
                    ledger.c.fetched > 0, ledger.c.id <= self._last,
                )
            )  # fmt: skip
            for row in rows:
                self._add(row)

    def _add(self, row: Any) -> None:
        if row.fetched:
            hours = self._hours[(row.network, row.read)]
            hour = row.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            hours[hour] = hours.get(hour, 0) + row.fetched

    def _forget(self, now: datetime) -> None:
        for source, hours in list(self._hours.items()):
            for hour in [hour for hour in hours if hour <= now - KEPT]:
                del hours[hour]
            if not hours:
                del self._hours[source]


_COLUMNS = (ledger.c.network, ledger.c.read, ledger.c.fetched, ledger.c.at)
