"""What reports, roll-ups, status and retention cost, and how that grows with what is stored.

    python -m benchmarks.numbers [--rows 10000 100000 1000000] [--quick] [--only sqlite|postgresql]

A seeded year (``benchmarks.year``) is written, its roll-ups are counted, and each task runs twice
in a process of its own: ``cpu`` is that process's processor time (of the second time, when nothing
has to be compiled or connected any more), ``server_cpu`` that of PostgreSQL beside it, ``peak_mb``
the process's memory, ``longest_write_ms`` its longest write transaction by the clock, from BEGIN to
the end of COMMIT, and in its own processor time (which a busy machine does not lengthen).
``growth`` is the processor time of both over that of the smallest year.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from alerts.numbers.due import summary_of
from alerts.numbers.retention import prune
from alerts.numbers.rollups import Rollups, recount
from alerts.numbers.spans import last_full
from benchmarks.common import as_json, databases
from benchmarks.watching import peak_mb, server_cpu, watch
from benchmarks.year import CROWDED, NOW, write_year
from listener.serving.health import metrics
from listener.settings import Settings
from listener.store.export import Selection, export
from listener.store.heartbeats import workers
from listener.store.job_rows import standings
from listener.store.migrate import migrate
from listener.store.overview import overview
from listener.store.prune import KeepRule
from listener.store.session import Database, open_database
from listener.store.standing import sources
from listener.store.tables import brands, matches, mentions
from listener.store.tallies import tally

SIZES = (10_000, 100_000, 1_000_000)
SETTINGS = Settings.model_validate(
    {
        "service": {"timezone": "Asia/Kathmandu", "week_starts": "sunday"},
        "brands": [
            {
                "name": "رشفان", "keywords": ["رشفان"], "hashtags": ["قهوة_رشفان"],
                "competitors": ["تمرة", "بنّ"],
            },
            {"name": "تمرة", "keywords": ["تمرة"], "role": "competitor"},
            {"name": "بنّ", "keywords": ["بنّ"], "role": "competitor"},
        ],
    }
)  # fmt: skip
KEEP = KeepRule(timedelta(days=365 - 31), {})
SHOWN = ("cpu", "server_cpu", "growth", "peak_mb", "longest_write_ms", "longest_write_cpu_ms")
Task = Callable[[Database], Awaitable[Any]]


async def nothing(_db: Database) -> None:
    """What the process weighs without any work."""


async def week(db: Database) -> None:
    await _report(db, "week")


async def month(db: Database) -> None:
    await _report(db, "month")


async def _report(db: Database, kind: Any) -> None:
    service = SETTINGS.service
    span = last_full(kind, NOW, service.timezone, service.week_starts)
    async with db.reading() as connection:
        ids = {
            name: of for of, name in await connection.execute(select(brands.c.id, brands.c.name))
        }
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=NOW)
    assert summary.now.mentions


async def hour(db: Database) -> None:
    assert await Rollups().since(db, NOW, now=NOW + timedelta(minutes=1)) > 0


async def crowd_changes(db: Database) -> None:
    """Before ``hour``: everything in the crowded hour was decided anew just now."""
    crowd = select(mentions.c.id).where(
        mentions.c.created_at >= CROWDED, mentions.c.created_at < CROWDED + timedelta(hours=1)
    )
    async with db.writing() as connection:
        await connection.execute(
            update(matches).where(matches.c.mention_id.in_(crowd)).values(changed_at=NOW)
        )


async def idle(db: Database) -> None:
    """What the count process asks every few seconds while nothing happens."""
    later = NOW + timedelta(days=1)
    await Rollups().some(db, now=later)
    await tally(db, now=later)


async def status(db: Database) -> dict[str, Any]:
    async with db.reading() as connection:
        return {
            "sources": await sources(connection, NOW),
            **await overview(connection),
            "workers": await workers(connection, NOW),
            "jobs": await standings(connection, NOW),
            "slack": [],
        }


async def metrics_body(db: Database) -> None:
    async def told() -> dict[str, Any]:
        return await status(db)

    answer = await metrics(told, db)
    assert answer


async def export_week(db: Database) -> None:
    """Every mention of the last week as lines of JSON, into nothing."""
    rows = 0
    async for page in export(db, "mentions", Selection(since=NOW - timedelta(days=7), until=NOW)):
        rows += len([json.dumps(row, default=str, ensure_ascii=False) for row in page])
    assert rows


async def prune_month(db: Database) -> None:
    service, after = SETTINGS.service, None
    ids = range(1, 4)
    while True:
        done = await prune(
            db, KEEP, zone=service.timezone, starts=service.week_starts, now=NOW, after=after,
            settled=service.alert_within, hashtags=dict.fromkeys(ids, ("قهوة_رشفان",)),
        )  # fmt: skip
        if done.last is None:
            return
        after = done.last


TASKS: dict[str, tuple[Task, Task | None, int]] = {
    "nothing": (nothing, None, 1),
    "week": (week, None, 2),
    "month": (month, None, 2),
    "hour of 1,000 changes": (hour, crowd_changes, 2),
    "idle pass": (idle, None, 2),
    "status": (status, None, 2),
    "/metrics": (metrics_body, None, 2),
    "export of a week": (export_week, None, 2),
    "prune of a month": (prune_month, None, 1),  # last: the rows are gone then
}
"""What runs, what is done before, how often."""


async def fill(db: Database) -> None:
    """The first count of everything."""
    await recount(db, now=NOW)
    for minutes in (6, 12):
        await recount(db, now=NOW + timedelta(minutes=minutes))
    await tally(db, now=NOW + timedelta(hours=1))


def measure(url: str, name: str) -> dict[str, Any]:
    """Runs in a process of its own."""
    longest = watch()
    task, before, times = TASKS.get(name, (fill, None, 1))

    async def work() -> tuple[float, float]:
        db = open_database(url)
        try:
            for _ in range(times):
                if before is not None:
                    await before(db)
                longest.clear()
                cpu, server = time.process_time(), server_cpu(url)
                await task(db)
                spent = time.process_time() - cpu, server_cpu(url) - server
            return spent
        finally:
            await db.close()

    cpu, server = asyncio.run(work())
    return {
        "cpu": cpu,
        "server_cpu": server,
        "peak_mb": peak_mb(),
        "longest_write_ms": max((clock for clock, _cpu in longest), default=0.0) * 1000,
        "longest_write_cpu_ms": max((cpu for _clock, cpu in longest), default=0.0) * 1000,
        "writes": len(longest),
    }


def _child(url: str, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.numbers", "--child", url, name],
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


async def _write(url: str, rows: int) -> None:
    db = open_database(url)
    try:
        await migrate(db)
        await write_year(db, rows)
    finally:
        await db.close()


def _year(dialect: str, url: str, rows: int) -> list[dict[str, Any]]:
    start = time.perf_counter()
    asyncio.run(_write(url, rows))
    print(f"{dialect}: {rows:,} mentions in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    found = []
    for name in ("fill", *TASKS):
        found.append({"database": dialect, "rows": rows, "task": name, **_child(url, name)})
        print(json.dumps(found[-1], ensure_ascii=False), file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--quick", action="store_true", help="2,000 and 10,000 rows")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(*options.child)))
        return 0
    found: list[dict[str, Any]] = []
    for rows in (2_000, 10_000) if options.quick else sorted(options.rows):
        with (
            tempfile.TemporaryDirectory(prefix="rasid-bench") as name,
            databases(Path(name), only=options.only) as each,
        ):
            for dialect, url in each:
                found += _year(dialect, url, rows)
    for row in found:
        small = next(
            r for r in found if (r["database"], r["task"]) == (row["database"], row["task"])
        )
        least = small["cpu"] + small["server_cpu"]
        row["growth"] = (row["cpu"] + row["server_cpu"]) / least if least else 1.0
    _print(found)
    as_json("numbers", found)
    return 0


def _print(found: list[dict[str, Any]]) -> None:
    print(f"{'':44}" + "".join(f"{name:>21}" for name in SHOWN))
    for row in found:
        title = f"{row['database']:11}{row['rows']:>10,}  {row['task']}"
        print(f"{title:44}" + "".join(f"{row[name]:>21,.3f}" for name in SHOWN))


if __name__ == "__main__":
    sys.exit(main())
