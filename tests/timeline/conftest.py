from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from listener.store.session import Database, open_database
from listener.store.tables import metadata


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/rasid.db")
    async with database.write.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()
