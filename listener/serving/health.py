"""Is it up, is it ready, and the numbers a monitoring system scrapes.

Everything is read from rows, so ``serve`` answers for all processes: each writes a heartbeat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select

from listener.serving.http import Answer, Handler, Incoming
from listener.store.heartbeats import silent
from listener.store.session import Database
from listener.store.tables import heartbeats

Status = Callable[[], Awaitable[Mapping[str, Any]]]
"""What ``rasid status --json`` prints."""


def healthz() -> Handler:
    """200 as long as this process answers."""

    async def handle(_request: Incoming) -> Answer:
        return Answer(body=b"ok\n")

    return handle


def readyz(db: Database, expected: frozenset[str], clock: Callable[[], datetime]) -> Handler:
    """200 when the database answers and every expected process beats; else 503 with the reason."""

    async def handle(_request: Incoming) -> Answer:
        try:
            missing = await silent(db, expected, clock())
        except Exception as error:  # any failure to read is the answer itself
            return Answer.json({"ready": False, "database": type(error).__name__}, 503)
        return Answer.json({"ready": not missing, "silent": missing}, 503 if missing else 200)

    return handle


def metrics(status: Status, db: Database, clock: Callable[[], datetime]) -> Handler:
    """Prometheus text: states of rows, the lag and errors of each source, age of heartbeats."""

    async def handle(_request: Incoming) -> Answer:
        registry = CollectorRegistry()
        found = await status()
        for group in ("mentions", "matches", "alerts", "notices"):
            gauge = Gauge(f"rasid_{group}", f"{group} by state", ["state"], registry=registry)
            for state, number in found[group].items():
                gauge.labels(state=state).set(number)
        _sources(registry, found["sources"])
        now = clock()
        age = Gauge("rasid_heartbeat_age_seconds", "since it beat", ["process"], registry=registry)
        async with db.reading() as connection:
            for name, at in await connection.execute(select(heartbeats.c.process, heartbeats.c.at)):
                age.labels(process=name).set((now - at).total_seconds())
        return Answer(body=generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return handle


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
