"""Items are known by more than one id, and cards hold what many say in the same words.

The articles that are stored get their identities here: an update reads the same feeds again, and
nothing in them is new.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from listener.sameness import keys_of
from listener.store.migrations.words import ID, may, need, refers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROWS = 500


def upgrade() -> None:
    op.create_table(
        "identities",
        need("key", sa.Text),
        need("mention_id", ID),
        may("home", sa.Text),
        refers("identities", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_identities"),
    )
    op.create_index("ix_identities_mention_id", "identities", ["mention_id"])
    op.create_table(
        "stories",
        need("key", sa.Text),
        need("alert_id", ID),
        need("mention_id", ID),
        refers("stories", "alert_id", "alerts", ondelete="CASCADE"),
        refers("stories", "mention_id", "mentions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "alert_id", name="pk_stories"),
    )
    op.create_index("ix_stories_mention_id", "stories", ["mention_id"])
    op.add_column(
        "alert_mentions",
        need("folded", sa.Boolean, server_default=sa.false()),
    )
    _fill()


def _fill() -> None:
    connection, after = op.get_bind(), 0
    look = sa.text(
        "SELECT id, network, native_id, url, text, author_name, created_at, created_known "
        "FROM mentions WHERE kind = 'article' AND gone_at IS NULL AND text <> '' AND id > :after "
        f"ORDER BY id LIMIT {ROWS}"
    ).columns(created_known=sa.Boolean)
    write = sa.text(
        "INSERT INTO identities (key, mention_id) VALUES (:key, :mention_id) ON CONFLICT DO NOTHING"
    )
    while rows := connection.execute(look, {"after": after}).all():
        after = rows[-1].id
        known = [
            {"key": key, "mention_id": row.id}
            for row in rows
            for key in keys_of(
                row.network,
                row.native_id,
                row.url,
                row.text,
                _time(row.created_at) if row.created_known else None,
                by=row.author_name,
            )
        ]
        if known:
            connection.execute(write, known)


def _time(value: datetime | str) -> datetime:
    """SQLite's text, PostgreSQL's time."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
