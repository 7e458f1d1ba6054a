"""What people's clicks taught about each brand's name, and which model gave a match its score."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, refers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matches", may("about_by", sa.Text))
    op.create_table(
        "relevance",
        need("brand_id", ID),
        need("version", sa.Text),
        need("reads", sa.Text),
        need("model", sa.LargeBinary),
        need("least", sa.Float),
        need("hidden", sa.Float),
        need("caught", sa.Float),
        need("apart", sa.Float),
        need("labels", sa.Integer),
        need("ours", sa.Integer),
        need("learned", JSON),
        may("since", TIME),
        need("fitted_at", TIME),
        refers("relevance", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("brand_id", name="pk_relevance"),
    )
