"""Only what a row itself causes is a bad row; the database's trouble is waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from listener.store.session import Database, open_database
from listener.store.tables import brands
from listener.store.trouble import PAUSES, caused_by_rows, patiently


async def _write(db: Database, name: str | None) -> None:
    async with db.writing() as connection:
        wait = "PRAGMA busy_timeout = 1" if db.dialect == "sqlite" else "SET lock_timeout = '5ms'"
        await connection.execute(text(wait))
        await connection.execute(insert(brands), [{"name": name, "role": "own"}])


@asynccontextmanager
async def _locked(database_url: str) -> AsyncIterator[None]:
    """Another process holds what we want to write."""
    other = open_database(database_url)
    try:
        async with other.writing() as connection:
            if other.dialect == "postgresql":
                await connection.execute(text("LOCK TABLE brands"))
            yield
    finally:
        await other.close()


async def _error(db: Database, name: str | None) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        await _write(db, name)
    return caught.value


async def test_a_value_that_no_column_takes_is_the_rows_fault(db: Database) -> None:
    assert caused_by_rows(await _error(db, None))
    if db.dialect == "postgresql":
        assert caused_by_rows(await _error(db, "a\x00b"))


async def test_a_row_that_another_process_wrote_first_is_not_bad(db: Database) -> None:
    await _write(db, "زين")
    assert not caused_by_rows(await _error(db, "زين"))


async def _short_waits(db: Database) -> None:
    """SQLite waits for its lock when a transaction begins, so the wait is set before."""
    if db.dialect == "sqlite":
        async with db.write.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout = 1")
            await connection.rollback()


async def test_a_lock_that_is_not_got_is_waited_for(db: Database, database_url: str) -> None:
    await _short_waits(db)
    lock = _locked(database_url)
    await lock.__aenter__()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            await lock.__aexit__(None, None, None)

    await patiently(lambda: _write(db, "زين"), sleep=sleep)
    assert slept == list(PAUSES[:2])
    async with db.reading() as connection:
        assert (await connection.execute(select(brands.c.name))).scalars().all() == ["زين"]


async def test_trouble_that_lasts_is_told_and_a_bad_row_at_once(
    db: Database, database_url: str
) -> None:
    await _short_waits(db)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with _locked(database_url):
        with pytest.raises(DBAPIError) as caught:
            await patiently(lambda: _write(db, "زين"), sleep=sleep)
    assert not caused_by_rows(caught.value)
    assert slept == list(PAUSES)
    with pytest.raises(DBAPIError):
        await patiently(lambda: _write(db, None), sleep=sleep)
    assert slept == list(PAUSES)
