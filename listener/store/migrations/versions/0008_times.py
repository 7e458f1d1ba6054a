"""Whether a mention's time is known, and what its importer said of alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import may, need

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentions", need("created_known", sa.Boolean, server_default=sa.true()))
    op.add_column("mentions", may("alerting", sa.Text))
