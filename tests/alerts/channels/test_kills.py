"""SIGKILL to a real sender, with the stand-in as a process of its own: nothing lost, nothing twice.
Small here; the same two processes carry a run of any size."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.store.tables import notices
from tests.alerts.channels.slack_store import standing
from tests.alerts.channels.world import World
from tests.e2e.faults.powercut import NoCompiler, cut, environment, whole

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[3]
CARDS = 15
KILLS = {"kill_received": 1, "kill_stored": 1, "kill_answered": 1, "drop_after": 1, "500_after": 1}


@pytest.fixture
def dialect() -> str:
    return "sqlite"  # the statements are held against both databases in other tests


async def start(
    module: str, *args: str, stdout: int | None = None, **environment: str
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *args, cwd=ROOT, stdout=stdout,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("power", ["stays", "goes"])
async def test_a_killed_sender_loses_nothing_and_doubles_nothing(
    world: World, database_url: str, tmp_path: Path, power: str
) -> None:
    """``goes``: with the sender dies the machine, and what was not synced is gone."""
    preloaded = {}
    if power == "goes":
        try:
            preloaded = environment(tmp_path, tmp_path)
        except NoCompiler as why:
            pytest.skip(str(why))
    world.clock.at = datetime.now(UTC) - timedelta(days=2)  # before the senders' time
    for _ in range(CARDS):
        await world.mention()
    await world.decide()
    await world.db.close()
    whole(tmp_path)
    journal, pid_file = tmp_path / "journal.jsonl", tmp_path / "sender.pid"
    faults = json.dumps({"spread": {"counts": KILLS, "over": CARDS, "seed": 5}})
    server = await start(
        "tests.alerts.channels.slack_server",
        *("--journal", str(journal), "--faults", faults, "--kill-pid-file", str(pid_file)),
        stdout=PIPE,
    )
    assert server.stdout is not None
    url = (await server.stdout.readline()).decode().strip()
    epoch = str(time.time())
    deaths, sender = 0, None
    try:
        async with asyncio.timeout(60):
            while True:
                sender = await start(
                    "tests.alerts.channels.sender",
                    *("--database", database_url, "--api-url", url),
                    *("--pid-file", str(pid_file), "--epoch", epoch, "--hurry", "20"),
                    **preloaded,
                )
                if await sender.wait() == 0:
                    break
                deaths += 1
                if preloaded:
                    cut(tmp_path)
    finally:
        for process in (server, sender):
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()
    assert deaths == 3
    shown = standing(journal)
    rows = await world.rows(notices)
    assert {row.id: len(shown.get(row.id, [])) for row in rows} == {row.id: 1 for row in rows}
    assert {row.state for row in rows} == {"sent"}
    stands = {held["ts"] for held_by in shown.values() for held in held_by}
    assert {row.ts for row in rows} == stands
