"""Waits until a read is due, or until what it was refused for has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from listener.clock import Clock, unless

LOOK = 30.0
"""Seconds between two looks at whether something changed."""


async def until_due(
    clock: Clock,
    stop: asyncio.Event,
    delay: float,
    changed: Callable[[], bool] | None = None,
    news: asyncio.Event | None = None,
) -> bool:
    """Sleeps ``delay`` seconds, less when ``stop`` or ``news`` is set. True as soon as ``changed``
    says so; it is asked every ``LOOK`` seconds (None: it is not)."""
    news = news or asyncio.Event()
    if changed is None:
        await unless(stop, unless(news, clock.sleep(delay)))
        return False
    end = clock.monotonic() + delay
    while not stop.is_set():
        if changed():
            return True
        left = end - clock.monotonic()
        if left <= 0 or news.is_set():
            return False
        await unless(stop, unless(news, clock.sleep(min(left, LOOK))))
    return False
