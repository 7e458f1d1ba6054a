"""Mentions that were written and collected on a day, and what is left of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from alerts.numbers.retention import Pruned, prune
from listener.store.prune import KeepRule
from listener.store.session import Database
from listener.store.tables import matches, mentions
from tests.alerts.numbers.seeded import label, mention, seed

KEEP = KeepRule(timedelta(days=30), {"youtube": timedelta(days=2)})
ZONE = "Asia/Riyadh"
SPRING = datetime(2026, 3, 10, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
HASHTAGS = {1: ("قهوة_رشفان",), 2: ("قهوة_رشفان",)}


async def written(
    db: Database,
    *found: dict[str, Any],
    at: datetime = SPRING,
    decided: bool = True,
    brand: str = "رشفان",
) -> dict[str, int]:
    """Stores, labels and decides mentions; they are collected when they are written."""
    rows = [(mention(**{"at": at, **each}), label("negative", "complaint")) for each in found]
    ids = await seed(db, rows, brand=brand)
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(collected_at=mentions.c.created_at))
        if decided:
            await connection.execute(update(matches).values(state="decided"))
    return ids


async def pruned(db: Database, now: datetime = LATER, **more: Any) -> Pruned:
    given: dict[str, Any] = {
        "zone": ZONE,
        "starts": "sunday",
        "settled": timedelta(hours=48),
        "hashtags": HASHTAGS,
        **more,
    }
    return await prune(db, given.pop("keep", KEEP), now=now, **given)


async def size(db: Database, table: Table) -> int:
    async with db.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def rows_of(db: Database, table: Table) -> list[Any]:
    async with db.reading() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key.columns))
        return list(found.all())


async def put(db: Database, table: Table, **values: Any) -> None:
    async with db.writing() as connection:
        await connection.execute(insert(table), [values])
