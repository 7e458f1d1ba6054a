"""One of those who say what a card says is taken out of it, onto a card of its own."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.facts_of_rows import read_facts
from alerts.desk.conversations import alert_row, first_notices, queue_notices, touch
from alerts.desk.folding import LIVE
from alerts.desk.groups import group_key
from alerts.outbox.notices import add_notices
from listener.store.tables import alert_mentions, alerts
from listener.store.upsert import insert_new


async def claim_single(
    connection: AsyncConnection,
    alert_id: int,
    mention_id: int,
    *,
    by: str,
    now: datetime,
    zone: tzinfo,
) -> bool:
    """Gives the mention an alert of its own, claimed by the user ``by``, or puts it on the live one
    of its author. False: it is not among the card's others (any more)."""
    card = (await connection.execute(select(alerts).where(alerts.c.id == alert_id))).one()
    taken = await connection.execute(
        delete(alert_mentions).where(
            alert_mentions.c.alert_id == alert_id,
            alert_mentions.c.mention_id == mention_id,
            alert_mentions.c.folded.is_(True),
        )
    )
    if not taken.rowcount:
        return False
    [facts] = await read_facts(connection, [(mention_id, card.brand_id)])
    claimed = {"state": "claimed", "claimed_by": by, "claimed_at": now}
    live = await connection.execute(
        select(alerts.c.id)
        .where(alerts.c.brand_id == card.brand_id, alerts.c.route == card.route)
        .where(alerts.c.group_key == group_key(facts, zone), alerts.c.state.in_(LIVE))
    )
    own = live.scalar_one_or_none()
    if own is None:
        row = alert_row(facts, card.route, card.channel, now, zone) | claimed
        made = await connection.execute(alerts.insert().values(row).returning(alerts.c.id))
        own = int(made.scalar_one())
        await add_notices(connection, first_notices(own, card.channel, now))
        is_new = True
    else:
        claimed["claimed_at"] = func.coalesce(alerts.c.claimed_at, now)
        await connection.execute(update(alerts).where(alerts.c.id == own).values(claimed))
        is_new = False
    held = {"alert_id": own, "mention_id": mention_id, "at": now, "folded": False}
    await insert_new(connection, alert_mentions, [held])
    if not is_new:
        await touch(connection, own, now)
        await queue_notices(connection, own, now)
    await touch(connection, alert_id, now)
    return True
