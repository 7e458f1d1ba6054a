"""The search index and the folded texts under it go: nothing read them, and they took most of what
storing a mention cost, and a third of the disk. Search comes with the page that needs it."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FTS = "mentions_search"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS {FTS}_{trigger}")
        op.execute(f"DROP TABLE IF EXISTS {FTS}")
    else:  # the extension stays: others in the database may use it
        op.execute("DROP INDEX IF EXISTS ix_mentions_folded_trigrams")
    op.drop_column("mentions", "folded")
