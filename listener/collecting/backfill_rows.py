"""How far each read of a backfill is: written with each page, so that it goes on after any end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store import tables as t
from listener.store.standing import BACKFILL
from listener.store.upsert import upsert

State = Literal["going", "done", "ended", "failed"]
FINISHED = ("done", "ended")
GOES_ON = timedelta(days=7)
"""So long after it began the same command goes on with what it left; later it begins anew."""
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """``reached_at``: the oldest post that was seen; ``stored``: new here, ``duplicates``: known
    before; ``skipped``: could not be read; ``gaps``: spans that were not read. ``state``: *done*
    went back to ``since``, *ended*: nothing older was to be had. Times are aware UTC."""

    network: str
    read: str
    since: datetime
    pages: int = 0
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    skipped: int = 0
    gaps: int = 0
    reached_at: datetime | None = None
    state: State = "going"
    why: str | None = None


def prefix(since: datetime) -> str:
    """Begins the names under which the walks of a backfill stand among the cursors."""
    return f"{BACKFILL}{since:%Y-%m-%dT%H:%M:%S} "


async def begin(
    connection: AsyncConnection,
    reads: Sequence[tuple[str, str]],
    asked: str,
    since: datetime,
    now: datetime,
) -> datetime:
    """Writes down that ``reads`` (network, key) are to be read back to ``since``; returns back to
    when: where the same was ``asked`` lately and not finished, what that was."""
    c = t.backfills.c
    before = await connection.execute(
        select(func.max(c.since)).where(
            c.asked == asked, c.state.not_in(FINISHED), c.started_at > now - GOES_ON
        )
    )
    left = before.scalar_one()
    if left is None:
        since = since.replace(microsecond=0)
        for network in {network for network, _read in reads}:
            await connection.execute(
                delete(t.backfills).where(c.network == network, c.since == since)
            )
            await forget_walks(connection, network, since)
    else:
        since = left
    known = await connection.execute(select(c.network, c.read).where(c.since == since))
    there = {(network, read) for network, read in known}
    new = [
        {"network": network, "read": read, "since": since, "asked": asked, "started_at": now,
         "state": "going"}
        for network, read in reads
        if (network, read) not in there
    ]  # fmt: skip
    await upsert(connection, t.backfills, new, keys=("network", "read", "since"))
    await connection.execute(delete(t.backfills).where(c.started_at < now - _KEPT))
    return since


async def load(
    connection: AsyncConnection, since: datetime, networks: Collection[str]
) -> list[Standing]:
    """By network and read."""
    c = t.backfills.c
    rows = await connection.execute(
        select(t.backfills)
        .where(c.since == since, c.network.in_(list(networks)))
        .order_by(c.network, c.read)
    )
    return [_of_row(row) for row in rows.mappings()]


async def page(
    connection: AsyncConnection,
    network: str,
    read: str,
    since: datetime,
    *,
    oldest: datetime | None,
    **counts: int,
) -> Standing:
    """Adds one page's ``counts``; in the transaction that stores it."""
    c = t.backfills.c
    mine = (c.network == network, c.read == read, c.since == since)
    rows = await connection.execute(select(t.backfills).where(*mine))
    before = _of_row(rows.mappings().one())
    added = {name: getattr(before, name) + number for name, number in counts.items()}
    reached = min(filter(None, (before.reached_at, oldest)), default=None)
    values = {**added, "pages": before.pages + 1, "reached_at": reached}
    await connection.execute(update(t.backfills).where(*mine).values(values))
    rows = await connection.execute(select(t.backfills).where(*mine))
    return _of_row(rows.mappings().one())


async def state(
    connection: AsyncConnection,
    network: str,
    read: str,
    since: datetime,
    state: State,
    why: str | None = None,
    *,
    gaps: int = 0,
) -> None:
    """``gaps``: those that are added."""
    c = t.backfills.c
    await connection.execute(
        update(t.backfills)
        .where(c.network == network, c.read == read, c.since == since)
        .values(state=state, why=why, gaps=c.gaps + gaps)
    )


async def forget_walks(connection: AsyncConnection, network: str, since: datetime) -> None:
    """Of a backfill that is over: how far its walks had come."""
    c = t.cursors.c
    mine = c.read.startswith(prefix(since), autoescape=True)
    await connection.execute(delete(t.cursors).where(c.network == network, mine))


def _of_row(row: Any) -> Standing:
    return Standing(**{name: row[name] for name in Standing.__slots__})
