"""The body of a worker process: sweep for free rows, and be woken by the queue in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from listener.running.pulse import ReportRun
from listener.running.queues import serve_queue
from listener.store.faults import driver_text, fault_of

LONGEST = 30.0
"""Seconds between two tries of what keeps failing."""
AWAY = 5.0
"""The same while it is the database that takes nothing: work resumes soon after it does."""

log = logging.getLogger(__name__)

Some = Callable[[Sequence[int] | None], Awaitable[int]]
"""Takes up to one batch, of these ids or of whatever is free; returns how many rows it took."""


async def work(
    some: Some,
    stop: asyncio.Event,
    *,
    queue: str,
    url: str | None,
    every: float = 3.0,
    report: ReportRun | None = None,
    give_back: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Runs ``some`` until ``stop``: woken through ``queue`` where ``url`` names a Redis, and by a
    sweep every ``every`` seconds in any case. Errors are logged, told to ``report``, and tried
    again, backing off. ``give_back``: what our own leases hold, after trouble of the database in
    which they could not be ended; all is well only once that has been done, too."""
    woken = asyncio.Event()

    async def job(_context: dict[str, Any], ids: list[int]) -> None:
        woken.set()  # the ids are a hint; the rows say what there is to do

    async def sweep() -> None:
        pause, owing, failures = every, False, 0
        while not stop.is_set():
            woken.clear()
            try:
                if owing and give_back is not None:
                    await give_back()
                owing = False
                while await some(None):
                    if stop.is_set():
                        return
                pause, failures = every, 0
                if report is not None:
                    report.well()
            except Exception as error:
                fault = fault_of(error)
                owing, failures = owing or fault is not None, failures + 1
                pause = min(pause * 2, max(every, LONGEST if fault is None else AWAY))
                _log(queue, error, fault, failures, pause)
                if report is not None:
                    await report.failed(error)
            await _either(stop, woken, pause)

    tasks = [asyncio.create_task(sweep())]
    if url is not None:
        tasks.append(asyncio.create_task(serve_queue(queue, job, url, stop)))
    await asyncio.gather(*tasks)


def _log(queue: str, error: Exception, fault: str | None, failures: int, pause: float) -> None:
    """With its trace the first time; an outage of the database has none."""
    if fault is not None:
        said = driver_text(error)
        log.warning("%s: database trouble (%s: %s); again in %.0f s", queue, fault, said, pause)
        return
    log.error(
        "%s: a batch failed (%s, %d in a row); again in %.0f s",
        queue, type(error).__name__, failures, pause, exc_info=error if failures == 1 else None,
    )  # fmt: skip


async def _either(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(woken.wait())]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
