"""A database file that is moved, removed, replaced or emptied under us is noticed and said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from listener.store.faults import fault_of
from listener.store.same_file import FileLost
from listener.store.session import Database
from listener.store.tables import brands

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


async def _write(db: Database, name: str) -> None:
    async with db.writing() as connection:
        await connection.execute(insert(brands), [{"name": name, "role": "own"}])


async def _names(db: Database) -> list[str]:
    async with db.reading() as connection:
        return list((await connection.execute(select(brands.c.name))).scalars())


async def _lost(db: Database) -> set[str | None]:
    faults = set()
    for work in (_write(db, "ضائع"), _names(db)):
        with pytest.raises(FileLost) as caught:
            await work
        faults.add(fault_of(caught.value))
    return faults


async def test_a_file_that_is_moved_is_missed_and_goes_on_when_it_is_back(
    db: Database, tmp_path: Path
) -> None:
    file, away = tmp_path / "rasid.db", tmp_path / "away.db"
    await _write(db, "زين")
    file.rename(away)
    assert await _lost(db) == {"gone"}
    assert not file.exists(), "none is begun in its place"
    away.rename(file)
    await _write(db, "تمرة")
    assert set(await _names(db)) == {"زين", "تمرة"}


async def test_a_file_that_is_replaced_is_not_written_to(db: Database, tmp_path: Path) -> None:
    await _write(db, "زين")
    file, copy = tmp_path / "rasid.db", tmp_path / "copy.db"
    shutil.copy(file, copy)
    copy.replace(file)
    assert await _lost(db) == {"replaced"}


async def test_a_file_that_was_emptied_is_not_trusted_again(db: Database, tmp_path: Path) -> None:
    await _write(db, "زين")
    file, copy = tmp_path / "rasid.db", tmp_path / "copy.db"
    shutil.copy(file, copy)
    os.truncate(file, 0)
    assert await _lost(db) == {"emptied"}
    file.write_bytes(copy.read_bytes())
    assert await _lost(db) == {"emptied"}
