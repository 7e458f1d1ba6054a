"""Where every read stands, and how it is doing: one row for each (network, read).

A read that a page asked for is a row like any other with the columns of ``ChildRead`` besides;
those are written by ``asked`` alone, so that a poll that began before a page asked again undoes
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting.pace import Pace
from listener.collecting.walk import Walk
from listener.networks.base import Read
from listener.records import Query
from listener.store import tables as t
from listener.store.session import Database
from listener.store.standing import BACKFILL
from listener.store.upsert import upsert

FORGOTTEN = timedelta(days=90)
"""After so long without activity the row of a retired child goes, too."""


@dataclass(frozen=True, slots=True)
class ChildRead:
    """What is known of a read that a page asked for. ``parent``: the key of the read in the
    settings whose pages led to it; ``depth``: 1 where that read's own page asked. ``active_at``
    (aware UTC): when it was asked for, or brought something new, last."""

    read: Read
    parent: str
    depth: int
    active_at: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """``child`` None: a read that the settings name."""

    network: str
    read: str
    walk: Walk = field(default_factory=Walk)
    pace: Pace = field(default_factory=Pace)
    config: str | None = None
    child: ChildRead | None = None


AFRESH: Mapping[str, None] = dict.fromkeys(("since", "reaching", "page", "ahead", "ahead_at"))
"""Of a read whose pages mean something else from now on: it begins at the top, with nothing known.
"""
CHILD = ("parent", "depth", "kind", "target", "query", "query_brand", "active_at")


async def load(connection: AsyncConnection, network: str, read: str) -> Cursor:
    """A new cursor where there is none."""
    c = t.cursors.c
    result = await connection.execute(select(t.cursors).where(c.network == network, c.read == read))
    row = result.mappings().one_or_none()
    return Cursor(network, read) if row is None else of_row(row)


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
        "scope": None if pace.scope == "read" else pace.scope,
    }
    if cursor.child is None:  # also one that was a child, and now stands in the settings
        row |= dict.fromkeys(CHILD)
    await upsert(connection, t.cursors, [row], keys=("network", "read"))
    if cursor.child is not None and not cursor.child.read.given:
        c = t.cursors.c  # known meanwhile to be under our own post: what this poll passed over
        await connection.execute(
            update(t.cursors)
            .where(c.network == cursor.network, c.read == cursor.read, c.query == "")
            .values(AFRESH)
        )


async def write(db: Database, some: Iterable[Cursor]) -> None:
    """Saves cursors in a transaction of their own."""
    async with db.writing() as connection:
        for cursor in some:
            await save(connection, cursor)


async def keep_only(
    connection: AsyncConnection, network: str, keep: Collection[str], now: datetime
) -> None:
    """Marks the reads of ``network`` that are configured no longer, and what their pages asked
    for; their cursors stay, so that a query put back goes on where it was. Forgets what was
    retired long ago."""
    c = t.cursors.c
    mine = c.network == network
    kept = or_(
        and_(c.parent.is_(None), c.read.in_(list(keep))),
        and_(c.parent.is_not(None), c.parent.in_(list(keep))),
    )
    others = and_(mine, ~kept, c.read.not_like(f"{BACKFILL}%"))
    paused = {"state": "paused", "why": "no longer configured", "next_try": None, "errors": 0}
    await _set(connection, and_(others, c.state.not_in(("paused", "retired"))), paused)
    again = {"state": "new", "why": None, "next_try": None, "scope": None}
    await _set(connection, and_(mine, kept, c.parent.is_not(None), c.state == "paused"), again)
    old = and_(mine, c.parent.is_not(None), c.state.in_(("retired", "paused")))
    await connection.execute(delete(t.cursors).where(old, c.active_at < now - FORGOTTEN))


async def _set(
    connection: AsyncConnection, which: ColumnElement[bool], values: Mapping[str, Any]
) -> None:
    await connection.execute(update(t.cursors).where(which).values(values))


def of_row(row: Mapping[Any, Any]) -> Cursor:
    """The cursor of a row of ``cursors``."""
    pace = Pace(
        row["state"],
        row["why"],
        row["errors"],
        row["next_try"],
        row["last_success"],
        row["scope"] or "read",
    )
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
        pace,
        row["config"],
        _child(row) if row["parent"] is not None else None,
    )


def _child(row: Mapping[Any, Any]) -> ChildRead:
    query = Query(row["query_brand"] or "", row["query"]) if row["query"] is not None else None
    read = Read(row["kind"], row["target"], query)
    return ChildRead(read, row["parent"], row["depth"], row["active_at"])
