"""Periodic jobs, each by itself: its own schedule, its own failures, its own line in ``status``.

A job that fails backs off alone; the others never wait for it. Nothing here says what a job does.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from listener.clock import Clock, unless
from listener.running.poison import Poison
from listener.running.pulse import Pulse, ReportRun, Tell
from listener.store.faults import of_database

log = logging.getLogger(__name__)

LONGEST = 240.0
"""Seconds between two tries of what keeps failing, where it does not run more seldom anyway."""

AWAY = 15.0
"""The same while it is the database that takes nothing: work resumes soon after it does."""


@dataclass(frozen=True, slots=True)
class Job:
    """``work``: one run; True where there is more to do at once. ``every``: seconds between the end
    of a run and the next one at least. ``first``: seconds before the first run. ``jitter``: share
    of ``every`` that is drawn on top, so that several processes do not ask in step. ``poison``:
    what the job leaves out because it failed on it."""

    name: str
    work: Callable[[], Awaitable[object]]
    every: float
    first: float = 0.0
    jitter: float = 0.1
    poison: Poison[Any] | None = None


async def run_jobs(
    jobs: Sequence[Job],
    stop: asyncio.Event,
    *,
    clock: Clock,
    pulse: Pulse,
    tell: Tell | None = None,
    draw: Callable[[], float] = random.random,
) -> None:
    """Runs all of them beside each other until ``stop``; a run in hand may finish. ``draw``: from
    [0, 1)."""
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            report = pulse.report(job.name, job.every, clock.now, tell=tell, poison=job.poison)
            tasks.create_task(_keep(job, report, stop, clock, draw), name=job.name)


async def _keep(
    job: Job, report: ReportRun, stop: asyncio.Event, clock: Clock, draw: Callable[[], float]
) -> None:
    pause = job.first * (1 + job.jitter * draw())
    while not stop.is_set():
        await unless(stop, clock.sleep(pause))
        if stop.is_set():
            return
        try:
            more = await job.work()
        except Exception as error:  # whatever it is: the other jobs have nothing to do with it
            pause = pause_after(report.failures + 1, job.every)
            if of_database(error):
                pause = min(pause, max(job.every, AWAY))
            pause *= 1 + job.jitter * draw()
            _log(job, report, error, pause)
            await report.failed(error, clock.now() + timedelta(seconds=pause))
        else:
            pause = 0.0 if more is True else job.every * (1 + job.jitter * draw())
            report.well(clock.now() + timedelta(seconds=pause))


def pause_after(failures: int, every: float) -> float:
    """Seconds until the next try after so many failures in a row: doubling, up to ``LONGEST`` or
    the job's own pace, whichever is longer."""
    return float(min(every * 2 ** min(failures, 20), max(every, LONGEST)))


def _log(job: Job, report: ReportRun, error: Exception, pause: float) -> None:
    """With its trace the first time, then a line; an outage of the database has no trace."""
    trace = error if report.failures == 0 and not of_database(error) else None
    log.error(
        "%s failed (%s, %d in a row); again in %.0f s",
        job.name, type(error).__name__, report.failures + 1, pause, exc_info=trace,
    )  # fmt: skip
