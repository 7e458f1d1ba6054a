"""Cards whose mention the brand answered in public: they say so. Whoever claims, answers and
resolves is the team all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.facts import Facts
from alerts.desk.conversations import holding, queue_notices, touch
from listener.store.own_replies import replies_to
from listener.store.tables import alerts


async def show_replies(connection: AsyncConnection, known: Sequence[Facts], now: datetime) -> None:
    """``known``: what is decided already and came up again. The cards that hold it are shown anew
    where a public reply came in since they last changed."""
    for facts in known:
        replies = await replies_to(connection, [facts.mention_id], brand_id=facts.brand_id)
        if not replies:
            continue
        newest = max(reply.seen_at for reply in replies)
        for alert_id in await holding(connection, facts):
            changed_at = (
                await connection.execute(select(alerts.c.changed_at).where(alerts.c.id == alert_id))
            ).scalar_one()
            if changed_at <= newest:
                await touch(connection, alert_id, now)
                await queue_notices(connection, alert_id, now)
