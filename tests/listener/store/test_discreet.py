"""No error names a value of a row: not in its message, its cause, or their traceback."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from listener.store.session import Database
from listener.store.tables import brands

SECRET = "what nobody is to read"


async def _written(db: Database, *names: str) -> None:
    async with db.writing() as connection:
        rows = [{"name": name, "role": "own"} for name in names]
        await connection.execute(insert(brands), rows)


def _all_of(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    logging.getLogger(__name__).error("it failed: %s", error, exc_info=error)
    return "".join(traceback.format_exception(error)) + repr(error) + caplog.text


async def test_a_key_that_is_there_already(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    await _written(db, SECRET)
    with pytest.raises(DBAPIError) as caught:
        await _written(db, SECRET)
    told = _all_of(caught.value, caplog)
    assert SECRET not in told
    assert "brands" in told  # what failed is said all the same


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT CAST('x' || :value AS integer)", SECRET),
        ("SELECT CAST(:value AS integer)", SECRET),
        ("SELECT CAST(CAST(:value AS text) AS timestamp)", f'{SECRET}" and a "quote'),
        ("INSERT INTO brands (name, role) VALUES (:value, NULL)", SECRET),
        ("SELECT length(:value) / 0", SECRET),
    ],
)
async def test_a_value_that_does_not_fit(
    db: Database, caplog: pytest.LogCaptureFixture, sql: str, value: Any
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.writing() as connection:
            await connection.execute(text(sql), {"value": value})
    assert SECRET not in _all_of(caught.value, caplog)
