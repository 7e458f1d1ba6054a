"""What networks push, and how each subscription stands; how far each backfill is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import TIME, may, need

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hints",
        need("network", sa.Text),
        need("read", sa.Text),
        need("n", sa.BigInteger),
        need("kind", sa.Text),
        may("target", sa.Text),
        may("query", sa.Text),
        may("query_brand", sa.Text),
        need("at", TIME),
        sa.PrimaryKeyConstraint("network", "read", name="pk_hints"),
    )
    op.create_table(
        "pushes",
        need("network", sa.Text),
        may("callback", sa.Text),
        may("config", sa.Text),
        may("asked_at", TIME),
        may("confirmed_at", TIME),
        may("last_at", TIME),
        need("state", sa.Text),
        may("why", sa.Text),
        need("errors", sa.Integer, server_default="0"),
        may("next_try", TIME),
        sa.PrimaryKeyConstraint("network", name="pk_pushes"),
    )
    op.create_table(
        "backfills",
        need("network", sa.Text),
        need("read", sa.Text),
        need("since", TIME),
        need("asked", sa.Text),
        need("started_at", TIME),
        need("pages", sa.Integer, server_default="0"),
        need("fetched", sa.Integer, server_default="0"),
        need("stored", sa.Integer, server_default="0"),
        need("duplicates", sa.Integer, server_default="0"),
        need("skipped", sa.Integer, server_default="0"),
        need("gaps", sa.Integer, server_default="0"),
        may("reached_at", TIME),
        need("state", sa.Text),
        may("why", sa.Text),
        sa.PrimaryKeyConstraint("network", "read", "since", name="pk_backfills"),
    )
