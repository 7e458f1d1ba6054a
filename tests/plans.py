"""How SQLite goes about the statements that a test runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from listener.store.session import Database


@contextmanager
def plans_of(db: Database) -> Iterator[list[str]]:
    """The steps of every query plan of what is written inside, filled at the end."""
    seen: list[tuple[str, Any]] = []
    plans: list[str] = []

    def watch(_c: Any, _k: Any, statement: str, values: Any, *_more: Any) -> None:
        seen.append((statement, values))

    event.listen(db.write.sync_engine, "before_cursor_execute", watch)
    yield plans
    event.remove(db.write.sync_engine, "before_cursor_execute", watch)
    with sqlite3.connect(str(db.write.url.database)) as connection:
        for statement, values in seen:
            if statement.startswith(("SELECT", "WITH", "UPDATE")):
                rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
                plans += [str(row[3]) for row in rows]
    connection.close()
