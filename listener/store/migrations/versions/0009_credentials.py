"""Renewed tokens know the seed they grew from, and who is renewing them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import TIME, may

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE credentials RENAME COLUMN sealed TO tokens")  # it never was sealed
    for column in (may("seed", sa.Text), may("taken_by", sa.Text), may("taken_until", TIME)):
        op.add_column("credentials", column)
