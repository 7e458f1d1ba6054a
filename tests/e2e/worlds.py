"""The demo's networks in a thread of the test, so that a test has the list of what was written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from listener.demo.day_clock import DayClock
from listener.demo.servers import Urls, simulated
from listener.demo.world import World, make_world


@dataclass
class Served:
    world: World
    clock: DayClock
    urls: Urls

    def standing(self) -> set[tuple[str, str]]:
        """(network, id) of what names the brand, was written in the last day and is still there."""
        return {
            (post.network, post.id)
            for post in self.world.truth()
            if post.about and post.lived and not post.deleted
        }


@contextmanager
def world(seconds: float) -> Iterator[Served]:
    """Its seventh day takes ``seconds`` from ``clock.start()``."""
    made = make_world(datetime.now(UTC) + timedelta(seconds=seconds))
    clock = DayClock(made, seconds)
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    served: list[Served] = []

    async def serve() -> None:
        async with simulated(made, clock) as urls:
            served.append(Served(made, clock, urls))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    try:
        yield served[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
