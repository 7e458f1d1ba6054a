"""Collectors that bring the same mentions at the same moment."""

from __future__ import annotations

import asyncio

from listener.store.mentions import Arrival, add
from listener.store.session import Database, open_database
from listener.store.tables import matches, mentions
from tests.listener.store.rows import KEY, NOW, STC, ZAIN, brand_ids, mention, read


async def test_overlapping_batches_store_each_mention_once(db: Database, database_url: str) -> None:
    """Two processes, five tasks each, every batch in another order; each sees a part of all."""
    ids = await brand_ids(db)
    other = open_database(database_url)

    async def collect(database: Database, number: int) -> tuple[int, int]:
        hits = (ZAIN,) if number % 2 else (STC,)
        numbers = [(n * 7 + number) % 40 for n in range(30)]
        batch = [Arrival(mention(n), hits) for n in numbers]
        async with database.writing() as connection:
            added = await add(connection, batch, brand_ids=ids, source="collect", now=NOW, key=KEY)
        return len(added.new), added.duplicates

    try:
        done = await asyncio.gather(
            *(collect(database, n) for n in range(10) for database in (db, other))
        )
    finally:
        await other.close()
    rows = await read(db, mentions)
    assert len(rows) == 40
    assert sum(new for new, _ in done) == 40
    assert sum(new + duplicates for new, duplicates in done) == 20 * 30
    assert len(await read(db, matches)) == 80
