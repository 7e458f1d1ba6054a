"""Heartbeats by worker; how every job goes; outages from beginning to end; latencies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, where

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("heartbeats")  # written anew within seconds
    op.create_table(
        "heartbeats",
        need("worker", sa.Text),
        need("process", sa.Text),
        need("pid", sa.Integer),
        need("started_at", TIME),
        need("at", TIME),
        need("detail", JSON),
        sa.PrimaryKeyConstraint("worker", name="pk_heartbeats"),
    )
    op.create_table(
        "jobs",
        need("job", sa.Text),
        need("worker", sa.Text),
        need("every", sa.Float),
        need("failures", sa.Integer),
        may("last_success", TIME),
        may("last_failure", TIME),
        may("why", sa.Text),
        may("next_at", TIME),
        need("skipped", JSON),
        sa.PrimaryKeyConstraint("job", "worker", name="pk_jobs"),
    )
    op.create_table(
        "outages",
        need("id", ID),
        need("subject", sa.Text),
        need("kind", sa.Text),
        may("why", sa.Text),
        need("began_at", TIME),
        may("told_at", TIME),
        may("well_since", TIME),
        may("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_outages"),
    )
    op.create_index("ix_outages_subject", "outages", ["subject", "told_at"])
    op.create_index(
        "uq_outages_one_open", "outages", ["subject"], unique=True, **where("ended_at IS NULL")
    )
    op.create_table(
        "latencies",
        need("step", sa.Text),
        need("le", sa.Float),
        need("n", sa.BigInteger),
        need("seconds", sa.Float),
        sa.PrimaryKeyConstraint("step", "le", name="pk_latencies"),
    )
