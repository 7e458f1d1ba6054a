"""Is it up, is it ready, and the numbers a monitoring system scrapes.

Everything is read from rows, so ``serve`` answers for all processes: each writes a heartbeat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import generate_latest
from sqlalchemy import select

from listener.store.heartbeats import silent
from listener.store.session import Database
from listener.store.tables import heartbeats

Status = Callable[[], Awaitable[Mapping[str, Any]]]
"""What ``rasid status --json`` prints."""


async def readyz(
    db: Database, expected: frozenset[str], now: datetime
) -> tuple[int, Mapping[str, Any]]:
    """200 when the database answers and every expected process beats; else 503 with the reason."""
    try:
        missing = await silent(db, expected, now)
    except Exception as error:  # any failure to read is the answer itself
        return 503, {"ready": False, "database": type(error).__name__}
    return (503 if missing else 200), {"ready": not missing, "silent": missing}


async def metrics(status: Status, db: Database, now: datetime) -> bytes:
    """Prometheus text: states of rows, the lag and errors of each source, age of heartbeats."""
    registry = CollectorRegistry()
    found = await status()
    for group in ("mentions", "matches", "alerts", "notices"):
        gauge = Gauge(f"rasid_{group}", f"{group} by state", ["state"], registry=registry)
        for state, number in found[group].items():
            gauge.labels(state=state).set(number)
    _sources(registry, found["sources"])
    age = Gauge("rasid_heartbeat_age_seconds", "since it beat", ["process"], registry=registry)
    async with db.reading() as connection:
        for name, at in await connection.execute(select(heartbeats.c.process, heartbeats.c.at)):
            age.labels(process=name).set((now - at).total_seconds())
    return generate_latest(registry)


def _sources(registry: CollectorRegistry, sources: list[Mapping[str, Any]]) -> None:
    names = ["network", "read"]
    lag = Gauge("rasid_source_lag_seconds", "since its last success", names, registry=registry)
    errors = Gauge("rasid_source_errors", "errors in a row", names, registry=registry)
    gaps = Gauge("rasid_source_gaps", "windows never read", names, registry=registry)
    for source in sources:
        at = {"network": source["network"], "read": source["read"]}
        if source["lag_seconds"] is not None:
            lag.labels(**at).set(source["lag_seconds"])
        errors.labels(**at).set(source["errors"])
        gaps.labels(**at).set(source["gaps"])
