"""What was taken of a network's allowances, and what holds for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import JSON, TIME, may, need

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spending",
        need("network", sa.Text),
        need("allowance", sa.Text),
        need("credential", sa.Text),
        need("bucket", TIME),
        need("item", sa.Text),
        need("amount", sa.BigInteger),
        need("reserved", sa.BigInteger),
        need("first_at", TIME),
        need("last_at", TIME),
        sa.PrimaryKeyConstraint(
            "network", "allowance", "credential", "bucket", "item", name="pk_spending"
        ),
    )
    op.create_table(
        "budgets",
        need("network", sa.Text),
        need("allowance", sa.Text),
        need("credential", sa.Text),
        need("unit", sa.Text),
        need("limits", JSON),
        may("planned", sa.Float),
        may("stretched", JSON),
        may("left_out", JSON),
        may("stopped_at", TIME),
        may("stopped_until", TIME),
        need("at", TIME),
        sa.PrimaryKeyConstraint("network", "allowance", "credential", name="pk_budgets"),
    )
