"""`run` waits for a database that comes later, says so once, and hears a stop meanwhile."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from listener.cli import opening_late
from listener.cli.opening import DatabaseTrouble
from listener.cli.opening_late import open_late
from listener.settings.load import load
from listener.settings.model import Settings
from tests.listener.cli.installed import SECRET, TOML
from tests.servers import Postgres


def _settings(folder: Path, database: str) -> Settings:
    path = folder / "rasid.toml"
    brand = '[[brands]]\nname = "رشفان"\nkeywords = ["رشفان"]\n'
    path.write_text(TOML.format(database=database) + brand, encoding="utf-8")
    return load(path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_late, "FIRST", 0.05)
    monkeypatch.setattr(opening_late, "LONGEST", 0.05)


async def test_a_database_that_is_made_later_is_waited_for(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    with postgres.database(template=None) as url:
        name = url.partition("?")[0].rpartition("/")[2]
        await postgres._execute(f"ALTER DATABASE {name} RENAME TO {name}_later")
        monkeypatch.setenv(SECRET, url)

        async def appear() -> None:
            while not caplog.records:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            await postgres._execute(f"ALTER DATABASE {name}_later RENAME TO {name}")

        with caplog.at_level(logging.WARNING):
            async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
                tasks.create_task(appear())
                late = open_late(_settings(tmp_path, f"env:{SECRET}"), asyncio.Event())
                async with late as house:
                    assert house is not None
                    assert house.brand_ids == {"رشفان": 1}
    first, last = (record.getMessage() for record in caplog.records)
    assert f"The database {name} at " in first
    assert first.endswith("(waiting for it; stop with Ctrl-C)")
    assert last == "the database is there"


async def test_a_stop_ends_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SECRET, "postgresql://rasid@127.0.0.1:1/rasid")
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.3, stop.set)
    async with asyncio.timeout(10), open_late(_settings(tmp_path, f"env:{SECRET}"), stop) as house:
        assert house is None
    assert len(caplog.records) == 1, "told once"


async def test_a_database_that_was_taken_away_is_waited_for_and_not_begun_anew(
    tmp_path: Path,
) -> None:
    settings, stop = _settings(tmp_path, "sqlite"), asyncio.Event()
    async with open_late(settings, stop) as house:
        assert house is not None
    file, away = tmp_path / "data" / "rasid.db", tmp_path / "away"
    file.rename(away)
    asyncio.get_running_loop().call_later(0.3, away.rename, file)
    async with asyncio.timeout(10), open_late(settings, stop, make=False) as house:
        assert house is not None
        assert not away.exists()


async def test_what_waiting_does_not_mend_ends_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "sqlite")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rasid.db").write_text("no pages at all\n" * 100)
    with pytest.raises(DatabaseTrouble) as caught:
        async with open_late(settings, asyncio.Event()):
            raise AssertionError
    assert caught.value.fault == "foreign"
