"""Who changes several alerts does so one transaction at a time: decisions, the first cards, and who
takes a mention out of one card onto another."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

DECIDING = 0x7261736964646563  # "rasiddec": the key of PostgreSQL's advisory lock


async def alone(connection: AsyncConnection) -> None:
    """Until the commit, as on SQLite: two that go on with the same cards else wait for each other,
    each in an order of its own."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(DECIDING)))
