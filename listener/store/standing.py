"""How every source stands, as ``rasid status`` tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store import tables as t

BACKFILL = "backfill "
"""Begins the ``read`` of a cursor that goes back in time once; no source of ``status``."""
GAP = t.ledger.c.kind == bindparam(None, "gap", literal_execute=True)
"""Written out: with a parameter neither database would use the index of gaps."""

CHILDREN = ("reading", "failing", "refused", "retired")
"""What is counted of the reads that a source's pages asked for."""
_AS = {"new": "reading", "ok": "reading", "refused": "refused", "retired": "retired"}


def read_id(network: str, read: str) -> str:
    """A short name of a read that stays the same over restarts and says nothing of it: an address
    may hold a secret, a query is the brand's own business. ``rasid status`` says which is which."""
    return hashlib.sha256(f"{network} {read}".encode()).hexdigest()[:10]


async def sources(connection: AsyncConnection, now: datetime) -> list[dict[str, Any]]:
    """The ``sources`` of ``rasid status --json``: times as ISO 8601 in UTC, None where unknown.

    ``lag_seconds``: since the last success, never below 0. ``gaps``: gaps in the ledger.
    ``children``: how many reads its pages asked for are in which state (``reading``, ``failing``,
    ``refused``, ``retired``); none of them is a source of its own.
    """
    c, ledger = t.cursors.c, t.ledger.c
    gaps = (
        select(func.count())
        .select_from(t.ledger)
        .where(ledger.network == c.network, ledger.read == c.read, GAP)
        .correlate(t.cursors)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(t.cursors, gaps.label("gaps"))
        .where(c.read.not_like(f"{BACKFILL}%"), c.parent.is_(None))
        .order_by(c.network, c.read)
    )
    cursor_rows = list(rows.mappings())
    children = await _children(connection)
    return [
        _source(row, children.get((row["network"], row["read"]), {}), now) for row in cursor_rows
    ]


async def _children(connection: AsyncConnection) -> dict[tuple[str, str], dict[str, int]]:
    """(network, parent) to how many of its children are in which state."""
    c, children = t.cursors.c, dict[tuple[str, str], dict[str, int]]()
    rows = await connection.execute(
        select(c.network, c.parent, c.state, func.count())
        .where(c.parent.is_not(None), c.state != "paused")
        .group_by(c.network, c.parent, c.state)
    )
    for network, parent, state, number in rows:
        states = children.setdefault((network, parent), dict.fromkeys(CHILDREN, 0))
        states[_AS.get(state, "failing")] += number
    return children


def _source(row: Mapping[Any, Any], children: Mapping[str, int], now: datetime) -> dict[str, Any]:
    last, upcoming = row["last_success"], row["next_try"]
    return {
        "network": row["network"],
        "read": row["read"],
        "id": read_id(row["network"], row["read"]),
        "state": row["state"],
        "why": row["why"],
        "last_success": last.isoformat() if last else None,
        "lag_seconds": max(round((now - last).total_seconds()), 0) if last else None,
        "errors": row["errors"],
        "gaps": row["gaps"],
        "children": {state: number for state, number in children.items() if number},
        "next_try": upcoming.isoformat() if upcoming else None,
    }
