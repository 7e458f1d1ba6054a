"""Processes that are started again whenever they end, until told otherwise."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Keeper:
    """``folder``: gets NAME.log with both outputs; ``killed``: by us, by name."""

    folder: Path
    environment: Mapping[str, str]
    starts: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _power: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._power.set()

    def keep(self, name: str, command: Sequence[str], *, pause: float = 0.0) -> None:
        """Starts it now and after each end, ``pause`` seconds later."""
        self._tasks[name] = asyncio.create_task(self._keep(name, command, pause))

    async def _keep(self, name: str, command: Sequence[str], pause: float) -> None:
        while True:
            await self._power.wait()
            with (self.folder / f"{name}.log").open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdout=log,
                    stderr=log,
                    env=dict(self.environment),
                    process_group=0,  # with what it forks
                )
            self.running[name] = process
            self.starts[name] += 1
            await process.wait()
            await asyncio.sleep(pause)

    def kill(self, name: str) -> None:
        """SIGKILL; it comes back by itself."""
        with suppress(ProcessLookupError):
            self.running[name].kill()
            self.killed[name] += 1

    async def cut(self, meanwhile: Callable[[], object]) -> None:
        """Kills all at once, does ``meanwhile`` when they are gone, and lets them start again."""
        self._power.clear()
        running = list(self.running.values())
        for process in running:
            _signal(process, signal.SIGKILL)
        await asyncio.gather(*(process.wait() for process in running))
        meanwhile()
        self.killed["power"] += 1
        self._power.set()

    async def hold(self, name: str, seconds: float) -> None:
        """SIGSTOP, and SIGCONT ``seconds`` later: a machine that hangs and comes back."""
        process = self.running[name]
        _signal(process, signal.SIGSTOP)
        self.killed[f"{name} stopped"] += 1
        await asyncio.sleep(seconds)
        _signal(process, signal.SIGCONT)

    async def end(self, name: str) -> None:
        """Ends it for good by SIGTERM. Raises TimeoutError where it had to be killed."""
        task = self._tasks.pop(name)
        task.cancel()
        await asyncio.wait([task])
        process = self.running.pop(name, None)
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 45)
            except TimeoutError:
                process.kill()
                await process.wait()
                raise

    async def end_all(self) -> None:
        """Ends all, the queue server last. Raises as ``end`` does, when all have ended."""
        names = sorted(self._tasks, key=lambda name: name == "queue")
        ends = [await asyncio.gather(self.end(name), return_exceptions=True) for name in names]
        for end in ends:
            if isinstance(end[0], BaseException):
                raise end[0]


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """To the process and all that it forked."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def kill(pid: int) -> bool:
    """SIGKILL; whether there was somebody to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
