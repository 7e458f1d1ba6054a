"""Whose fault is it that rows could not be written: theirs, or the database's?

Only what a row itself causes makes it a bad row. A deadlock, a lock that was not got, a full disk
and a server that starts up are ours: the rows are held, and written when it is over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from listener.store.session import Database
from listener.store.work import Work, release

log = logging.getLogger(__name__)

T = TypeVar("T")
PAUSES = (0.2, 1.0, 5.0, 15.0, 30.0)
"""Seconds between the attempts of ``patiently``: longer than a server takes to come back."""
_VALUES = {"23502", "23514", "54000"}  # NOT NULL, CHECK, a value too large for its index
_VALUES_SQLITE = {"SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK"}


def caused_by_rows(error: BaseException) -> bool:
    """Whether writing the same rows would fail the same way for ever.

    PostgreSQL tells by its SQLSTATE (class 22: a value that no column takes); SQLite by the class
    of the error. A unique or foreign key that is violated is a race with another process: the next
    attempt sees what that one wrote.
    """
    if not isinstance(error, DBAPIError):
        return not isinstance(error, OSError | SQLAlchemyError)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith("22") or state in _VALUES
    if isinstance(error, IntegrityError):
        return getattr(error.orig, "sqlite_errorname", None) in _VALUES_SQLITE
    binding = isinstance(error, ProgrammingError) and "bind" in str(error.orig)
    return binding or isinstance(error, DataError)


async def hand_back(
    db: Database,
    work: Work,
    rows: Sequence[Row[Any]],
    error: BaseException,
    *,
    worker: str,
    now: datetime,
) -> None:
    """After trouble that is not the rows': the try does not count, so that no outage makes good
    rows suspect. A race counts, else a lasting one would never end. Where the database is away, the
    lease runs out by itself."""
    if isinstance(error, IntegrityError) or caused_by_rows(error):
        return
    with suppress(SQLAlchemyError, OSError):
        async with db.writing() as connection:
            await release(connection, work, rows, worker=worker, now=now)


async def patiently(
    write: Callable[[], Awaitable[T]],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """What ``write`` returns, which is one transaction of its own: tried again after ``PAUSES``
    where the database is in trouble. Raises what the rows cause at once, the trouble at last."""
    for pause in PAUSES:
        try:
            return await write()
        except (SQLAlchemyError, OSError) as error:
            if caused_by_rows(error):
                raise
            log.warning(
                "the database is in trouble (%s); trying again in %.1f s",
                type(getattr(error, "orig", None) or error).__name__,
                pause,
            )
        await sleep(pause)
    return await write()
