"""Random samples that people label, and the biases that they give a model for one brand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, JSON, TIME, may, need, refers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "samples",
        need("id", ID),
        need("brand_id", ID),
        need("network", sa.Text),
        need("seed", sa.BigInteger),
        need("since", TIME),
        need("until", TIME),
        need("texts", sa.Integer),
        need("made_by", sa.Text),
        need("made_at", TIME),
        refers("samples", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_index("ix_samples_brand_id_network", "samples", ["brand_id", "network"])
    op.create_table(
        "sampled",
        need("sample_id", ID),
        need("place", sa.Integer),
        need("mention_id", ID),
        need("revision", sa.Integer),
        may("said", sa.Text),
        may("by", sa.Text),
        may("at", TIME),
        refers("sampled", "sample_id", "samples", ondelete="CASCADE"),
        refers("sampled", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sample_id", "place", name="pk_sampled"),
    )
    op.create_index("ix_sampled_mention_id", "sampled", ["mention_id"])
    op.create_table(
        "biases",
        need("id", ID),
        need("brand_id", ID),
        need("network", sa.Text),
        need("version", sa.Text),
        need("model", sa.Text),
        need("negative", sa.Float),
        need("positive", sa.Float),
        need("width", sa.Float),
        need("labels", sa.Integer),
        need("measured", JSON),
        need("samples", JSON),
        need("learned", sa.Text),
        may("since", TIME),
        may("ended_at", TIME),
        need("fitted_at", TIME),
        refers("biases", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("id", name="pk_biases"),
    )
    op.create_index("ix_biases_brand_id_network", "biases", ["brand_id", "network"])
