"""Brings the schema up to this code's version: one process at a time, all or nothing."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from listener.store.session import Database

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x7261736964  # "rasid": the key of PostgreSQL's advisory lock
LOCK_SECONDS = 0.05


class SchemaMismatch(RuntimeError):
    """The schema is ``found``, not this code's (``needed``). ``kind``: newer | older | empty."""

    kind = "older"

    def __init__(self, found: str = "", needed: str = "") -> None:
        super().__init__(f"the schema is {self.kind}: {found or 'none'}, not {needed or head()}")
        self.found, self.needed = found, needed


class SchemaTooNew(SchemaMismatch):
    """The database was written by a newer Rasid; older code would damage what it cannot see."""

    kind = "newer"


class SchemaTooOld(SchemaMismatch):
    """The database waits to be migrated."""


class SchemaEmpty(SchemaTooOld):
    """The database was never used."""

    kind = "empty"


async def migrate(db: Database) -> None:
    """Applies what is missing; does nothing where nothing is.

    Other processes that start meanwhile wait until this one is done. The whole upgrade is one
    transaction: an error leaves the schema as it was. Raises ``SchemaTooNew`` where the database
    has a revision that this code does not know.
    """
    async with _file_lock(db), db.writing() as connection:
        if db.dialect == "postgresql":  # held until the transaction ends, however it ends
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        await connection.run_sync(_upgrade)


async def must_fit(db: Database) -> None:
    """Changes nothing. Raises SchemaTooOld or SchemaTooNew where this code cannot read ``db``."""
    async with db.reading() as connection:
        await connection.run_sync(_must_fit)


def head() -> str:
    """The revision that this code reads and writes."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def known() -> set[str]:
    """The revisions that this code can bring up to date."""
    scripts = ScriptDirectory.from_config(config())
    return {script.revision for script in scripts.walk_revisions()}


def _must_fit(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_heads()
    _not_newer(current)
    if not current:
        raise SchemaEmpty(needed=head())
    if current != (head(),):
        raise SchemaTooOld(", ".join(current), head())


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the migrations in this package."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def _upgrade(connection: Connection) -> None:
    _not_newer(MigrationContext.configure(connection).get_current_heads())
    command.upgrade(config(connection), "head")


def _not_newer(current: tuple[str, ...]) -> None:
    revisions = known()
    for revision in current:
        if revision not in revisions:
            raise SchemaTooNew(revision, max(revisions))


@asynccontextmanager
async def _file_lock(db: Database) -> AsyncIterator[None]:
    """An exclusive lock beside SQLite's file; the kernel frees it when its holder dies."""
    name = db.write.url.database if db.dialect == "sqlite" else None
    if not name or name == ":memory:":
        yield
        return
    handle = os.open(f"{name}.migrate.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(LOCK_SECONDS)
        yield
    finally:
        os.close(handle)
