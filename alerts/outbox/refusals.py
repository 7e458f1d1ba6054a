"""A channel that refuses one message: operators hear of it, once a day and reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.outbox.notice_rows import Taken
from alerts.outbox.notices import add_notices, notice_row
from alerts.outbox.pauses import Pauses


async def tell_of_refusal(
    connection: AsyncConnection,
    pauses: Pauses,
    taken: Taken,
    channel: str,
    code: str,
    *,
    now: datetime,
    shown: bool,
) -> None:
    """``shown``: it went as bare text after all. Nothing is said where no operators' channel is
    configured, nor in a channel of what it refused itself of ours to operators."""
    if pauses.operators is None or taken.message.kind == "text":
        return
    words, alert = pauses.words, taken.message.card
    text = words.say(
        f"channel.refused.{'text' if shown else 'lost'}",
        channel=words.aside(channel),
        why=words.aside(code),
        alert=words.aside(str(alert.alert_id) if alert else "–"),
        command=words.aside(f"rasid why {alert.quote.mention_id}" if alert else "rasid why"),
    )
    row = notice_row(
        f"ops:refused:{channel}:{code}", pauses.operators, "text", now.toordinal(), now,
        body={"text": text},
    )  # fmt: skip
    await add_notices(connection, [row])
