"""A database that comes later, or comes back, is waited for by what runs until it is stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from listener.cli.house import House, open_house
from listener.cli.opening import DatabaseTrouble
from listener.clock import unless
from listener.settings import Settings
from listener.store.faults import PASSING
from listener.words import words

log = logging.getLogger(__name__)

FIRST, LONGEST = 1.0, 10.0
"""Seconds between two looks."""
AGAIN = 900.0
"""Seconds after which the same trouble is told again."""


@asynccontextmanager
async def open_late(
    settings: Settings, stop: asyncio.Event, *, make: bool = True
) -> AsyncIterator[House | None]:
    """As ``open_house``, however long the database is away, full or held; None where ``stop`` came
    first. Raises DatabaseTrouble where waiting would mend nothing: somebody has to look."""
    async with AsyncExitStack() as stack:
        yield await _opened(stack, settings, stop, make)


async def _opened(
    stack: AsyncExitStack, settings: Settings, stop: asyncio.Event, make: bool
) -> House | None:
    loop = asyncio.get_running_loop()
    pause, told, told_at = FIRST, "", 0.0
    while not stop.is_set():
        try:
            house = await unless(stop, stack.enter_async_context(open_house(settings, make=make)))
        except DatabaseTrouble as trouble:
            if trouble.fault not in PASSING:
                raise
            said = trouble.say(words(settings.service.language))
            if said != told or loop.time() - told_at > AGAIN:
                log.warning("%s (waiting for it; stop with Ctrl-C)", said)
                told, told_at = said, loop.time()
        else:
            if told and house is not None:
                log.warning("the database is there")
            return house
        await unless(stop, asyncio.sleep(pause))
        pause = min(pause * 2, LONGEST)
    return None
