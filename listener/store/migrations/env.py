"""Alembic's entry: works on the connection that ``listener.store.migrate`` hands it."""

from __future__ import annotations

from alembic import context

from listener.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot ALTER most things: Alembic copies the table instead
    transactional_ddl=True,  # the caller's transaction holds the whole upgrade, on SQLite too
)
with context.begin_transaction():
    context.run_migrations()
