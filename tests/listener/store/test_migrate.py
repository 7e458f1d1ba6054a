"""The schema that migrations make is the schema that the code reads."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from listener.store.migrate import SchemaTooNew, config, migrate
from listener.store.search_index import has_index, is_search_object
from listener.store.session import Database, open_database
from listener.store.tables import counts, metadata
from tests.servers import Postgres


def _difference(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": connection.dialect.name != "sqlite",  # the DDL test sees them
            "include_object": lambda _o, name, kind, _r, _t: not is_search_object(name, kind),
        },
    )
    return list(compare_metadata(context, metadata))


async def test_migrations_make_what_tables_says(db: Database) -> None:
    async with db.reading() as connection:
        assert await connection.run_sync(_difference) == []


_DDL = {
    "sqlite": "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name NOT LIKE 'mentions_search%' AND name <> 'alembic_version'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND "
    "indexname NOT IN ('ix_mentions_folded_trigrams', 'alembic_version_pkc')",
}


async def test_partial_indexes_and_keys_are_the_same(db: Database, empty_database_url: str) -> None:
    """Alembic's comparison is blind to the WHERE of an index and to ON DELETE on SQLite."""
    plain = open_database(empty_database_url)
    try:
        async with plain.writing() as connection:
            await connection.run_sync(metadata.create_all)
            want = {tuple(row) for row in await connection.execute(text(_DDL[db.dialect]))}
    finally:
        await plain.close()
    async with db.reading() as connection:
        have = {tuple(row) for row in await connection.execute(text(_DDL[db.dialect]))}
    assert {_plain(row) for row in have} == {_plain(row) for row in want}


def _plain(row: tuple[str, str]) -> tuple[str, tuple[str, ...]]:
    """The parts of a CREATE statement in any order: Alembic writes constraints in its own, and
    SQLite puts a column that came later on the line of another."""
    name, sql = row
    parts = re.split(r"\n|, (?=\w+ [A-Z])", sql)
    return name, tuple(sorted(part.strip(" ,()\n\t") for part in parts))


async def test_a_second_start_changes_nothing(db: Database) -> None:
    await migrate(db)
    async with db.reading() as connection:
        assert await connection.run_sync(has_index)


async def test_many_processes_start_at_once(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(5)]
    try:
        await asyncio.gather(*(migrate(db) for db in databases))
        async with databases[0].reading() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            assert found.scalars().all() == ScriptDirectory.from_config(config()).get_heads()
    finally:
        for db in databases:
            await db.close()


async def test_roll_ups_of_an_earlier_schema_are_kept(empty_database_url: str) -> None:
    """The rows of some of their hours are gone. Their 0 stood for unknown as well."""
    db = open_database(empty_database_url)
    try:
        async with db.writing() as connection:
            await connection.run_sync(lambda c: command.upgrade(config(c), "0003"))
            await connection.execute(text("INSERT INTO brands VALUES (1, 'b', 'own')"))
            await connection.execute(
                text(
                    "INSERT INTO counts VALUES (1, '2026-03-10 09:00:00', 'rss', 'ar', 'neutral', "
                    "7, 2, 0, '2026-03-11 00:00:00')"
                )
            )
        await migrate(db)
        async with db.reading() as connection:
            row = (await connection.execute(select(counts))).one()
        assert (row.mentions, row.needing_response, row.engagement) == (7, 2, None)
        assert (row.network, row.intent, row.source) == ("rss", "unlabelled", "")
    finally:
        await db.close()


async def test_older_code_refuses_a_newer_schema(db: Database) -> None:
    async with db.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    with pytest.raises(SchemaTooNew, match=r"9001.*knows up to \d{4}.*newer Rasid"):
        await migrate(db)


async def test_an_error_leaves_nothing_behind(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> bool:
        raise RuntimeError("the disk is full")

    db = open_database(empty_database_url)
    try:
        with monkeypatch.context() as patch:
            patch.setattr("listener.store.migrate.make_index", fail)
            with pytest.raises(RuntimeError, match="disk"):
                await migrate(db)
        async with db.reading() as connection:
            tables = await connection.run_sync(lambda c: c.dialect.get_table_names(c))
        assert tables == []
        await migrate(db)
    finally:
        await db.close()


async def test_postgresql_refuses_the_extension(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    """A role without rights on the database still gets its tables, and is told what is missing."""
    with postgres.database(template=None) as url:
        admin = open_database(url)
        async with admin.writing() as connection:
            await connection.execute(text("CREATE ROLE guest LOGIN"))
            await connection.execute(text("GRANT ALL ON SCHEMA public TO guest"))
        guest = open_database(url.replace("postgres@", "guest@"))
        try:
            with caplog.at_level(logging.WARNING):
                await migrate(guest)
            assert "CREATE EXTENSION pg_trgm" in caplog.text
            async with guest.reading() as connection:
                assert not await connection.run_sync(has_index)
                assert await connection.run_sync(_difference) == []
            async with admin.writing() as connection:  # the right is granted later
                await connection.execute(text("CREATE EXTENSION pg_trgm"))
            await migrate(guest)
            async with guest.reading() as connection:
                assert await connection.run_sync(has_index)
        finally:
            await guest.close()
            async with admin.writing() as connection:
                await connection.execute(text("DROP OWNED BY guest"))
                await connection.execute(text("DROP ROLE guest"))
            await admin.close()


async def test_the_lock_file_is_private(empty_database_url: str, dialect: str) -> None:
    db = open_database(empty_database_url)
    try:
        await migrate(db)
        if dialect == "sqlite":
            lock = Path(f"{db.write.url.database}.migrate.lock")
            assert lock.stat().st_mode & 0o777 == 0o600
    finally:
        await db.close()
