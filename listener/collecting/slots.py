"""Places for requests under way: the one queue before the pool of connections.

The pool itself never makes anybody wait: a request that is given up while it waits there leaves
its place taken for ever (httpcore 1.0), and its time-out would blame the site for our own queue.

No host has more than a few of the places, and hosts that were slow share a quarter of them, so
that the slow are waited for by each other only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from listener.clock import Clock

PLACES = 16
A_HOST = 4
SLOW = 5.0
"""Seconds of a request that make its host a slow one, until one is quicker."""


class Slots:
    """The places of one network."""

    def __init__(self, clock: Clock, *, places: int = PLACES, a_host: int = A_HOST) -> None:
        self._clock, self._a_host = clock, a_host
        self._places = asyncio.Semaphore(places)
        self._slowly = asyncio.Semaphore(max(places // 4, 1))
        self._hosts: dict[str, asyncio.Semaphore] = {}  # those that somebody waits for or asks
        self._asking: dict[str, int] = {}
        self._slow: set[str] = set()

    def slow(self, host: str) -> bool:
        """Whether its last request, with the reading of the answer, took long."""
        return host in self._slow

    @asynccontextmanager
    async def place(self, host: str) -> AsyncIterator[None]:
        """Waits for a place, however long; nobody's time-out runs meanwhile."""
        mine = self._hosts.setdefault(host, asyncio.Semaphore(self._a_host))
        self._asking[host] = self._asking.get(host, 0) + 1
        try:
            async with AsyncExitStack() as taken:
                await taken.enter_async_context(mine)
                if host in self._slow:
                    await taken.enter_async_context(self._slowly)
                await taken.enter_async_context(self._places)
                begun = self._clock.monotonic()
                try:
                    yield
                finally:
                    took = self._clock.monotonic() - begun
                    (self._slow.add if took > SLOW else self._slow.discard)(host)
        finally:
            self._asking[host] -= 1
            if not self._asking[host]:
                del self._asking[host], self._hosts[host]
