"""What became of it: alerts, notices, actions; what collectors, counts and processes keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, refers, where

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        need("id", ID),
        need("brand_id", ID),
        need("route", sa.Text),
        need("channel", sa.Text),
        need("group_key", sa.Text),
        need("state", sa.Text),
        need("version", sa.Integer, server_default="1"),
        need("urgency", sa.Text),
        need("opened_at", TIME),
        need("published_at", TIME),
        need("changed_at", TIME),
        may("claimed_by", sa.Text),
        may("claimed_at", TIME),
        may("resolved_by", sa.Text),
        may("resolved_at", TIME),
        may("snoozed_until", TIME),
        refers("alerts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_group", "alerts", ["brand_id", "group_key"])
    op.create_index(
        "uq_alerts_one_open",
        "alerts",
        ["brand_id", "route", "group_key"],
        unique=True,
        **where("state IN ('open', 'claimed', 'snoozed')"),
    )
    op.create_table(
        "alert_mentions",
        need("alert_id", ID),
        need("mention_id", ID),
        need("at", TIME),
        refers("alert_mentions", "alert_id", "alerts", ondelete="CASCADE"),
        refers("alert_mentions", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "mention_id", name="pk_alert_mentions"),
    )
    op.create_index("ix_alert_mentions_mention", "alert_mentions", ["mention_id"])
    op.create_table(
        "notices",
        need("id", sa.Text),
        may("alert_id", ID),
        need("subject", sa.Text),
        need("channel", sa.Text),
        need("kind", sa.Text),
        need("n", sa.Integer, server_default="0"),
        need("state", sa.Text),
        need("attempt", sa.Integer, server_default="0"),
        may("until", TIME),
        may("sending_at", TIME),
        need("due_at", TIME),
        may("sent_at", TIME),
        need("looks", sa.Integer, server_default="0"),
        may("place", sa.Text),
        may("ts", sa.Text),
        need("body", JSON),
        may("error", sa.Text),
        need("created_at", TIME),
        refers("notices", "alert_id", "alerts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint(
            "subject", "channel", "kind", "n", name="uq_notices_subject_channel_kind_n"
        ),
    )
    op.create_index("ix_notices_alert", "notices", ["alert_id"])
    op.create_index("ix_notices_state_due", "notices", ["state", "due_at"])
    op.create_table(
        "channels",
        need("name", sa.Text),
        need("target", sa.Text),
        may("place", sa.Text),
        need("state", sa.Text),
        may("why", sa.Text),
        may("next_try", TIME),
        need("at", TIME),
        sa.PrimaryKeyConstraint("name", name="pk_channels"),
    )
    op.create_table(
        "actions",
        need("id", ID),
        need("key", sa.Text),
        need("alert_id", ID),
        need("user_id", sa.Text),
        need("action", sa.Text),
        need("outcome", sa.Text),
        need("detail", JSON),
        need("at", TIME),
        refers("actions", "alert_id", "alerts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.UniqueConstraint("key", name="uq_actions_key"),
    )
    op.create_table(
        "users",
        need("id", sa.Text),
        may("name", sa.Text),
        need("seen_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "credentials",
        need("network", sa.Text),
        need("sealed", sa.Text),
        may("expires_at", TIME),
        need("at", TIME),
        sa.PrimaryKeyConstraint("network", name="pk_credentials"),
    )
    op.create_table(
        "cursors",
        need("network", sa.Text),
        need("read", sa.Text),
        may("since", sa.Text),
        may("reaching", sa.Text),
        may("page", sa.Text),
        may("ahead", sa.Text),
        may("ahead_at", TIME),
        may("walk_started_at", TIME),
        need("pages", sa.Integer, server_default="0"),
        may("last_success", TIME),
        may("next_try", TIME),
        need("state", sa.Text),
        may("why", sa.Text),
        need("errors", sa.Integer, server_default="0"),
        may("config", sa.Text),
        sa.PrimaryKeyConstraint("network", "read", name="pk_cursors"),
    )
    op.create_table(
        "ledger",
        need("id", ID),
        need("network", sa.Text),
        need("read", sa.Text),
        need("kind", sa.Text),
        may("since", TIME),
        may("until", TIME),
        need("fetched", sa.Integer, server_default="0"),
        need("matched", sa.Integer, server_default="0"),
        need("skipped", sa.Integer, server_default="0"),
        may("note", sa.Text),
        need("at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index("ix_ledger_read_at", "ledger", ["network", "read", "at"])
    op.create_table(
        "counts",
        need("brand_id", ID),
        need("hour", TIME),
        need("network", sa.Text),
        need("language", sa.Text),
        need("sentiment", sa.Text),
        need("mentions", sa.Integer),
        need("needing_response", sa.Integer),
        need("engagement", sa.BigInteger),
        need("at", TIME),
        refers("counts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint(
            "brand_id", "hour", "network", "language", "sentiment", name="pk_counts"
        ),
    )
    op.create_table(
        "sealed",
        need("brand_id", ID),
        need("span", sa.Text),
        need("numbers", JSON),
        need("at", TIME),
        refers("sealed", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("brand_id", "span", name="pk_sealed"),
    )
    op.create_table(
        "heartbeats",
        need("process", sa.Text),
        need("pid", sa.Integer),
        need("started_at", TIME),
        need("at", TIME),
        need("detail", JSON),
        sa.PrimaryKeyConstraint("process", name="pk_heartbeats"),
    )
