"""Who is alive: each process writes a heartbeat, so that ``serve`` can answer for all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from listener.store.session import Database
from listener.store.tables import heartbeats
from listener.store.upsert import upsert

FRESH = timedelta(seconds=60)
"""A process that has not beaten for so long counts as gone."""


async def beat(
    db: Database, process: str, *, started: datetime, now: datetime, detail: Mapping[str, Any]
) -> None:
    """Writes this process's heartbeat."""
    row = {
        "process": process,
        "pid": os.getpid(),
        "started_at": started,
        "at": now,
        "detail": dict(detail),
    }
    async with db.writing() as connection:
        await upsert(connection, heartbeats, [row], keys=["process"])


async def farewell(db: Database, process: str) -> None:
    """Takes back this process's heartbeat: what has ended in good order is not there."""
    mine = (heartbeats.c.process == process) & (heartbeats.c.pid == os.getpid())
    async with db.writing() as connection:
        await connection.execute(delete(heartbeats).where(mine))


async def silent(db: Database, expected: frozenset[str], now: datetime) -> list[str]:
    """Which of the expected processes have no fresh heartbeat."""
    async with db.reading() as connection:
        rows = await connection.execute(select(heartbeats.c.process, heartbeats.c.at))
        fresh = {name for name, at in rows if now - at <= FRESH}
    return sorted(expected - fresh)
