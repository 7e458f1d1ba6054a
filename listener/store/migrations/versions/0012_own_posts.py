"""Own posts get a writer: one post may be the voice of several brands, its time may be unknown, and
it says what it answers. Nothing ever wrote the table before, so it is made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, refers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("own_posts")
    op.create_table(
        "own_posts",
        need("network", sa.Text),
        need("native_id", sa.Text),
        need("brand_id", ID),
        need("account", sa.Text),
        need("kind", sa.Text),
        may("parent_id", sa.Text),
        need("text", sa.Text),
        may("url", sa.Text),
        need("hashtags", JSON),
        need("media", JSON),
        may("created_at", TIME),
        need("collected_at", TIME),
        refers("own_posts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("network", "native_id", "brand_id", name="pk_own_posts"),
    )
