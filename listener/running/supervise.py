"""Starts the processes of one installation, restarts what dies, stops them: all together, and the
queue server when they have ended.

A child that dies is restarted at once, then after 1, 2, 4 … at most 10 seconds; a healthy minute
forgets its deaths. Every child holds a leash (``listener.running.guard``), so none outlives us.
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

from listener.running.guard import LEASH

log = logging.getLogger(__name__)

MOST_PAUSE = 10.0
HEALTHY = 60.0
STOP_WITHIN = 30.0
TELL_EVERY = 2.0
"""Seconds after which a stop that is not over says what it waits for."""


class AlreadyRunningError(RuntimeError):
    """Another ``rasid run`` holds ``folder``."""

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(f"rasid already runs on {folder} (pid {pid})")
        self.folder, self.pid = folder, pid


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def lock(folder: Path, name: str = "rasid.lock") -> IO[str]:
    """Holds ``folder`` for this process until the file is closed; what is done beside `rasid run`
    has a ``name`` of its own. Raises AlreadyRunningError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = open(folder / name, "a+", encoding="ascii", opener=_private)  # noqa: SIM115
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunningError(folder, pid) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def holder(folder: Path) -> str | None:
    """The pid of the ``rasid run`` that holds ``folder``; None where none does."""
    try:
        with (folder / "rasid.lock").open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.read().strip() or "unknown"
    except OSError:
        pass
    return None


def pause_before(deaths: int) -> float:
    """Seconds to wait before the next start after so many deaths in a row."""
    return 0.0 if deaths <= 1 else min(MOST_PAUSE, float(2 ** (deaths - 2)))


@dataclass(slots=True)
class Child:
    """One process: its name and command, and what became of it. ``lasting``: goes on through a
    ``renew`` that brings the same command, and ends after those that are not."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    wanted: bool = True


class Supervisor:
    """``await Supervisor(children).run(stop)``. Children stop together, those that are
    ``lasting`` after the others."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self._stop = asyncio.Event()
        self._leash = -1
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._starting = asyncio.Lock()  # nobody is given up between being started and known
        self._changing = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        """Returns when all children have ended after ``stop``."""
        self._stop = stop
        self._leash, ours = os.pipe()
        os.set_inheritable(self._leash, True)
        for child in self.children:
            self._start(child)
        try:
            await stop.wait()
            log.info("stopping %s", ", ".join(child.name for child in self.children))
        finally:
            for child in self.children:
                child.wanted = False  # nothing is restarted while the others end
            async with self._changing:
                await self._give_up_all([child for child in self.children if not child.lasting])
                await self._give_up_all([child for child in self.children if child.lasting])
            os.close(self._leash)
            os.close(ours)

    async def renew(self, children: Sequence[Child]) -> None:
        """Restarts one child after the other, in order, with the commands given now; ends those
        that are no longer listed and starts those that are new. A stop in between is heard."""
        async with self._changing:
            renewed = {child.name: child for child in children}
            for old in list(self.children):
                new = renewed.pop(old.name, None)
                if self._stop.is_set():
                    return
                if new is not None and old.lasting and old.command == new.command:
                    continue
                await self._give_up(old)
                place = self.children.index(old)
                self.children[place : place + 1] = [new] if new else []
                if new is not None and not self._stop.is_set():
                    self._start(new)
            for new in renewed.values():
                self.children.append(new)
                self._start(new)

    def _start(self, child: Child) -> None:
        self._keepers[child.name] = asyncio.create_task(self._keep(child), name=child.name)

    async def _keep(self, child: Child) -> None:
        deaths = 0
        loop = asyncio.get_running_loop()
        while child.wanted:
            began = loop.time()
            ending = await self._once(child)
            if not child.wanted:
                return
            deaths = 1 if loop.time() - began > HEALTHY else deaths + 1
            pause = pause_before(deaths)
            log.error("%s %s; starting it again in %.0f s", child.name, ending, pause)
            await asyncio.sleep(pause)

    async def _once(self, child: Child) -> str:
        """One life of a child; what is to be said of its end."""
        async with self._starting:
            if not child.wanted:
                return ""
            try:
                child.process = await asyncio.create_subprocess_exec(
                    *child.command,
                    env={**os.environ, **child.environment, LEASH: str(self._leash)},
                    pass_fds=(self._leash,),
                    start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
                )
            except OSError as error:  # no memory, no free process: it is tried again, too
                return f"could not be started ({error})"
        child.starts += 1
        log.info("%s started (pid %d)", child.name, child.process.pid)
        return f"ended with {await child.process.wait()}"

    async def _give_up_all(self, children: Sequence[Child]) -> None:
        """Together, for none waits for another; says which are still awaited, and until when."""
        ending = {asyncio.create_task(self._give_up(child)): child.name for child in children}
        waited, left = 0.0, set(ending)
        while left:
            _done, left = await asyncio.wait(left, timeout=TELL_EVERY)
            waited += TELL_EVERY
            if left:
                log.info(
                    "stopping: waiting for %s to finish what is in hand, %.0f s at most",
                    ", ".join(sorted(ending[task] for task in left)),
                    max(STOP_WITHIN - waited, 0.0),
                )

    async def _give_up(self, child: Child) -> None:
        """Ends ``child`` for good."""
        async with self._starting:
            child.wanted = False
        await self._end(child)
        keeper = self._keepers.pop(child.name, None)
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

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
