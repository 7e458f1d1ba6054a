"""What people see beside a post's text, and what a network is asked for a post by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import JSON, may, where

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentions", may("beside", JSON))
    op.add_column("mentions", may("ref", sa.Text))
    op.create_index("ix_mentions_ref", "mentions", ["network", "ref"], **where("ref IS NOT NULL"))
