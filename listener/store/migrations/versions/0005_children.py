"""Reads that a page asks for are rows of their own; a pause says whether it is the whole host's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import TIME, may, where

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        may("scope", sa.Text),
        may("parent", sa.Text),
        may("depth", sa.Integer),
        may("kind", sa.Text),
        may("target", sa.Text),
        may("query", sa.Text),
        may("query_brand", sa.Text),
        may("active_at", TIME),
    ):
        op.add_column("cursors", column)
    op.create_index(
        "ix_cursors_children", "cursors", ["network", "state"], **where("parent IS NOT NULL")
    )
