"""What was heard: mentions, their texts, matches, labels, decisions; own posts and figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, refers, where

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brands",
        need("id", ID),
        need("name", sa.Text),
        need("role", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_brands"),
        sa.UniqueConstraint("name", name="uq_brands_name"),
    )
    op.create_table(
        "queries",
        need("id", ID),
        need("brand_id", ID),
        need("text", sa.Text),
        need("since", TIME),
        refers("queries", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        sa.UniqueConstraint("brand_id", "text", name="uq_queries_brand_id_text"),
    )
    op.create_table(
        "accounts",
        need("id", ID),
        need("brand_id", ID),
        need("network", sa.Text),
        need("handle", sa.Text),
        refers("accounts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint(
            "brand_id", "network", "handle", name="uq_accounts_brand_id_network_handle"
        ),
    )
    op.create_table(
        "mentions",
        need("id", ID),
        need("network", sa.Text),
        need("native_id", sa.Text),
        may("url", sa.Text),
        may("author_id", sa.Text),
        may("author_handle", sa.Text),
        may("author_name", sa.Text),
        may("author_followers", sa.BigInteger),
        need("text", sa.Text),
        need("folded", sa.Text),
        need("text_key", sa.Text),
        need("kind", sa.Text),
        may("language", sa.Text),
        may("parent_id", sa.Text),
        may("thread_id", sa.Text),
        may("rating", sa.Float),
        need("hashtags", JSON),
        need("handles", JSON),
        need("media", JSON),
        may("likes", sa.BigInteger),
        may("replies", sa.BigInteger),
        may("shares", sa.BigInteger),
        may("views", sa.BigInteger),
        may("engagement_at", TIME),
        need("created_at", TIME),
        need("collected_at", TIME),
        need("revision", sa.Integer, server_default="1"),
        need("source", sa.Text),
        may("gone_at", TIME),
        need("state", sa.Text),
        may("reason", sa.Text),
        may("taken_by", sa.Text),
        may("taken_until", TIME),
        need("tries", sa.Integer, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
        sa.UniqueConstraint("network", "native_id", name="uq_mentions_network_native_id"),
    )
    op.create_index("ix_mentions_author", "mentions", ["network", "author_id"])
    op.create_index("ix_mentions_collected", "mentions", ["id"], **where("state = 'collected'"))
    op.create_index("ix_mentions_created_at", "mentions", ["created_at"])
    op.create_index("ix_mentions_text_key", "mentions", ["text_key"])
    op.create_table(
        "revisions",
        need("mention_id", ID),
        need("revision", sa.Integer),
        need("text", sa.Text),
        need("at", TIME),
        refers("revisions", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "revision", name="pk_revisions"),
    )
    op.create_table(
        "matches",
        need("mention_id", ID),
        need("brand_id", ID),
        need("evidence", JSON),
        may("about", sa.Float),
        need("state", sa.Text),
        need("revision", sa.Integer),
        need("changed_at", TIME),
        may("taken_by", sa.Text),
        may("taken_until", TIME),
        need("tries", sa.Integer, server_default="0"),
        refers("matches", "brand_id", "brands"),
        refers("matches", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "brand_id", name="pk_matches"),
    )
    op.create_index("ix_matches_brand_changed", "matches", ["brand_id", "changed_at"])
    op.create_index("ix_matches_waiting", "matches", ["mention_id"], **where("state = 'waiting'"))
    op.create_table(
        "labels",
        need("mention_id", ID),
        need("revision", sa.Integer),
        need("head", sa.Text),
        need("source", sa.Text),
        need("value", sa.Text),
        need("detail", JSON),
        need("at", TIME),
        refers("labels", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "revision", "head", "source", name="pk_labels"),
    )
    op.create_table(
        "decisions",
        need("mention_id", ID),
        need("brand_id", ID),
        need("revision", sa.Integer),
        may("route", sa.Text),
        need("reason", sa.Text),
        need("detail", JSON),
        need("at", TIME),
        refers("decisions", "brand_id", "brands"),
        refers("decisions", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "brand_id", "revision", name="pk_decisions"),
    )
    op.create_table(
        "own_posts",
        need("network", sa.Text),
        need("native_id", sa.Text),
        need("brand_id", ID),
        need("account", sa.Text),
        need("text", sa.Text),
        may("url", sa.Text),
        need("hashtags", JSON),
        need("media", JSON),
        need("created_at", TIME),
        need("collected_at", TIME),
        refers("own_posts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("network", "native_id", name="pk_own_posts"),
    )
    op.create_table(
        "figures",
        need("id", ID),
        need("brand_id", ID),
        need("network", sa.Text),
        need("account", sa.Text, server_default=""),
        need("post_id", sa.Text, server_default=""),
        need("measure", sa.Text),
        need("period", sa.Text, server_default=""),
        need("value", sa.Float),
        need("as_of", TIME),
        need("source", sa.Text),
        may("note", sa.Text),
        refers("figures", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_figures"),
        sa.UniqueConstraint(
            "brand_id",
            "network",
            "account",
            "post_id",
            "measure",
            "period",
            "as_of",
            "source",
            name="uq_figures_identity",
        ),
    )
    op.create_table(
        "tombstones",
        need("key", sa.Text),
        need("kind", sa.Text),
        need("at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_tombstones"),
    )
