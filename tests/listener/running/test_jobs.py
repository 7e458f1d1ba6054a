"""Schedules on a steered clock: nothing here waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from listener.clock import SteeredClock
from listener.running.jobs import LONGEST, Job, pause_after, run_jobs
from listener.running.pulse import LOUD, Pulse, ReportRun

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Runs:
    """A job that writes down when it ran, and fails while ``broken``."""

    def __init__(self, clock: SteeredClock, *, broken: bool = False, more: int = 0) -> None:
        self.clock, self.broken, self.more = clock, broken, more
        self.at: list[float] = []

    async def __call__(self) -> bool:
        self.at.append((self.clock.now() - START).total_seconds())
        if self.broken:
            raise ValueError("odd row")
        self.more -= 1
        return self.more >= 0


@asynccontextmanager
async def going(
    clock: SteeredClock, jobs: Sequence[Job], told: list[str] | None = None, draw: float = 0.0
) -> AsyncIterator[Pulse]:
    stop, pulse = asyncio.Event(), Pulse()

    async def tell(report: ReportRun, _now: datetime) -> None:
        if told is not None:
            told.append(f"{report.job}: {report.why}")

    running = asyncio.create_task(
        run_jobs(jobs, stop, clock=clock, pulse=pulse, tell=tell, draw=lambda: draw)
    )
    async with asyncio.timeout(20):  # a job that ended never sleeps again
        yield pulse
    stop.set()
    await running


async def test_each_job_keeps_its_own_time() -> None:
    clock = SteeredClock(START)
    often, seldom = Runs(clock), Runs(clock)
    jobs = [Job("often", often, 10), Job("seldom", seldom, 60, first=5)]
    async with going(clock, jobs):
        await clock.advance(65, sleepers=2)
    assert often.at == [0, 10, 20, 30, 40, 50, 60]
    assert seldom.at == [5, 65]


async def test_jitter_makes_a_job_later_and_never_earlier() -> None:
    clock = SteeredClock(START)
    runs = Runs(clock)
    async with going(clock, [Job("a", runs, 10, first=10, jitter=0.5)], draw=1.0):
        await clock.advance(45)
    assert runs.at == [15, 30, 45]


async def test_a_job_that_fails_backs_off_alone() -> None:
    clock = SteeredClock(START)
    bad, good = Runs(clock, broken=True), Runs(clock)
    jobs = [Job("bad", bad, 10), Job("good", good, 10)]
    async with going(clock, jobs) as pulse:
        await clock.advance(155, sleepers=2)
        rows = {report.job: report.row() for report in pulse.unwritten()}
    assert bad.at == [0, 20, 60, 140]
    assert good.at == [10.0 * n for n in range(16)]
    assert (rows["bad"]["failures"], rows["bad"]["why"]) == (4, "ValueError: odd row")
    assert rows["bad"]["next_at"] == START + timedelta(seconds=140 + 160)
    assert (rows["good"]["failures"], rows["good"]["why"]) == (0, None)
    assert rows["good"]["last_success"] == START + timedelta(seconds=150)


async def test_a_job_with_more_to_do_comes_again_at_once() -> None:
    clock = SteeredClock(START)
    runs = Runs(clock, more=3)
    async with going(clock, [Job("a", runs, 60)]):
        await clock.advance(30)
        for _ in range(50):  # without the clock moving
            await asyncio.sleep(0)
        assert len(runs.at) == 4
        await clock.advance(60)
    assert len(runs.at) == 5


async def test_the_operators_hear_from_the_third_failure_on() -> None:
    clock, told = SteeredClock(START), list[str]()
    async with going(clock, [Job("bad", Runs(clock, broken=True), 10)], told):
        await clock.advance(59)
        assert told == []
        await clock.advance(1)
    assert LOUD == 3
    assert told == ["bad: ValueError: odd row"]


async def test_an_operators_channel_that_fails_stops_no_job() -> None:
    clock, stop = SteeredClock(START), asyncio.Event()
    runs = Runs(clock, broken=True)

    async def tell(_report: ReportRun, _now: datetime) -> None:
        raise RuntimeError("the database is away")

    running = asyncio.create_task(
        run_jobs([Job("a", runs, 10)], stop, clock=clock, pulse=Pulse(), tell=tell)
    )
    await clock.advance(400)
    stop.set()
    await running
    assert len(runs.at) > LOUD


async def test_a_stop_lets_the_run_in_hand_finish() -> None:
    clock, stop = SteeredClock(START), asyncio.Event()
    begun, ended = asyncio.Event(), list[str]()

    async def slow() -> None:
        begun.set()
        await stop.wait()
        await asyncio.sleep(0)
        ended.append("yes")

    running = asyncio.create_task(
        run_jobs([Job("slow", slow, 1)], stop, clock=clock, pulse=Pulse())
    )
    await begun.wait()
    stop.set()
    await running
    assert ended == ["yes"]


@pytest.mark.parametrize(
    ("failures", "every", "pause"),
    [(1, 5, 10), (3, 5, 40), (40, 5, LONGEST), (1, 600, 600), (9, 600, 600)],
)
def test_pauses_double_up_to_a_bound(failures: int, every: float, pause: float) -> None:
    assert pause_after(failures, every) == pause
