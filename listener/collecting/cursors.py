"""Where every read stands, and how it is doing: one row for each (network, read)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting.pace import Pace
from listener.collecting.walk import Walk
from listener.store import tables as t
from listener.store.session import Database
from listener.store.standing import BACKFILL
from listener.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Cursor:
    network: str
    read: str
    walk: Walk = field(default_factory=Walk)
    pace: Pace = field(default_factory=Pace)
    config: str | None = None


async def load(connection: AsyncConnection, network: str, read: str) -> Cursor:
    """A new cursor where there is none."""
    c = t.cursors.c
    found = await connection.execute(select(t.cursors).where(c.network == network, c.read == read))
    row = found.mappings().one_or_none()
    return Cursor(network, read) if row is None else _cursor(row)


async def save(connection: AsyncConnection, cursor: Cursor) -> None:
    """To be called in the transaction that stores the rows the cursor speaks of."""
    walk, pace = cursor.walk, cursor.pace
    row = {
        "network": cursor.network,
        "read": cursor.read,
        "since": walk.since,
        "reaching": walk.reaching,
        "page": walk.page,
        "ahead": walk.ahead,
        "ahead_at": walk.ahead_at,
        "walk_started_at": walk.started_at,
        "pages": walk.pages,
        "last_success": pace.last_success,
        "next_try": pace.next_try,
        "state": pace.state,
        "why": pace.why,
        "errors": pace.errors,
        "config": cursor.config,
    }
    await upsert(connection, t.cursors, [row], keys=("network", "read"))


async def write(db: Database, some: Iterable[Cursor]) -> None:
    """Saves cursors in a transaction of their own."""
    async with db.writing() as connection:
        for cursor in some:
            await save(connection, cursor)


async def pause_others(connection: AsyncConnection, network: str, keep: Collection[str]) -> None:
    """Marks the reads of ``network`` that are configured no longer; their cursors stay, so that a
    query put back goes on where it was."""
    c = t.cursors.c
    await connection.execute(
        update(t.cursors)
        .where(
            c.network == network,
            c.read.not_in(list(keep)),
            c.read.not_like(f"{BACKFILL}%"),
            c.state != "paused",
        )
        .values(state="paused", why="no longer configured", next_try=None, errors=0)
    )


def _cursor(row: Mapping[Any, Any]) -> Cursor:
    return Cursor(
        row["network"],
        row["read"],
        Walk(
            since=row["since"],
            reaching=row["reaching"],
            page=row["page"],
            ahead=row["ahead"],
            ahead_at=row["ahead_at"],
            started_at=row["walk_started_at"],
            pages=row["pages"],
        ),
        Pace(row["state"], row["why"], row["errors"], row["next_try"], row["last_success"]),
        row["config"],
    )
