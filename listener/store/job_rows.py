"""How every job goes, as ``rasid status`` tells it. Each worker writes its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.heartbeats import FRESH
from listener.store.tables import heartbeats, jobs

LATE = timedelta(minutes=15)
"""After the moment a job was to run: it hangs, or one run of it takes that long."""


async def standings(connection: AsyncConnection, now: datetime) -> list[dict[str, Any]]:
    """The jobs of every worker that beats, by name: the ``jobs`` of ``status``.

    ``state``: ok | failing | late | new. ``failures``: in a row. ``skipped``: what it leaves out
    because it failed on it, each with why and until when. Times as ISO 8601 in UTC;
    ``lag_seconds`` since the last success.
    """
    rows = await connection.execute(
        select(jobs)
        .join(heartbeats, heartbeats.c.worker == jobs.c.worker)
        .where(heartbeats.c.at >= now - FRESH)
        .order_by(jobs.c.job, jobs.c.worker)
    )
    return [_standing(row, now) for row in rows.mappings()]


def _standing(row: Mapping[Any, Any], now: datetime) -> dict[str, Any]:
    return {
        "job": row["job"],
        "worker": row["worker"],
        "state": _state(row, now),
        "every_seconds": row["every"],
        "failures": row["failures"],
        "why": row["why"] if row["failures"] else None,
        "last_success": _iso(row["last_success"]),
        "lag_seconds": _age(row["last_success"], now),
        "last_failure": _iso(row["last_failure"]),
        "next_try": _iso(row["next_at"]),
        "skipped": row["skipped"],
    }


def _state(row: Mapping[Any, Any], now: datetime) -> str:
    if row["failures"]:
        return "failing"
    if row["next_at"] is not None and now - row["next_at"] > LATE:
        return "late"
    return "ok" if row["last_success"] else "new"


def _age(at: datetime | None, now: datetime) -> int | None:
    return max(round((now - at).total_seconds()), 0) if at else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
