from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from listener.clock import SteeredClock, SystemClock, unless

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


async def test_a_steered_clock_wakes_in_order_and_a_jump_wakes_nobody() -> None:
    clock, woken = SteeredClock(START), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    tasks = [asyncio.create_task(sleeper(s)) for s in (30, 10, 20)]
    await clock.settled(3)
    clock.jump(timedelta(days=1))
    assert woken == []
    await clock.advance(25, sleepers=0)
    await asyncio.gather(*tasks[1:])
    assert woken == [(10, 10), (20, 20)]
    assert clock.now() == START + timedelta(days=1, seconds=25)
    await clock.advance(5, sleepers=0)
    await tasks[0]


async def test_work_ends_when_it_should_stop() -> None:
    stop, clock = asyncio.Event(), SteeredClock(START)
    waiting = asyncio.create_task(unless(stop, clock.sleep(3600)))
    await clock.settled()
    stop.set()
    assert await waiting is None
    await asyncio.wait_for(clock.settled(0), 1)

    async def answer() -> int:
        return 7

    assert await unless(asyncio.Event(), answer()) == 7


async def test_what_work_raises_is_raised() -> None:
    async def fails() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await unless(asyncio.Event(), fails())
