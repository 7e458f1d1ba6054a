"""The index over ``mentions.folded``: substrings of three characters and more, on both databases.

SQLite: FTS5 with the trigram tokenizer (3.34 or newer), without a copy of the texts; triggers keep
it in step, also when a text is blanked. PostgreSQL: GIN over pg_trgm. Where neither can be made,
search still works and reads every row; the log says so.
"""

from __future__ import annotations

import logging

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

FTS = "mentions_search"
GIN = "ix_mentions_folded_trigrams"

_SQLITE = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5("
    "folded, content='mentions', content_rowid='id', tokenize='trigram')",
    f"CREATE TRIGGER {FTS}_insert AFTER INSERT ON mentions BEGIN "
    f"INSERT INTO {FTS}(rowid, folded) VALUES (new.id, new.folded); END",
    # An external-content index must be told the old text to forget it (sqlite.org/fts5.html 4.4.3).
    f"CREATE TRIGGER {FTS}_delete AFTER DELETE ON mentions BEGIN "
    f"INSERT INTO {FTS}({FTS}, rowid, folded) VALUES ('delete', old.id, old.folded); END",
    f"CREATE TRIGGER {FTS}_update AFTER UPDATE OF id, folded ON mentions BEGIN "
    f"INSERT INTO {FTS}({FTS}, rowid, folded) VALUES ('delete', old.id, old.folded); "
    f"INSERT INTO {FTS}(rowid, folded) VALUES (new.id, new.folded); END",
    f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE INDEX {GIN} ON mentions USING gin (folded gin_trgm_ops)",
)


def is_search_object(name: str | None, kind: str) -> bool:
    """Whether a table or index belongs to the search index and so is not in ``tables.metadata``."""
    name = name or ""
    return (kind == "table" and name.startswith(FTS)) or (kind == "index" and name == GIN)


def has_index(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        found = connection.execute(
            text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": FTS}
        )
    else:
        found = connection.execute(
            text("SELECT 1 WHERE to_regclass(:name) IS NOT NULL"), {"name": GIN}
        )
    return found.first() is not None


def make_index(connection: Connection) -> bool:
    """Makes the index where it is missing, over the rows already there. False: it cannot be made
    (said in the log). Tried again at every start, so a right granted later is used."""
    if has_index(connection):
        return True
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    try:
        with connection.begin_nested():  # a refusal must not end the migration's transaction
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        log.warning("%s (%s)", _advice(connection.dialect.name), error.orig)
        return False
    return True


def _advice(dialect: str) -> str:
    if dialect == "sqlite":
        return (
            "No search index: this SQLite lacks FTS5 with the trigram tokenizer (3.34 or newer). "
            "Search reads every row until Python runs with a newer SQLite"
        )
    return (
        "No search index: PostgreSQL refused the pg_trgm extension. Search reads every row until "
        "a superuser runs CREATE EXTENSION pg_trgm in this database and Rasid is started again"
    )
