"""Own posts are found by what they stand under: a card says that we replied in public. They say
when they were read again: what is not goes when its time is over."""

from __future__ import annotations

from alembic import op

from listener.store.migrations.words import TIME, may, where

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("own_posts", may("seen_at", TIME))
    op.create_index(
        "ix_own_posts_parent",
        "own_posts",
        ["network", "parent_id"],
        **where("parent_id IS NOT NULL"),
    )
