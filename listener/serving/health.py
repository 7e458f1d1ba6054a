"""Is it up, is it ready, and the numbers a monitoring system scrapes.

Everything is read from rows, so ``serve`` answers for all processes: each worker writes a
heartbeat, how its jobs go, and how its connections stand.

503 means that Rasid as a whole does not work: the database cannot be read, or an expected process
has no worker that beats. What runs on without being well is ``degraded``, and named: a job that
fails or hangs, one worker among several that died, a Slack connection that is down. Taking
``serve`` out of the traffic or starting it again would mend none of those.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client.exposition import CONTENT_TYPE_LATEST

from listener.serving.exposition import exposition
from listener.serving.http import Answer, Handler, Incoming
from listener.store.heartbeats import silent, workers
from listener.store.jobs import standings
from listener.store.latencies import histograms
from listener.store.session import Database

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
        said, status = await readiness(db, expected, clock())
        return Answer.json(said, status)

    return handle


async def readiness(
    db: Database, expected: frozenset[str], now: datetime
) -> tuple[dict[str, Any], int]:
    """``ready``, ``silent`` (processes), ``degraded`` (``job:NAME``, ``worker:NAME``,
    ``slack:CHANNEL``), and the HTTP status."""
    try:
        async with db.reading() as connection:
            beating = await workers(connection, now)
            jobs = await standings(connection, now)
    except Exception as error:  # any failure to read is the answer itself
        return {"ready": False, "database": type(error).__name__}, 503
    missing = silent(beating, expected)
    said = {"ready": not missing, "silent": missing, "degraded": degraded(beating, jobs)}
    return said, 503 if missing else 200


def degraded(beating: Sequence[Mapping[str, Any]], jobs: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is not well, by name: from ``workers`` (with their detail) and ``jobs`` of status."""
    names = [f"job:{job['job']}" for job in jobs if job["state"] in ("failing", "late")]
    names += [f"worker:{worker['worker']}" for worker in beating if worker["state"] != "ok"]
    names += [f"slack:{of['channel']}" for of in slack_of(beating) if not of["connected"]]
    return sorted(set(names))


def slack_of(beating: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The ``slack`` of status: how each channel's Socket Mode connection stands, as ``serve`` said
    at its last beat. A worker that no longer beats knows nothing of it."""
    return [
        {"channel": channel, "worker": worker["worker"], **standing}
        for worker in beating
        if worker["state"] == "ok"
        for channel, standing in sorted(worker["detail"].get("slack", {}).items())
    ]


def without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def metrics(status: Status, db: Database) -> Handler:
    """Prometheus text; see ``exposition``."""

    async def handle(_request: Incoming) -> Answer:
        found = await status()
        async with db.reading() as connection:
            latencies = await histograms(connection)
        return Answer(body=exposition(found, latencies), content_type=CONTENT_TYPE_LATEST)

    return handle
