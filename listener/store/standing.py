"""How every source stands, as ``rasid status`` tells it."""

from __future__ import annotations

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


async def sources(connection: AsyncConnection, now: datetime) -> list[dict[str, Any]]:
    """The ``sources`` of ``rasid status --json``: times as ISO 8601 in UTC, None where unknown.

    ``lag_seconds``: since the last success, never below 0. ``gaps``: gaps in the ledger.
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
        .where(c.read.not_like(f"{BACKFILL}%"))
        .order_by(c.network, c.read)
    )
    return [_source(row, now) for row in rows.mappings()]


def _source(row: Mapping[Any, Any], now: datetime) -> dict[str, Any]:
    last, upcoming = row["last_success"], row["next_try"]
    return {
        "network": row["network"],
        "read": row["read"],
        "state": row["state"],
        "why": row["why"],
        "last_success": last.isoformat() if last else None,
        "lag_seconds": max(round((now - last).total_seconds()), 0) if last else None,
        "errors": row["errors"],
        "gaps": row["gaps"],
        "next_try": upcoming.isoformat() if upcoming else None,
    }
