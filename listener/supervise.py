"""Starts the processes of one installation, restarts what dies, stops them in order.

A child that dies is restarted at once, then after 1, 2, 4 … at most 10 seconds; a healthy minute
forgets its deaths. Every child holds a leash (``listener.guard``), so none outlives us.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from listener.guard import LEASH

log = logging.getLogger(__name__)

MOST_PAUSE = 10.0
HEALTHY = 60.0
STOP_WITHIN = 30.0


class AlreadyRunningError(RuntimeError):
    """Another ``rasid run`` holds this data folder."""


def lock(folder: Path) -> IO[str]:
    """Holds ``folder`` for this process until the file is closed. Raises AlreadyRunningError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / "rasid.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunningError(
            f"rasid already runs on {folder} (pid {pid}); stop it or use another folder"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def pause_before(deaths: int) -> float:
    """Seconds to wait before the next start after so many deaths in a row."""
    return 0.0 if deaths <= 1 else min(MOST_PAUSE, float(2 ** (deaths - 2)))


@dataclass(slots=True)
class Child:
    """One process: its name and command, and what became of it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    starts: int = 0


class Supervisor:
    """``await Supervisor(children).run(stop)``. Children stop in the order they are listed."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Returns when all children have ended after ``stop``."""
        leash, ours = os.pipe()
        os.set_inheritable(leash, True)
        keepers = {
            child.name: asyncio.create_task(self._keep(child, leash)) for child in self.children
        }
        try:
            await stop.wait()
        finally:
            self._stopping = True
            for child in self.children:
                await self._end(child)
                keepers[child.name].cancel()
            await asyncio.gather(*keepers.values(), return_exceptions=True)
            os.close(leash)
            os.close(ours)

    async def _keep(self, child: Child, leash: int) -> None:
        deaths = 0
        loop = asyncio.get_running_loop()
        while not self._stopping:
            began = loop.time()
            child.process = await asyncio.create_subprocess_exec(
                *child.command,
                env={**os.environ, **child.environment, LEASH: str(leash)},
                pass_fds=(leash,),
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
            )
            child.starts += 1
            log.info("%s started (pid %d)", child.name, child.process.pid)
            code = await child.process.wait()
            if self._stopping:
                return
            deaths = 1 if loop.time() - began > HEALTHY else deaths + 1
            pause = pause_before(deaths)
            log.error("%s ended with %d; starting it again in %.0f s", child.name, code, pause)
            await asyncio.sleep(pause)

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await process.wait()
        except TimeoutError:
            log.error("%s did not stop within %.0f s; killed", child.name, STOP_WITHIN)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
