"""What a command that only looks cannot do, whatever it tries."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from listener.store.session import NoDatabase, open_reading
from listener.store.tables import brands


async def test_who_only_looks_cannot_write(database_url: str) -> None:
    looking = open_reading(database_url)
    try:
        for doing in (insert(brands).values(name="x", role="own"), text("CREATE TABLE x (y int)")):
            with pytest.raises(DBAPIError, match=r"readonly|read-only"):
                async with looking.writing() as connection:
                    await connection.execute(doing)
    finally:
        await looking.close()


def test_a_database_that_is_not_there_is_not_made() -> None:
    with pytest.raises(NoDatabase, match=r"/nowhere/rasid\.db"):
        open_reading("sqlite:////nowhere/rasid.db")
