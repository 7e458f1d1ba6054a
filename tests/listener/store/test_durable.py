"""What was promised to somebody outside survives a loss of power; the rest may fall back, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from listener.store.session import Database, open_database
from tests.e2e.faults.powercut import NoCompiler, cut, environment

pytestmark = pytest.mark.whole
WRITER = """
import asyncio, os, sys
from sqlalchemy import text
from listener.store.session import open_database

async def main():
    db = open_database(sys.argv[1])
    async with db.writing(durable=True) as connection:
        await connection.execute(text("CREATE TABLE kept (what TEXT)"))
    for word in sys.argv[2:]:
        async with db.writing(durable=word.startswith("durable")) as connection:
            await connection.execute(text("INSERT INTO kept VALUES (:word)"), {"word": word})
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


def after_power_loss(folder: Path, *words: str) -> list[str]:
    """Words written one a transaction by a process that then lost its power."""
    data = folder / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'rasid.db'}"
    try:
        preloaded = environment(data, folder)
    except NoCompiler as why:
        pytest.skip(str(why))
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", WRITER, url, *words],
        env={**os.environ, **preloaded, "PYTHONPATH": root}, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()
    cut(data)
    import asyncio

    async def read() -> list[str]:
        db = open_database(url)
        try:
            async with db.reading() as connection:
                return list((await connection.execute(text("SELECT what FROM kept"))).scalars())
        finally:
            await db.close()

    return asyncio.run(read())


def test_a_durable_transaction_is_there_after_a_loss_of_power(tmp_path: Path) -> None:
    assert after_power_loss(tmp_path, "a", "durable b", "c") == ["a", "durable b"]


def test_the_simulation_does_take_back_what_was_not_synced(tmp_path: Path) -> None:
    assert after_power_loss(tmp_path, "a", "b") == []


async def test_the_next_transaction_is_hasty_again(db: Database) -> None:
    async def level() -> str:
        asked = "PRAGMA synchronous" if db.dialect == "sqlite" else "SHOW synchronous_commit"
        return str((await connection.exec_driver_sql(asked)).scalar_one())

    seen = []
    for durable in (False, True, False):
        async with db.writing(durable=durable) as connection:
            seen.append(await level())
    hasty = seen[0]
    assert seen == [hasty, "2" if db.dialect == "sqlite" else "on", hasty]
    assert hasty == ("1" if db.dialect == "sqlite" else "off")
