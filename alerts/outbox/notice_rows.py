"""The outbox's rows: pending → sending(attempt, until) → sent | unknown | failed.

Each step is one conditional UPDATE; whoever changed no row has been overtaken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.cards.card_of_rows import CardStyle, load_card, load_quotes
from alerts.channels.base import Message, Sent
from alerts.outbox.notices import add_notices, notice_row
from listener.store.latencies import observe
from listener.store.tables import alerts, notices

SET_BACK = timedelta(seconds=30)  # more than clocks of hosts that keep time lie apart
POSTS = ("card", "follow_up", "reminder", "text")  # new messages; an update is idempotent


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice that this attempt alone may send before ``until``."""

    message: Message
    attempt: int
    until: datetime


def _ready(channel: str, now: datetime) -> Any:
    """Pending and due, and nothing it builds on is still on its way: the card comes first, an
    update never overtakes an earlier one."""
    other = notices.alias("other")
    same_alert = and_(other.c.alert_id == notices.c.alert_id, other.c.channel == notices.c.channel)
    card_sent = exists().where(same_alert, other.c.kind == "card", other.c.state == "sent")
    busy = exists().where(
        same_alert,
        other.c.kind == "update",
        other.c.state.in_(("sending", "unknown")),
    )
    return and_(
        notices.c.state == "pending",
        _come(now),
        notices.c.channel == channel,
        or_(notices.c.kind.in_(("card", "text")), notices.c.alert_id.is_(None), card_sent),
        or_(notices.c.kind != "update", ~busy),
    )


def _come(now: datetime) -> Any:
    """Its time has come; or it was made ahead of ``now``, so the system's clock was set back since,
    and nobody can say: better now than silence until the clock has caught up."""
    return or_(notices.c.due_at <= now, notices.c.created_at > now + SET_BACK)


async def anything_due(connection: AsyncConnection, channel: str, now: datetime) -> bool:
    result = await connection.execute(select(notices.c.id).where(_ready(channel, now)).limit(1))
    return result.first() is not None


async def anything_open(connection: AsyncConnection, channel: str, now: datetime) -> bool:
    """Is there something to send or to look for, so that the channel has to be known?"""
    open_ = notices.c.state.in_(("pending", "sending", "unknown"))
    result = await connection.execute(
        select(notices.c.id).where(open_, _come(now), notices.c.channel == channel).limit(1)
    )
    return result.first() is not None


async def take_notice(
    connection: AsyncConnection,
    channel: str,
    place: str,
    style: CardStyle,
    *,
    now: datetime,
    lasts: timedelta,
) -> Taken | None:
    """Marks the next notice of ``channel`` as being sent and renders it, in one transaction: a
    change that comes later sees that it needs another update. None: nothing is ready."""
    while True:
        result = await connection.execute(
            select(notices)
            .where(_ready(channel, now))
            .order_by(notices.c.due_at, notices.c.created_at, notices.c.kind, notices.c.n)
            .limit(1)
        )
        row = result.mappings().one_or_none()
        if row is None:
            return None
        if row["alert_id"] is not None:  # the line that changes of this card stand in
            lock = select(alerts.c.id).where(alerts.c.id == row["alert_id"])
            await connection.execute(lock.with_for_update())
        until = now + lasts
        taken = await connection.execute(
            update(notices)
            .where(notices.c.id == row["id"], notices.c.state == "pending")
            .values(
                state="sending",
                attempt=notices.c.attempt + 1,
                until=until,
                sending_at=func.coalesce(notices.c.sending_at, now),
                place=place if row["kind"] in POSTS else notices.c.place,
                error=None,
            )
            .returning(notices.c.attempt, notices.c.sending_at)
        )
        mark = taken.one_or_none()
        if mark is None:
            continue  # another worker was quicker
        message = await _render(connection, row, place, style, mark.sending_at)
        if message is not None:
            return Taken(message, mark.attempt, until)
        if await _target_on_its_way(connection, row):
            later = now + timedelta(seconds=5)
            await settle(connection, row["id"], mark.attempt, state="pending", due_at=later)
        else:  # removed by retention, or deleted upstream before anybody saw it
            gone = {"state": "sent", "sent_at": now, "error": "nothing left to show"}
            await settle(connection, row["id"], mark.attempt, **gone)


async def _render(
    connection: AsyncConnection, row: Any, place: str, style: CardStyle, since: datetime
) -> Message | None:
    message = await _addressed(connection, row, place, since)
    if message is None or row["alert_id"] is None:
        return message
    card = await load_card(connection, row["alert_id"], style)
    if card is None:
        return None
    quote = None
    mention = row["n"] if row["kind"] == "follow_up" else row["body"].get("mention")
    of_card = row["kind"] == "card" or (row["kind"] == "update" and mention is None)
    if of_card:
        mention = await on_the_card(connection, row["alert_id"], row["channel"])
    if mention is not None:
        brand = select(alerts.c.brand_id).where(alerts.c.id == row["alert_id"])
        brand_id = (await connection.execute(brand)).scalar_one()
        quote = (await load_quotes(connection, [mention], brand_id, style)).get(mention)
        if not of_card and (quote is None or (quote.gone and row["kind"] == "follow_up")):
            return None
        if of_card:
            card = replace(card, quote=quote) if quote and not quote.gone else card
            quote = None
    return Message(
        id=message.id,
        kind=message.kind,
        place=message.place,
        thread=message.thread,
        ts=message.ts,
        since=since,
        card=card,
        quote=quote,
    )


