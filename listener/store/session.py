"""Two engines: one that writes, one that only reads; or, for commands that only look, one alone.

On SQLite every write transaction starts with BEGIN IMMEDIATE: by the driver's default a read
followed by a write loses updates without an error. Await nothing but SQL inside ``writing()``: the
one writer of SQLite is held until it ends.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from listener.store.discreet import discreet
from listener.store.same_file import SameFile
from listener.store.sqlite_opening import connected

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_DRIVERS = {"sqlite": SQLITE, "postgres": POSTGRESQL, "postgresql": POSTGRESQL} | {
    name: name for name in (SQLITE, POSTGRESQL)
}
BUSY_MS = 30_000
DURABLE = "rasid_durable"
"""Execution option of a connection whose next transaction must be on disk when it commits."""
LOOK_SECONDS = 10
"""How long a command that only reads waits for a server, or for a lock that keeps readers out."""


class NoDatabase(Exception):
    """There is no file at ``path``. ``pid``: of the Rasid that runs all the same, where one does:
    then its file was taken away."""

    def __init__(self, path: Path, pid: str | None = None) -> None:
        super().__init__(f"there is no database at {path}")
        self.path, self.pid = path, pid


class BadAddress(ValueError):
    """What is named as the database is no address of one."""


@dataclass(frozen=True, slots=True)
class Database:
    """``async with db.writing() as connection`` commits at the end, rolls back on an error."""

    write: AsyncEngine
    read: AsyncEngine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.write.dialect.name

    @asynccontextmanager
    async def writing(self, *, durable: bool = False) -> AsyncIterator[AsyncConnection]:
        """``durable``: once it has committed, a loss of power does not take it back. For what is
        told to somebody outside before anything else is written: a notice about to be sent, a click
        that was answered, a delivery that was accepted. Everything else may fall back together, to
        an earlier moment at which it was whole, and is done again."""
        async with self.write.connect() as connection:
            await connection.execution_options(**{DURABLE: durable})
            async with connection.begin():
                if durable and self.dialect == "postgresql":  # whatever the server's default is
                    await connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self.read.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.write.dispose()
        if self.read is not self.write:
            await self.read.dispose()


def open_database(url: str) -> Database:
    """``sqlite+aiosqlite:///path`` (local disk only) or ``postgresql+asyncpg://…``.

    ``sqlite:`` and ``postgresql:`` URLs are given their async driver. Raises BadAddress.
    """
    parsed = _parsed(url)
    if parsed.drivername == SQLITE:
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        opening = {"async_creator_fn": connected}
        write = _engine(parsed, pool_size=1, max_overflow=0, pool_timeout=120, connect_args=opening)
        read = _engine(parsed, pool_size=4, connect_args=opening)
        if parsed.database and parsed.database != ":memory:":
            same = SameFile(parsed.database)
            same.watch(write)
            same.watch(read)
        _sqlite(write, read_only=False)
        _sqlite(read, read_only=True)
        return Database(write=write, read=read)
    engine = _engine(parsed, pool_pre_ping=True, pool_size=5)
    return Database(write=engine, read=engine)


def open_reading(url: str) -> Database:
    """The same database for a command that only looks: nothing is written, made or migrated, and a
    writer that holds its lock is not waited for. Raises NoDatabase where SQLite has no file.

    SQLite itself may make its two files beside a database that no process has open; a folder where
    that is not allowed is read as one that nobody writes to.
    """
    parsed = _parsed(url)
    if parsed.drivername == SQLITE:
        path = Path(parsed.database or "")
        if not path.is_file():
            raise NoDatabase(path)
        alone = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
        query = {"uri": "true", "mode": "ro"} | ({"immutable": "1"} if alone else {})
        name = f"file:{quote(str(path.absolute()))}"
        parsed = URL.create("sqlite+aiosqlite", database=name, query=query)
        engine = _engine(parsed, pool_size=2, connect_args={"async_creator_fn": connected})
        _sqlite_looking(engine)
        return Database(write=engine, read=engine)
    server = {"default_transaction_read_only": "on", "lock_timeout": f"{LOOK_SECONDS}s"}
    engine = _engine(
        parsed, pool_size=2, connect_args={"timeout": LOOK_SECONDS, "server_settings": server}
    )
    return Database(write=engine, read=engine)


def _parsed(url: str) -> URL:
    """With the drivers that we use. What others call sslmode is asyncpg's ssl."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadAddress(type(error).__name__) from None  # its text holds the password
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise BadAddress(f"{parsed.drivername} is not supported")
    modes = parsed.query.get("sslmode")
    if modes is not None and driver != SQLITE:
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": modes})
    return parsed.set(drivername=driver)


def _engine(url: URL, **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, **options)
    discreet(engine)
    return engine


def _sqlite_looking(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {LOOK_SECONDS * 1000}")
        cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def _sqlite(engine: AsyncEngine, *, read_only: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin ourselves, below
        if not read_only and engine.url.database not in (None, "", ":memory:"):
            with suppress(PermissionError):  # another's file, which we may write all the same
                os.chmod(engine.url.database, 0o600)  # tokens are in it; -wal and -shm follow
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        if read_only:
            connection.exec_driver_sql("BEGIN")
            return
        durable = bool(connection.get_execution_options().get(DURABLE))
        if connection.info.get(DURABLE) != durable:  # not to be changed inside a transaction
            # In WAL mode NORMAL syncs at checkpoints alone, FULL after each commit
            # (https://www.sqlite.org/pragma.html#pragma_synchronous).
            connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.info[DURABLE] = durable
        connection.exec_driver_sql("BEGIN IMMEDIATE")
