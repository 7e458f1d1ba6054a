"""Which stored mentions of a network are to be read again: those of open alerts, and the others of
a window, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import alert_mentions, alerts, mentions

UNDONE = ("open", "claimed", "snoozed")


@dataclass(frozen=True, slots=True)
class Stored:
    """A row to be read again. ``ref``: as of ``records.Mention``."""

    id: int
    native_id: str
    ref: str | None
    collected_at: datetime

    @property
    def place(self) -> str:
        """Where a round goes on from after this row, as ``onward`` takes it."""
        return f"{self.collected_at.isoformat()}|{self.id}"


_ROW = (mentions.c.id, mentions.c.native_id, mentions.c.ref, mentions.c.collected_at)


async def of_open_alerts(
    connection: AsyncConnection, network: str, *, since: datetime, after: int, most: int
) -> list[Stored]:
    """Rows collected from ``since`` on (aware UTC) that stand in an alert nobody has finished,
    by id beyond ``after``."""
    c = mentions.c
    in_alerts = (
        select(alert_mentions.c.mention_id)
        .join(alerts, alerts.c.id == alert_mentions.c.alert_id)
        .where(alerts.c.state.in_(UNDONE), alert_mentions.c.mention_id > after)
    )
    rows = await connection.execute(
        select(*_ROW)
        .where(c.id.in_(in_alerts), c.network == network, c.gone_at.is_(None))
        .where(c.collected_at >= since)
        .order_by(c.id)
        .limit(most)
    )
    return [Stored(*row) for row in rows]


async def onward(
    connection: AsyncConnection, network: str, *, since: datetime, place: str | None, most: int
) -> list[Stored]:
    """The next rows of a round, from the newest back to ``since``; ``place``: of the last row of
    the turn before, None at the top. Raises ValueError for a place that is none."""
    c = mentions.c
    rows = select(*_ROW).where(c.network == network, c.collected_at >= since, c.gone_at.is_(None))
    if place is not None:
        moment, _, number = place.partition("|")
        at, last = datetime.fromisoformat(moment).astimezone(UTC), int(number)
        rows = rows.where(c.collected_at <= at, or_(c.collected_at < at, c.id < last))
    found = await connection.execute(rows.order_by(c.collected_at.desc(), c.id.desc()).limit(most))
    return [Stored(*row) for row in found]


async def by_ids(connection: AsyncConnection, network: str, ids: Sequence[int]) -> list[Stored]:
    """Those of ``ids`` that still stand."""
    c = mentions.c
    rows = await connection.execute(
        select(*_ROW).where(c.network == network, c.gone_at.is_(None), among(connection, c.id, ids))
    )
    return [Stored(*row) for row in rows]
