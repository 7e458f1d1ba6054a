"""How long the steps of a mention's way take, as histograms: rows of counts, added to.

A step is added in the transaction that ends it, so a crash counts it once or not at all, restarts
change nothing, and reading them costs the same however many mentions there are. Buckets are
Prometheus' own kind of histogram; here each row counts its bucket alone, the reader adds them up.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import latencies

Step = Literal["decided", "delivered"]
"""decided: from stored to decided, of first revisions. delivered: from decided to shown in the
channel, of cards and follow-ups."""
STEPS: tuple[Step, ...] = ("decided", "delivered")
BOUNDS = (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 21_600.0)
"""Seconds. Aim: a card within half a minute; an outage over night is told from one of an hour."""
ABOVE = -1.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """``buckets``: (upper bound in seconds, how many took at most so long); the last bound is
    infinite. ``seconds``: the sum of all."""

    buckets: tuple[tuple[float, int], ...]
    seconds: float


async def observe(connection: AsyncConnection, step: Step, took: Iterable[timedelta]) -> None:
    """Adds to ``step``. To be called last in the transaction that ends it: workers wait for each
    other here. Buckets are touched in order, so that two cannot lock each other out."""
    added: dict[float, list[float]] = {}
    for duration in took:
        seconds = max(duration.total_seconds(), 0.0)
        place = bisect.bisect_left(BOUNDS, seconds)
        added.setdefault(BOUNDS[place] if place < len(BOUNDS) else ABOVE, []).append(seconds)
    if not added:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(latencies)
    more = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["step", "le"],
        set_={"n": latencies.c.n + more.n, "seconds": latencies.c.seconds + more.seconds},
    )
    rows = [
        {"step": step, "le": le, "n": len(times), "seconds": sum(times)}
        for le, times in sorted(added.items())
    ]
    await connection.execute(statement, rows)


async def histograms(connection: AsyncConnection) -> dict[Step, Histogram]:
    """Every step; one that nothing went through yet is all 0."""
    counted: dict[tuple[str, float], tuple[int, float]] = {
        (row.step, row.le): (row.n, row.seconds)
        for row in await connection.execute(select(latencies))
    }
    by_step: dict[Step, Histogram] = {}
    for step in STEPS:
        total, buckets = 0, []
        for le in (*BOUNDS, ABOVE):
            total += counted.get((step, le), (0, 0.0))[0]
            buckets.append((float("inf") if le == ABOVE else le, total))
        seconds = sum(s for (of, _le), (_n, s) in counted.items() if of == step)
        by_step[step] = Histogram(tuple(buckets), seconds)
    return by_step
