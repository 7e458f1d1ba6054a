"""What an installation costs that has nothing to do: CPU and memory of all its processes.

    python -m benchmarks.idle [--minutes 5] [--mentions 0 100000 1000000] [--only sqlite|postgresql]

`rasid run` with the fast model, its queue server, a console channel and no source. CPU is the
share of one core over the span, of every process below the parent, after a minute of starting; for
PostgreSQL the server's own is apart. Memory is PSS: shared pages are counted once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import SECRET, as_json, databases, table, write_settings
from benchmarks.numbers import fill
from benchmarks.watching import server_cpu
from benchmarks.year import write_year
from listener.store.migrate import migrate
from listener.store.session import open_database

SETTLING = 60.0
TICKS = os.sysconf("SC_CLK_TCK")
SHOWN = ("mentions", "processes", "cpu_percent_of_a_core", "server_cpu_percent", "pss_mb")


def below(parent: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    pids, waiting = [], [parent]
    while waiting:
        pid = waiting.pop()
        pids.append(pid)
        waiting += children.get(pid, [])
    return pids


def cpu_seconds(pids: Sequence[int]) -> float:
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def pss_mb(pids: Sequence[int]) -> float:
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


async def prepare(url: str, mentions: int) -> None:
    db = open_database(url)
    try:
        await migrate(db)
        if mentions:
            await write_year(db, mentions)
            await fill(db)
    finally:
        await db.close()


def measure(dialect: str, url: str, folder: Path, mentions: int, minutes: float) -> dict[str, Any]:
    asyncio.run(prepare(url, mentions))
    config = write_settings(folder, dialect, tier="fast")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('redis = "none"', ""), encoding="utf-8")  # the embedded one
    with (folder / "log").open("wb") as log:
        run = subprocess.Popen(
            [sys.executable, "-m", "listener.cli", "--config", config, "run"],
            env={**os.environ, SECRET: url}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        time.sleep(SETTLING)
        if run.poll() is not None:
            raise RuntimeError(f"it ended: {(folder / 'log').read_text()[-2000:]}")
        pids = below(run.pid)
        before, server, began = cpu_seconds(pids), server_cpu(url), time.monotonic()
        time.sleep(minutes * 60)
        took = time.monotonic() - began
        return {
            "dialect": dialect,
            "mentions": mentions,
            "processes": len(pids),
            "cpu_percent_of_a_core": 100 * (cpu_seconds(pids) - before) / took,
            "server_cpu_percent": 100 * (server_cpu(url) - server) / took,
            "pss_mb": pss_mb(pids),
        }
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--mentions", type=int, nargs="+", default=[0, 100_000, 1_000_000])
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    rows = []
    for mentions in asked.mentions:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "data").mkdir()
            with databases(folder / "data", only=asked.only) as every:
                for dialect, url in every:
                    rows.append(measure(dialect, url, folder, mentions, asked.minutes))
    for dialect in ("sqlite", "postgresql"):
        print(dialect)
        table([row for row in rows if row["dialect"] == dialect], SHOWN)
    as_json("idle", rows)


if __name__ == "__main__":
    main()
