"""Own posts say which account the network means and what it calls them: deletions name those."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import may

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("own_posts", may("author_id", sa.Text))
    op.add_column("own_posts", may("ref", sa.Text))
