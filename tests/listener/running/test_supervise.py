from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from listener.running import supervise
from listener.running.supervise import AlreadyRunningError, Child, Supervisor, lock, pause_before

pytestmark = pytest.mark.whole

WAITS = "import time; time.sleep(60)"
LEASHED = (
    "from listener.running.guard import watch_parent; watch_parent(); import time; time.sleep(60)"
)


async def until(condition: object, what: str) -> None:
    async with asyncio.timeout(10):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_first_restart_is_at_once_and_no_pause_is_over_ten_seconds() -> None:
    assert [pause_before(deaths) for deaths in range(1, 8)] == [0, 1, 2, 4, 8, 10, 10]


async def test_what_dies_is_started_again_and_stop_ends_all() -> None:
    children = [Child(name, [sys.executable, "-c", WAITS]) for name in ("one", "two")]
    stop = asyncio.Event()
    running = asyncio.create_task(Supervisor(children).run(stop))
    await until(lambda: all(child.process for child in children), "start")
    assert children[0].process is not None
    os.kill(children[0].process.pid, signal.SIGKILL)
    await until(lambda: children[0].starts == 2, "restart")
    stop.set()
    await running
    assert children[1].starts == 1
    assert all(child.process and child.process.returncode is not None for child in children)


async def test_children_stop_together_and_what_lasts_after_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "TELL_EVERY", 0.1)
    note = (
        "import os, signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2])\n"
        "    while sys.argv[2] != 'q' and len(open(sys.argv[1]).read()) < 3: time.sleep(0.01)\n"
        "    time.sleep(0.3)\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2].upper()); sys.exit()\n"
        "open(sys.argv[1], 'a').close()\n"
        "signal.signal(signal.SIGTERM, end); open(sys.argv[1] + sys.argv[2], 'w'); time.sleep(60)"
    )
    log = tmp_path / "log"
    children = [
        Child(name, [sys.executable, "-c", note, str(log), name], lasting=name == "q")
        for name in ("a", "q", "b", "c")
    ]
    stop = asyncio.Event()
    running = asyncio.create_task(Supervisor(children).run(stop))
    await until(lambda: all((tmp_path / f"log{c.name}").exists() for c in children), "ready")
    with caplog.at_level("INFO"):
        stop.set()
        await running
    told = log.read_text()  # each waits until all three have heard it
    assert (set(told[:3]), set(told[3:6]), told[6:]) == (set("abc"), set("ABC"), "qQ")
    assert any("waiting for a, b, c to finish" in line for line in caplog.messages)


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads process states from /proc")
async def test_no_child_outlives_a_killed_parent() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio, sys\n"
        "from listener.running.supervise import Child, Supervisor\n"
        f"leashed = Child('leashed', [sys.executable, '-c', {LEASHED!r}])\n"
        "guard = [sys.executable, '-m', 'listener.running.guard']\n"
        "foreign = Child('foreign', [*guard, 'sleep', '60'])\n"
        "async def main():\n"
        "    run = asyncio.create_task(Supervisor([leashed, foreign]).run(asyncio.Event()))\n"
        "    while not (leashed.process and foreign.process): await asyncio.sleep(0.02)\n"
        "    await asyncio.sleep(1); print(leashed.process.pid, foreign.process.pid, flush=True)\n"
        "    await run\n"
        "asyncio.run(main())",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in (await parent.stdout.readline()).split()]
    children = Path(f"/proc/{pids[1]}/task/{pids[1]}/children").read_text().split()
    pids += [int(pid) for pid in children]
    assert len(pids) == 3
    assert all(alive(pid) for pid in pids)
    parent.kill()
    await parent.wait()
    await until(lambda: not any(alive(pid) for pid in pids), "end with the parent")


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads process states from /proc")
@pytest.mark.parametrize("kernel", [True, False], ids=["by the kernel", "by a watcher"])
async def test_a_guarded_program_never_outlives_its_guard(
    kernel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two queue servers on one folder would write into the same file."""
    start = "import sys; from listener.running import guard\n"
    start += "" if kernel else "guard._die_with = lambda parent: False\n"
    start += "sys.exit(guard.main(sys.argv[1:]))"
    foreign = Child("foreign", [sys.executable, "-c", start, "sleep", "60"])
    stop = asyncio.Event()
    running = asyncio.create_task(Supervisor([foreign]).run(stop))
    await until(lambda: foreign.process and "sleep" in _below(foreign.process.pid), "start")
    assert foreign.process is not None
    pids = _below(foreign.process.pid)["sleep"]
    foreign.process.kill()
    await until(lambda: foreign.starts == 2, "restart")
    await until(lambda: not alive(pids), "end")
    await until(lambda: "sleep" in _below(foreign.process.pid), "start again")
    second = _below(foreign.process.pid)["sleep"]
    stop.set()
    await running
    assert not alive(second)


def _below(pid: int) -> dict[str, int]:
    """The commands that ``pid`` has started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {Path(f"/proc/{child}/comm").read_text().strip(): int(child) for child in children}
    except FileNotFoundError:
        return {}


async def test_a_guard_hands_on_the_signal_that_ends_it_and_how_the_program_ended() -> None:
    guard = [sys.executable, "-m", "listener.running.guard", "sh", "-c"]
    for ends, code in (("exit 3", 3), ("kill -TERM $PPID; exec sleep 60", 128 + signal.SIGTERM)):
        process = await asyncio.create_subprocess_exec(*guard, ends)
        assert await asyncio.wait_for(process.wait(), 10) == code


def test_one_run_a_data_folder(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(AlreadyRunningError, match=str(os.getpid())):
        lock(tmp_path)
    lock(tmp_path).close()
