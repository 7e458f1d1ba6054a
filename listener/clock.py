"""Clocks given to the runner: the system's, a faster one for the demo, a steered one for tests.

``now`` dates things and is written down. ``monotonic`` and ``sleep`` measure how long; they do not
follow when somebody sets the system's time, so a jump neither stops polling nor makes it storm.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))


class SteeredClock:
    """Stands still until a test moves it; ``jump`` moves only the wall clock, as NTP might."""

    def __init__(self, start: datetime) -> None:
        self._now, self._elapsed = start, 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()
        self._changed = asyncio.Condition()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (self._elapsed + seconds, next(self._count), future)
        heapq.heappush(self._sleepers, entry)
        async with self._changed:
            self._changed.notify_all()
        try:
            await future
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)

    def jump(self, by: timedelta) -> None:
        self._now += by

    async def settled(self, sleepers: int = 1) -> None:
        """Returns when so many tasks sleep on this clock: everything that was due has been done."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._sleepers) >= sleepers)

    async def advance(self, seconds: float, sleepers: int = 1) -> None:
        """Moves on by ``seconds``, letting whatever falls due run to its next sleep on the way."""
        end = self._elapsed + seconds
        await self.settled(sleepers)
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._move(due)
            if not future.done():
                future.set_result(None)
            await asyncio.sleep(0)
            await self.settled(sleepers)
        self._move(end)

    def _move(self, to: float) -> None:
        self._now += timedelta(seconds=to - self._elapsed)
        self._elapsed = to


async def unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The result of ``work``, or None when ``stop`` is set first (``work`` is then cancelled)."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in (task, stopping):
            if not one.done():
                one.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await one


async def finished(work: Awaitable[T]) -> T:
    """The result of ``work``, which is let finish also when we are cancelled meanwhile.

    For write transactions: one that is cancelled between two statements leaves its connection, and
    on SQLite the one write lock, to whenever the driver's thread lets go of it.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            with suppress(Exception):
                await task
        raise
