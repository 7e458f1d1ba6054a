"""What somebody wrote onto a card that was deleted in the channel: it must be seen all the same, so
the alert gets a card anew that shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.outbox.notice_rows import Taken, settle
from alerts.outbox.notices import add_notices, notice_row
from listener.store.tables import alert_mentions, mentions, notices


async def unseen(connection: AsyncConnection, taken: Taken, channel: str) -> int | None:
    """The mention that nobody sees, since the card is gone that ``taken`` belongs to: a follow-up,
    or the newest of others who say the same and came after the card was shown last."""
    message, c, held = taken.message, notices.c, alert_mentions.c
    if message.kind == "follow_up" and message.quote is not None:
        return message.quote.mention_id
    if message.kind != "update" or message.quote is not None or message.card is None:
        return None
    alert_id = message.card.alert_id
    shown = await connection.execute(
        select(func.max(func.coalesce(c.sending_at, c.sent_at)))
        .where(c.subject == f"alert:{alert_id}", c.channel == channel, c.state == "sent")
        .where(c.kind.in_(("card", "update")))
    )
    newest = await connection.execute(
        select(held.mention_id)
        .join(mentions, mentions.c.id == held.mention_id)
        .where(held.alert_id == alert_id, held.folded, held.at > shown.scalar_one())
        .where(mentions.c.gone_at.is_(None))
        .order_by(held.at.desc(), held.mention_id.desc())
        .limit(1)
    )
    return newest.scalar_one_or_none()


async def card_anew(
    connection: AsyncConnection,
    taken: Taken,
    mention: int,
    channel: str,
    code: str,
    now: datetime,
) -> None:
    """``mention`` (as ``unseen``) becomes the card; the old one counts no longer, and later
    follow-ups and updates go to the new one."""
    assert taken.message.card is not None
    alert_id = taken.message.card.alert_id
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
