"""Notices as rows: whoever has something to send writes a pending one, in a transaction of its own
or of what it tells of. Nothing here knows what is sent, or who asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import notices
from listener.store.upsert import insert_new


def notice_row(
    subject: str,
    channel: str,
    kind: str,
    n: int,
    now: datetime,
    *,
    alert_id: int | None = None,
    body: dict[str, Any],
) -> dict[str, Any]:
    """A pending notice, for ``add_notices``. Its id is random: it is readable in the channel and
    must say nothing."""
    return {
        "id": str(uuid.uuid4()),
        "alert_id": alert_id,
        "subject": subject,
        "channel": channel,
        "kind": kind,
        "n": n,
        "state": "pending",
        "due_at": now,
        "body": body,
        "created_at": now,
    }


async def add_notices(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Inserts what is not there yet; (subject, channel, kind, n) is said once."""
    await insert_new(connection, notices, rows)
    return [row["id"] for row in rows]
