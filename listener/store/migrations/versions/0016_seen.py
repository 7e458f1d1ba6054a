"""Mentions say when they were read again: a network's terms may bound how long a post is kept that
is not. And until when tokens are good that nobody renews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import TIME, may, need

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentions", may("seen_at", TIME))
    op.create_table(
        "expiries",
        need("network", sa.Text),
        need("token", sa.Text),
        need("state", sa.Text),
        may("why", sa.Text),
        may("expires_at", TIME),
        need("renews", sa.Boolean),
        need("asked_at", TIME),
        sa.PrimaryKeyConstraint("network", name="pk_expiries"),
    )
