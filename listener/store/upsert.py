"""INSERT … ON CONFLICT on both databases, always with a list of rows (one prepared statement)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.bulk import insert_rows


async def upsert(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
) -> None:
    """Inserts ``rows``; where one with the same ``keys`` is there, its other columns take the new
    values. All rows carry the same columns."""
    await insert_rows(connection, table, rows, keys=keys, replace=True)


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Inserts ``rows``; one that meets any unique key already there is left out."""
    await insert_rows(connection, table, rows)
