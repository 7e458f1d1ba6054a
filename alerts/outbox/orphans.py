"""A follow-up whose card was deleted in the channel: what the customer wrote must be seen all the
same, so the alert gets a card anew that shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.outbox.notice_rows import Taken, settle
from alerts.outbox.notices import add_notices, notice_row
from listener.store.tables import notices


async def card_anew(
    connection: AsyncConnection, taken: Taken, channel: str, code: str, now: datetime
) -> None:
    """The follow-up that ``taken`` was becomes the card; its old card counts no longer, and later
    follow-ups and updates go to the new one."""
    assert taken.message.card is not None
    assert taken.message.quote is not None
    alert_id, mention = taken.message.card.alert_id, taken.message.quote.mention_id
    if not await settle(connection, taken.message.id, taken.attempt, state="failed", error=code):
        return
    cards = (notices.c.alert_id == alert_id, notices.c.channel == channel, notices.c.kind == "card")
    subject = await connection.execute(select(notices.c.subject).where(*cards).limit(1))
    await connection.execute(
        update(notices).where(*cards).values(state="failed", error="deleted in the channel")
    )
    row = notice_row(
        subject.scalar_one(), channel, "card", mention, now, alert_id=alert_id,
        body={"mention": mention},
    )  # fmt: skip
    await add_notices(connection, [row])
