"""How fast arrivals become rows, beside a bare executemany of the same rows into the same table.

    python -m benchmarks.storing [--rows 10000] [--quick] [--only sqlite|postgresql]

``add`` looks for known rows and tombstones, folds and hashes the text, inserts the mention and its
match; the bare insert gets its rows ready-made, without a look and without matches. Both take
turns, 500 rows a transaction, so that the growing table and a busy machine slow both alike.
``again`` is ``add`` of the same arrivals once more: all duplicates.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.common import as_json, databases, table
from benchmarks.posts import write
from listener.handed_in.record import mention_of
from listener.records import Brand, Evidence, Hit
from listener.store.brand_rows import sync_brands
from listener.store.mentions import Arrival, add
from listener.store.migrate import migrate
from listener.store.rows import mention_row
from listener.store.session import Database, open_database
from listener.store.tables import mentions

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
BATCH = 500
HITS = (Hit("Rashfan", (Evidence("رشفان", "text", "رشفان"),)),)
SHOWN = ("rows", "add_rows_per_second", "bare_rows_per_second", "again_rows_per_second", "ratio")


def arrivals(file: Path, rng: random.Random) -> list[Arrival]:
    """Six in seven concern a brand."""
    zone = ZoneInfo("Asia/Riyadh")
    found = [mention_of(json.loads(line), zone=zone, now=NOW) for line in file.open("rb")]
    return [Arrival(mention, HITS if rng.random() < 6 / 7 else ()) for mention in found]


async def measure(dialect: str, url: str, every: list[Arrival]) -> dict[str, Any]:
    db = open_database(url)
    try:
        await migrate(db)
        async with db.writing() as connection:
            ids = await sync_brands(connection, [Brand("Rashfan")], NOW)

        async def ours(connection: Any, batch: list[Arrival]) -> None:
            await add(connection, batch, brand_ids=ids, source="import", now=NOW, key=b"k" * 32)

        async def bare(connection: Any, rows: list[dict[str, Any]]) -> None:
            await connection.execute(mentions.insert(), rows)

        spent = {"add": 0.0, "bare": 0.0, "again": 0.0}
        batches = [every[at : at + BATCH] for at in range(0, len(every), BATCH)]
        for number, batch in enumerate(batches):
            ready = [_row(arrival) for arrival in batch]
            if number % 2:  # in turns: the second pays for what the first left to be merged
                spent["bare"] += await _timed(db, bare, ready)
            spent["add"] += await _timed(db, ours, batch)
            if number % 2 == 0:
                spent["bare"] += await _timed(db, bare, ready)
        for batch in batches:
            spent["again"] += await _timed(db, ours, batch)
    finally:
        await db.close()
    return {
        "database": dialect,
        "rows": len(every),
        **{f"{name}_rows_per_second": len(every) / spent[name] for name in spent},
        "ratio": spent["add"] / spent["bare"],
    }


def _row(arrival: Arrival) -> dict[str, Any]:
    mention = arrival.mention
    return mention_row(mention, (mention.network, f"bare:{mention.id}"), source="import", now=NOW)


async def _timed(
    db: Database, what: Callable[[Any, list[Any]], Awaitable[None]], rows: list[Any]
) -> float:
    start = time.perf_counter()
    async with db.writing() as connection:
        await what(connection, rows)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="2,000 rows")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    rows = 2_000 if options.quick else options.rows
    with tempfile.TemporaryDirectory(prefix="rasid-bench") as name:
        folder = Path(name)
        write(folder / "posts.jsonl", rows, now=NOW)
        every = arrivals(folder / "posts.jsonl", random.Random(20261122))
        with databases(folder, only=options.only) as each:
            found = [asyncio.run(measure(dialect, url, every)) for dialect, url in each]
    table(found, ("database", *SHOWN))
    as_json("storing", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
