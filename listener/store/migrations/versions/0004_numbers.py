"""Numbers at size: roll-ups that a report can be read from, and an index for whatever asks often.

Old roll-ups are kept, for the rows of some of their hours are removed; the others are counted anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from listener.store.migrations.words import ID, TIME, may, need, refers, where

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _counts()
    op.create_table(
        "marks",
        need("name", sa.Text),
        need("at", TIME),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    op.create_table(
        "tallies",
        need("block", ID, autoincrement=False),
        need("mentions", sa.Integer),
        need("matches", sa.Integer),
        sa.PrimaryKeyConstraint("block", name="pk_tallies"),
    )
    op.drop_index("ix_matches_brand_changed", "matches")
    op.drop_index("ix_matches_waiting", "matches")
    op.create_index(  # in the order in which work is taken: else SQLite walks the whole key for it
        "ix_matches_waiting", "matches", ["mention_id", "brand_id"], **where("state = 'waiting'")
    )
    op.create_index("ix_matches_changed_at", "matches", ["changed_at"])
    op.create_index("ix_mentions_kept", "mentions", ["network", "collected_at", "id"])
    op.create_index("ix_mentions_set_aside", "mentions", ["id"], **where("state = 'set_aside'"))
    op.create_index("ix_alerts_state", "alerts", ["state"])
    op.create_index("ix_alerts_brand_opened", "alerts", ["brand_id", "opened_at"])
    op.create_index("ix_ledger_gaps", "ledger", ["network", "read"], **where("kind = 'gap'"))
    op.create_index("ix_ledger_at", "ledger", ["at"])
    op.create_index("ix_figures_measure", "figures", ["brand_id", "measure", "as_of"])


def _counts() -> None:
    op.rename_table("counts", "counts_before")
    if op.get_bind().dialect.name == "postgresql":  # there an index's name is the schema's own
        op.execute("ALTER INDEX pk_counts RENAME TO pk_counts_before")
    keys = ("network", "language", "sentiment", "intent", "source")
    op.create_table(
        "counts",
        need("brand_id", ID),
        need("hour", TIME),
        *(need(name, sa.Text) for name in keys),
        need("mentions", sa.Integer),
        need("authors_unknown", sa.Integer),
        need("needing_response", sa.Integer),
        may("engagement", sa.BigInteger),
        may("elsewhere", sa.Integer),
        need("at", TIME),
        refers("counts", "brand_id", "brands"),
        sa.PrimaryKeyConstraint("brand_id", "hour", *keys, name="pk_counts"),
    )
    op.execute(  # 0 stood for "unknown" as well: better unknown than a false 0
        "INSERT INTO counts (brand_id, hour, network, language, sentiment, intent, source, "
        "mentions, authors_unknown, needing_response, engagement, at) "
        "SELECT brand_id, hour, network, language, sentiment, 'unlabelled', '', "
        "mentions, 0, needing_response, NULLIF(engagement, 0), at FROM counts_before"
    )
    op.drop_table("counts_before")
