"""What stands around Rasid in a run: its folder and configuration, the Slack stand-in, the
networks, and a look into its database."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from listener.settings.places import socket_path
from listener.store.first_start import BEGAN, settle
from listener.store.migrate import migrate
from listener.store.session import open_database
from listener.store.tables import heartbeats, marks, matches, mentions, notices
from tests.e2e.faults.network import arguments
from tests.e2e.faults.plan import Plan
from tests.e2e.faults.powercut import cut
from tests.e2e.faults.powercut import environment as preloaded
from tests.e2e.faults.truth import BRAND, Batch
from tests.servers import Postgres

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """
[service]
data = "data"
listen = "127.0.0.1:0"
[storage]
database = "{database}"
[[brands]]
name = "{brand}"
keywords = ["{brand}", "Rashfan"]
hashtags = ["{brand}"]
{networks}
[channels.care]
kind = "slack"
token = "env:FAULTS_SLACK_TOKEN"
channel = "#customer-care"
api_url = "{slack}"
pace = "40/s"
timeout = "{plan.timeout}s"
look_again = "{plan.look_again}s"
reconcile = {reconcile}
[[routes]]
name = "everything"
channel = "care"
"""


@dataclass
class Stage:
    """``database``: a PostgreSQL address, or None for the embedded SQLite."""

    folder: Path
    plan: Plan
    database: str | None = None
    server: Postgres | None = None
    slack: asyncio.subprocess.Process | None = None
    networks: asyncio.subprocess.Process | None = None
    port: int = 0

    journal = property(lambda self: self.folder / "journal.jsonl")
    log = property(lambda self: self.folder / "faults.jsonl")
    sender = property(lambda self: self.folder / "sender.pid")
    config = property(lambda self: self.folder / "rasid.toml")

    @property
    def url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'data' / 'rasid.db'}"

    @property
    def redis(self) -> str:
        return str(socket_path(self.folder / "data", "redis.sock"))

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "FAULTS_SLACK_TOKEN": "xoxb-faults",
            "FAULTS_DATABASE": self.database or "",
        }

    def watched(self) -> dict[str, str]:
        """What Rasid's processes are started with: whatever they sync is kept for a power cut."""
        if self.database is not None or not self.plan.cuts:
            return self.environment
        return self.environment | preloaded(self.folder / "data", self.folder)

    def power_comes_back(self) -> None:
        cut(self.folder / "data")

    async def open(self, batches: Sequence[Batch]) -> None:
        """Starts the stand-in and the networks, and writes the configuration."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        await self._begun()
        self.journal.touch()
        self.log.touch()
        self.slack, address = await self._server(
            "tests.alerts.channels.slack_server",
            "--journal", str(self.journal), "--faults", json.dumps(self.plan.faults()),
            "--kill-pid-file", str(self.sender), "--log", str(self.log),
        )  # fmt: skip
        options = await self.show(batches)
        text = CONFIG.format(
            plan=self.plan,
            brand=BRAND,
            slack=address,
            database="env:FAULTS_DATABASE" if self.database else "sqlite",
            reconcile=str(self.plan.reconcile).lower(),
            networks="\n".join(_section(name, options[name]) for name in options if name != "rss"),
        )
        self.config.write_text(text, encoding="utf-8")

    async def _begun(self) -> None:
        """It was started before: what the networks show is none of a first start's backlog."""
        db = open_database(self.url)
        try:
            await migrate(db)
            async with db.writing() as connection:
                await connection.execute(
                    insert(marks).values(name=BEGAN, at=datetime(2020, 1, 1, tzinfo=UTC))
                )
                await settle(connection, datetime(2020, 1, 1, tzinfo=UTC))
        finally:
            await db.close()

    async def show(self, batches: Sequence[Batch]) -> dict[str, dict[str, Any]]:
        """Lets the networks show these posts, at the address they have if they have one."""
        await _end(self.networks)
        self.networks, said = await self._server(
            "tests.e2e.faults.network", str(self.port), *arguments(list(batches))
        )
        options: dict[str, dict[str, Any]] = json.loads(said)
        self.port = int(options["mastodon"]["api_url"].split(":")[2].split("/")[0])
        return options

    async def close(self) -> None:
        await _end(self.networks)
        await _end(self.slack)

    async def _server(self, module: str, *more: str) -> tuple[asyncio.subprocess.Process, str]:
        with (self.folder / f"{module.rpartition('.')[2]}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *more,
                stdout=asyncio.subprocess.PIPE, stderr=log, env=self.environment, cwd=ROOT,
            )  # fmt: skip
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        if not line:
            raise RuntimeError(f"{module} did not start: see its log in {self.folder}")
        return process, line.decode().strip()

    async def pids(self) -> dict[str, int]:
        """Process → id, by the heartbeats."""
        return {r.process: r.pid for r in await self._rows(select(heartbeats))}

    async def unfinished(self) -> dict[str, int]:
        """What is under way, by the tables; empty once all is at rest."""
        open_ = notices.c.state.in_(("pending", "sending", "unknown"))
        asked = {
            "collected": (mentions, mentions.c.state == "collected"),
            "waiting": (matches, matches.c.state == "waiting"),
            "notices": (notices, open_ | notices.c.until.is_not(None)),
        }
        found = {}
        for name, (table, condition) in asked.items():
            counted = select(func.count().label("n")).select_from(table).where(condition)
            found[name] = (await self._rows(counted))[0].n
        return {name: n for name, n in found.items() if n}

    async def stored(self) -> list[str]:
        """Texts of all mentions."""
        return [row.text for row in await self._rows(select(mentions.c.text))]

    async def _rows(self, statement: Any) -> list[Any]:
        db = open_database(self.url)
        try:
            async with db.reading() as connection:
                return list((await connection.execute(statement)).all())
        finally:
            await db.close()


def _section(name: str, options: dict[str, Any]) -> str:
    lines = [f"[networks.{name}]", 'every = "1s"']
    return "\n".join([*lines, *(f"{key} = {json.dumps(value)}" for key, value in options.items())])


async def _end(process: asyncio.subprocess.Process | None) -> None:
    if process is not None and process.returncode is None:
        process.kill()
        await process.wait()
