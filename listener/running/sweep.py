"""The body of a worker process: sweep for free rows, and be woken by the queue in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from listener.running.pulse import ReportRun
from listener.running.queues import serve_queue

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
) -> None:
    """Runs ``some`` until ``stop``: woken through ``queue`` where ``url`` names a Redis, and by a
    sweep every ``every`` seconds in any case. Errors are logged, told to ``report``, and tried
    again, backing off."""
    woken = asyncio.Event()

    async def job(_context: dict[str, Any], ids: list[int]) -> None:
        woken.set()  # the ids are a hint; the rows say what there is to do

    async def sweep() -> None:
        pause = every
        while not stop.is_set():
            woken.clear()
            try:
                while await some(None):
                    if stop.is_set():
                        return
                pause = every
                if report is not None:
                    report.well()
            except Exception as error:
                pause = min(pause * 2, max(every, 30.0))
                log.exception("%s: a batch failed; trying again in %.0f s", queue, pause)
                if report is not None:
                    await report.failed(error)
            await _either(stop, woken, pause)

    tasks = [asyncio.create_task(sweep())]
    if url is not None:
        tasks.append(asyncio.create_task(serve_queue(queue, job, url, stop)))
    await asyncio.gather(*tasks)


async def _either(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(woken.wait())]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
