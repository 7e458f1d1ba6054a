from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from listener.store.session import Database
from tests.alerts.channels.slack_server import CHANNELS, SlackServer
from tests.alerts.channels.slack_store import Store
from tests.alerts.channels.world import World


@pytest_asyncio.fixture
async def world(db: Database) -> World:
    made = World(db)
    await made.brands()
    return made


@pytest_asyncio.fixture
async def slack(tmp_path: Path) -> AsyncIterator[SlackServer]:
    """The stand-in, listening; every payload it stored was one that Slack would take."""
    server = SlackServer(Store(dict(CHANNELS), tmp_path / "journal.jsonl"))
    await server.start()
    yield server
    await server.stop()
    assert server.store.violations == []
