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

from listener.serving.exposition import exposition
from listener.store.faults import fault_of
from listener.store.heartbeats import Gone, nobody, silent, workers
from listener.store.job_rows import standings
from listener.store.latencies import histograms
from listener.store.session import Database

Status = Callable[[], Awaitable[Mapping[str, Any]]]
"""What ``rasid status --json`` prints."""


async def readyz(
    db: Database,
    expected: frozenset[str],
    now: datetime,
    *,
    gone: Gone = nobody,
    trouble: str | None = None,
) -> tuple[int, dict[str, Any]]:
    """The HTTP status, and ``ready``, ``silent`` (processes), ``degraded`` (``job:NAME``,
    ``worker:NAME``, ``slack:CHANNEL``); ``database``, its fault, where it cannot be read, or where
    ``trouble`` keeps heartbeats from being written: who is late then is not to blame."""
    try:
        async with db.reading() as connection:
            beating = await workers(connection, now, gone=gone)
            jobs = await standings(connection, now)
    except Exception as error:  # any failure to read is the answer itself
        return 503, {"ready": False, "database": fault_of(error) or type(error).__name__}
    if trouble is not None:
        dead = [worker["process"] for worker in beating if gone(worker["worker"])]
        return 503, {"ready": False, "database": trouble, "silent": sorted(set(dead) & expected)}
    missing = silent(beating, expected)
    answer = {"ready": not missing, "silent": missing, "degraded": degraded(beating, jobs)}
    return (503 if missing else 200), answer


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


async def metrics(status: Status, db: Database) -> bytes:
    """Prometheus text; see ``exposition``."""
    standing = await status()
    async with db.reading() as connection:
        latencies = await histograms(connection)
    return exposition(standing, latencies)
