"""Who is alive: each worker writes a heartbeat, so that ``serve`` can answer for all.

A worker is a process on a machine (``listener.running.workers.worker_name``): of two that label,
the one that died is seen. Who ends in good order says farewell and is there no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.session import Database
from listener.store.tables import heartbeats, jobs, marks
from listener.store.upsert import upsert

FRESH = timedelta(seconds=60)
"""A worker that has not beaten for so long counts as gone."""
HEALTHY = timedelta(seconds=60)
"""Who lived so long did not die of starting."""
REMEMBERED = timedelta(days=1)
"""So long a worker that died is told of; after that it is one that was."""
STOPPED = "stopped"
"""The mark of when a worker last said farewell."""


Gone = Callable[[str], bool]
"""Whether a worker is known to have ended: one of this machine without a process."""


def nobody(_worker: str) -> bool:
    return False


async def arrive(db: Database, process: str, *, gone: Gone, now: datetime) -> int:
    """Forgets workers of ``process`` that are ``gone`` (we take their place), and whoever has not
    beaten for a day. Returns how many times in a row our place was left by a death; a life of
    ``HEALTHY`` before makes it one."""
    async with db.writing() as connection:
        rows = list(await connection.execute(select(heartbeats)))
        before = [row for row in rows if row.process == process and gone(row.worker)]
        old = [row.worker for row in rows if now - row.at > REMEMBERED]
        await _forget(connection, [*{*old, *(row.worker for row in before)}])
    quick = [
        row.detail.get("deaths", 0)
        for row in before
        if row.at - row.started_at < HEALTHY and now - row.at < 2 * HEALTHY
    ]
    return 1 + max(quick, default=0) if before else 0


async def beat(
    db: Database,
    worker: str,
    process: str,
    *,
    pid: int,
    started: datetime,
    now: datetime,
    detail: Mapping[str, Any],
    standings: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Writes this worker's heartbeat, and how those of its jobs stand that ran since the last:
    rows of ``jobs`` without their worker."""
    row = {
        "worker": worker,
        "process": process,
        "pid": pid,
        "started_at": started,
        "at": now,
        "detail": dict(detail),
    }
    job_rows = [{**standing, "worker": worker} for standing in standings]
    async with db.writing() as connection:
        await upsert(connection, heartbeats, [row], keys=["worker"])
        await upsert(connection, jobs, job_rows, keys=["job", "worker"])


async def farewell(db: Database, worker: str, *, now: datetime) -> None:
    """Takes back this worker's heartbeat and jobs: what has ended in good order is not there, and
    when it ended is kept."""
    async with db.writing() as connection:
        await _forget(connection, [worker])
        await upsert(connection, marks, [{"name": STOPPED, "at": now}], keys=["name"])


async def workers(
    connection: AsyncConnection, now: datetime, *, gone: Gone = nobody
) -> list[dict[str, Any]]:
    """Every worker that beats, or died within a day, by name: the ``workers`` of ``status``.

    ``state``: ok | silent | restarting (died twice or more in a row, and has not yet lived for
    ``HEALTHY``). Times as ISO 8601 in UTC; ``age_seconds`` since the last beat.
    """
    rows = await connection.execute(select(heartbeats).order_by(heartbeats.c.worker))
    return [
        {
            "worker": row["worker"],
            "process": row["process"],
            "state": _state(row, now, gone),
            "since": row["started_at"].isoformat(),
            "last_beat": row["at"].isoformat(),
            "age_seconds": max(round((now - row["at"]).total_seconds()), 0),
            "detail": row["detail"],
        }
        for row in rows.mappings()
        if now - row["at"] <= REMEMBERED
    ]


def _state(row: Mapping[Any, Any], now: datetime, gone: Gone) -> str:
    if now - row["at"] > FRESH or gone(row["worker"]):
        return "silent"
    looping = row["detail"].get("deaths", 0) >= 2 and now - row["started_at"] < HEALTHY
    return "restarting" if looping else "ok"


def silent(known: Sequence[Mapping[str, Any]], expected: Collection[str]) -> list[str]:
    """Which of the expected processes have no worker among ``known`` that beats."""
    beating = {worker["process"] for worker in known if worker["state"] == "ok"}
    return sorted(set(expected) - beating)


async def _forget(connection: AsyncConnection, names: Sequence[str]) -> None:
    for table in (heartbeats, jobs):
        if names:
            await connection.execute(delete(table).where(table.c.worker.in_(names)))


def collecting_since(known: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the collector among ``known`` workers began; None where none beats."""
    began = [
        datetime.fromisoformat(worker["since"])
        for worker in known
        if worker["process"] == "collect" and worker["state"] == "ok"
    ]
    return max(began, default=None)
