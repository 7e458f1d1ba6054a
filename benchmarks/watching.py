"""What a measured process watches of itself: its write transactions, its memory, its server."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.session import Database


def watch() -> list[tuple[float, float]]:
    """Seconds by the clock, and of this process's processor, that each write transaction lasts from
    now on."""
    seconds: list[tuple[float, float]] = []

    inner = Database.writing

    @asynccontextmanager
    async def writing(self: Database, **given: bool) -> AsyncIterator[AsyncConnection]:
        async with inner(self, **given) as connection:
            start, cpu = time.perf_counter(), time.process_time()
            yield connection
        seconds.append((time.perf_counter() - start, time.process_time() - cpu))

    setattr(Database, "writing", writing)  # noqa: B010
    return seconds


def peak_mb() -> float:
    """Since this program began; getrusage would tell the parent's, from before the exec, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def server_cpu(url: str) -> float:
    """Processor time of the PostgreSQL server and all its processes, so far; 0 for SQLite."""
    folder = make_url(url).query.get("host")
    if not folder:
        return 0.0
    main = int((Path(str(folder)) / "data/postmaster.pid").read_text().split()[0])
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if place.parent.name == str(main):
            ticks += sum(map(int, fields[11:15]))  # its own, and of its children that have ended
        elif int(fields[1]) == main:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
