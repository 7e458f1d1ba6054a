"""The schema that migrations make is the schema that the code reads."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from listener.store.migrate import SchemaTooNew, config, head, migrate
from listener.store.session import Database, open_database
from listener.store.tables import counts, metadata

_OLD_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE mentions_search USING fts5("
        "folded, content='mentions', content_rowid='id', tokenize='trigram')",
        "CREATE TRIGGER mentions_search_insert AFTER INSERT ON mentions BEGIN "
        "INSERT INTO mentions_search(rowid, folded) VALUES (new.id, new.folded); END",
        "CREATE TRIGGER mentions_search_update AFTER UPDATE OF id, folded ON mentions BEGIN "
        "INSERT INTO mentions_search(rowid, folded) VALUES (new.id, new.folded); END",
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE INDEX ix_mentions_folded_trigrams ON mentions USING gin (folded gin_trgm_ops)",
    ),
}
_OLD_ROW = (
    "INSERT INTO mentions (network, native_id, text, folded, text_key, kind, hashtags, handles, "
    "media, created_at, collected_at, source, state) VALUES ('x', '1', 'نصّ', 'نص', 'k', 'post', "
    "'[]', '[]', '[]', '2026-11-22 09:30:00', '2026-11-22 09:30:00', 'import', 'collected')"
)


def _difference(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": connection.dialect.name != "sqlite",  # the DDL test sees them
        },
    )
    return list(compare_metadata(context, metadata))


async def test_migrations_make_what_tables_says(db: Database) -> None:
    async with db.reading() as connection:
        assert await connection.run_sync(_difference) == []


_DDL = {
    "sqlite": "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name <> 'alembic_version'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND "
    "indexname <> 'alembic_version_pkc'",
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
        assert await connection.run_sync(_difference) == []


async def test_many_processes_start_at_once(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(5)]
    try:
        await asyncio.gather(*(migrate(db) for db in databases))
        async with databases[0].reading() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            assert found.scalars().all() == [head()]
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
    with pytest.raises(SchemaTooNew, match=rf"newer: 9001, not {head()}"):
        await migrate(db)


async def test_an_error_leaves_nothing_behind(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: Config, revision: str) -> None:
        upgrade(settings, revision)
        raise RuntimeError("the disk is full")

    upgrade, db = command.upgrade, open_database(empty_database_url)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(command, "upgrade", fail)
            with pytest.raises(RuntimeError, match="disk"):
                await migrate(db)
        async with db.reading() as connection:
            tables = await connection.run_sync(lambda c: c.dialect.get_table_names(c))
        assert tables == []
        await migrate(db)
    finally:
        await db.close()


async def test_the_search_index_of_an_older_database_goes_and_its_rows_stay(
    empty_database_url: str, dialect: str
) -> None:
    db = open_database(empty_database_url)
    old = _OLD_INDEX[dialect]
    try:
        async with db.writing() as connection:
            await connection.run_sync(lambda c: command.upgrade(config(c), "0003"))
            for statement in old:
                await connection.exec_driver_sql(statement)
            await connection.execute(text(_OLD_ROW))
        await migrate(db)
        async with db.writing() as connection:
            assert await connection.run_sync(_difference) == []
            await connection.execute(text("UPDATE mentions SET text = 'غيره'"))  # no trigger left
            found = await connection.execute(text("SELECT native_id, text FROM mentions"))
            assert [tuple(row) for row in found] == [("1", "غيره")]
    finally:
        await db.close()


async def test_the_lock_file_is_private(empty_database_url: str, dialect: str) -> None:
    db = open_database(empty_database_url)
    try:
        await migrate(db)
        if dialect == "sqlite":
            lock = Path(f"{db.write.url.database}.migrate.lock")
            assert lock.stat().st_mode & 0o777 == 0o600
    finally:
        await db.close()
