from __future__ import annotations

import asyncio
from datetime import timedelta

from listener.store.latencies import BOUNDS, histograms, observe
from listener.store.session import Database, open_database

SECOND = timedelta(seconds=1)


async def test_buckets_are_added_to_and_add_up(db: Database) -> None:
    for took in ([SECOND * 0.2, SECOND * 0.5, SECOND * 3], [SECOND * 4, timedelta(days=3)], []):
        async with db.writing() as connection:
            await observe(connection, "decided", took)
    async with db.reading() as connection:
        found = await histograms(connection)
    counted = dict(found["decided"].buckets)
    assert counted[0.5] == 2
    assert counted[2.5] == 2
    assert counted[5.0] == 4
    assert counted[BOUNDS[-1]] == 4
    assert counted[float("inf")] == 5
    assert found["decided"].seconds == 0.2 + 0.5 + 3 + 4 + 3 * 86_400
    assert dict(found["delivered"].buckets)[float("inf")] == 0


async def test_a_clock_that_was_set_back_is_counted_as_no_time(db: Database) -> None:
    async with db.writing() as connection:
        await observe(connection, "decided", [SECOND * -40])
    async with db.reading() as connection:
        found = (await histograms(connection))["decided"]
    assert (found.buckets[0], found.seconds) == ((0.5, 1), 0.0)


async def test_a_transaction_that_is_undone_counts_nothing(db: Database) -> None:
    async with db.write.connect() as connection, connection.begin() as transaction:
        await observe(connection, "decided", [SECOND])
        await transaction.rollback()
    async with db.reading() as connection:
        assert (await histograms(connection))["decided"].seconds == 0


async def test_workers_at_once_lose_no_count(db: Database, database_url: str) -> None:
    others = [open_database(database_url) for _ in range(3)]

    async def one(other: Database, first: float) -> None:
        for n in range(10):  # in different orders: they must not lock each other out
            took = [SECOND * first, SECOND * (n + 0.1), SECOND * 700]
            async with other.writing() as connection:
                await observe(connection, "decided", took)

    await asyncio.gather(*(one(other, first) for first, other in enumerate(others)))
    async with db.reading() as connection:
        found = (await histograms(connection))["decided"]
    assert dict(found.buckets)[float("inf")] == 90
    for other in others:
        await other.close()
