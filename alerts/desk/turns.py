"""Who writes alerts does so one transaction at a time."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

DECIDING = 0x7261736964646563  # "rasiddec": the key of PostgreSQL's advisory lock


async def alone(connection: AsyncConnection) -> None:
    """Until the commit, as on SQLite: two that go on with the same cards else wait for each other,
    each in the order of its own mentions."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(DECIDING)))
