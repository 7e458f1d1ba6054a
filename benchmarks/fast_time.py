"""An event loop whose time jumps: where everything waits for a moment, that moment is now.

The loop's own clock is the one that jumps, so every sleep and timeout of what runs on it goes by
it; sockets on loopback and SQLite's threads stay real. Time stands still while a thread works.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

LOOK = 0.0002
"""Real seconds that a socket is waited for before time jumps: what was sent has arrived by then."""


class _Selector(selectors.DefaultSelector):
    """``idle``: told for how many seconds nothing is due (None: nothing at all); whether it made
    these seconds pass."""

    idle: Callable[[float | None], bool]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if ready := super().select(LOOK):
            return ready
        return [] if self.idle(timeout) else super().select(0.05)


class JumpingLoop(asyncio.SelectorEventLoop):
    """``working``: threads that something waits for."""

    def __init__(self) -> None:
        self._at, self.working = 0.0, 0
        selector = _Selector()
        selector.idle = self._idle
        super().__init__(selector)

    def time(self) -> float:
        return self._at

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        self.working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _future: Any) -> None:
        self.working -= 1

    def _idle(self, seconds: float | None) -> bool:
        if self.working or seconds is None:
            return False
        self._at += seconds
        return True


class JumpingClock:
    """Of the loop that runs; ``start``: the moment (aware UTC) at which it began."""

    def __init__(self, start: datetime) -> None:
        self._start = start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))


def run(work: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``, in time that jumps."""
    with _counted(), asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


@contextmanager
def _counted() -> Iterator[None]:
    """SQLite's threads are waited for, too."""
    inner = {name: getattr(aiosqlite.Connection, name) for name in ("_execute", "_connect")}

    def wrapped(call: Callable[..., Any]) -> Callable[..., Any]:
        async def waiting(*args: Any, **named: Any) -> Any:
            loop: Any = asyncio.get_running_loop()
            loop.working += 1
            try:
                return await call(*args, **named)
            finally:
                loop.working -= 1

        return waiting

    try:
        for name, call in inner.items():
            setattr(aiosqlite.Connection, name, wrapped(call))
        yield
    finally:
        for name, call in inner.items():
            setattr(aiosqlite.Connection, name, call)