async def on_the_card(connection: AsyncConnection, alert_id: int, channel: str) -> int | None:
    """Which mention the alert's card shows where that is not its first: a card that was made anew
    for a follow-up whose own had been deleted (``outbox.orphans``)."""
    result = await connection.execute(
        select(notices.c.body)
        .where(notices.c.alert_id == alert_id, notices.c.channel == channel)
        .where(notices.c.kind == "card", notices.c.state != "failed")
        .limit(1)
    )
    body = result.scalar_one_or_none() or {}
    mention: int | None = body.get("mention")
    return mention


async def _addressed(
    connection: AsyncConnection, row: Any, place: str, since: datetime | None
) -> Message | None:
    """The notice with the place and ids it goes to. None: the message it belongs to is not
    there. Also what reconciliation asks for."""
    body, kind = row["body"], row["kind"]
    if row["alert_id"] is None or kind in ("card", "text"):
        return Message(
            id=row["id"],
            kind=kind,
            place=row["place"] or place,
            text=body.get("text"),
            blocks=tuple(body.get("blocks") or ()),
            since=since,
        )
    wanted = [notices.c.kind == "card"]
    if kind == "update" and "mention" in body:
        wanted = [notices.c.kind == "follow_up", notices.c.n == body["mention"]]
    result = await connection.execute(
        select(notices.c.place, notices.c.ts)
        .where(notices.c.alert_id == row["alert_id"], notices.c.channel == row["channel"])
        .where(notices.c.state == "sent", *wanted)
    )
    target = result.one_or_none()
    if target is None or target.ts is None:
        return None
    ids = {"ts": target.ts} if kind == "update" else {"thread": target.ts}
    return Message(id=row["id"], kind=kind, place=target.place or place, since=since, **ids)


async def addressed(connection: AsyncConnection, row: Any, place: str) -> Message | None:
    return await _addressed(connection, row, place, row["sending_at"])


async def settle(connection: AsyncConnection, notice_id: str, attempt: int, **values: Any) -> bool:
    """Ends the attempt. False: it had been given up, and somebody else goes on."""
    done = await connection.execute(
        update(notices)
        .where(notices.c.id == notice_id, notices.c.attempt == attempt)
        .where(notices.c.state == "sending")
        .values(until=None, **values)
    )
    return done.rowcount == 1


async def confirm(
    connection: AsyncConnection,
    taken: Taken,
    sent: Sent | None,
    now: datetime,
    *,
    verify_after: timedelta,
) -> bool:
    """It was shown. After an earlier attempt of unknown end, ``verify_after`` from now a post is
    looked for once more, for a late double; an update is sent once more, for an older one that took
    effect after it."""
    values: dict[str, Any] = {"state": "sent", "sent_at": now}
    if sent is not None:
        values |= {"place": sent.place, "ts": sent.ts}
    if await settle(connection, taken.message.id, taken.attempt, **values):
        again = now + verify_after
        doubted = notices.c.id == taken.message.id, notices.c.looks > 0
        if taken.message.kind in POSTS:
            values = {"until": again, "due_at": again}
            await connection.execute(update(notices).where(*doubted).values(values))
        else:
            result = await connection.execute(select(notices).where(*doubted))
            if (row := result.mappings().one_or_none()) is not None:
                await add_notices(connection, [{**_once_more(row, again), "created_at": now}])
        return True
    if sent is not None:  # given up as unknown in the meantime, and here it is
        adopted = await connection.execute(
            update(notices)
            .where(notices.c.id == taken.message.id)
            .where(notices.c.state.in_(("unknown", "pending")))
            .values(until=None, **values)
        )
        return adopted.rowcount == 1
    return False


async def observe_delivery(connection: AsyncConnection, notice_id: str, now: datetime) -> None:
    """Counts how long a card or follow-up took from its decision until it was known to be shown.
    To be called last in the transaction that says so."""
    result = await connection.execute(
        select(notices.c.created_at).where(
            notices.c.id == notice_id, notices.c.kind.in_(("card", "follow_up"))
        )
    )
    if (created := result.scalar_one_or_none()) is not None:
        await observe(connection, "delivered", [now - created])


def _once_more(row: Any, due: datetime) -> dict[str, Any]:
    """The update of ``row`` again, beside the log of its card: what it will show is newest then."""
    return notice_row(
        f"{row['subject']}:again",
        row["channel"],
        "update",
        row["n"],
        due,
        alert_id=row["alert_id"],
        body=row["body"],
    )


async def _target_on_its_way(connection: AsyncConnection, row: Any) -> bool:
    """Is the follow-up that this update changes still being sent?"""
    if row["kind"] != "update" or "mention" not in row["body"]:
        return False
    result = await connection.execute(
        select(notices.c.id)
        .where(notices.c.alert_id == row["alert_id"], notices.c.kind == "follow_up")
        .where(notices.c.n == row["body"]["mention"])
        .where(notices.c.state.in_(("pending", "sending", "unknown")))
    )
    return result.first() is not None


async def fail_with_dependants(connection: AsyncConnection, taken: Taken, code: str) -> None:
    """The channel refuses this message for good; what stands under a refused card cannot go."""
    if not await settle(connection, taken.message.id, taken.attempt, state="failed", error=code):
        return
    if taken.message.kind == "card" and taken.message.card is not None:
        await connection.execute(
            update(notices)
            .where(notices.c.alert_id == taken.message.card.alert_id, notices.c.state == "pending")
            .where(notices.c.kind != "card")
            .values(state="failed", error="its card was refused")
        )
