"""What became of a notice whose sending ended in the dark.

Look at once; again after the channel's ``look_again`` (30 s), since a post that timed out may
appear late; then send again. If two of ours turn up, the later is deleted. A ``sent`` row with
``until`` is one that was sent again: it is looked at once more for such a double.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from alerts.channels.base import Channel, ChannelError, Clock, Later, Message, Sent
from alerts.channels.base import MessageRefused as CannotLook
from alerts.outbox.notice_rows import POSTS, addressed, observe_delivery
from listener.store.session import Database
from listener.store.tables import notices

log = logging.getLogger(__name__)

BATCH = 100


def verify_after(channel: Channel) -> timedelta:
    """How long after a repeated message its late double is looked for."""
    return 2 * channel.look_again


async def mark_stale(db: Database, channel: str, now: datetime) -> int:
    """``sending`` past its ``until``: its process died. Posts are to be looked for; updates, which
    do no harm twice, go again. Returns how many."""
    stale = and_(notices.c.channel == channel, notices.c.state == "sending", notices.c.until < now)
    async with db.reading() as connection:
        if (await connection.execute(select(notices.c.id).where(stale).limit(1))).first() is None:
            return 0
    async with db.writing() as connection:
        posts = await connection.execute(
            update(notices)
            .where(stale, notices.c.kind.in_(POSTS))
            .values(state="unknown", until=None, due_at=now, error="the sender died")
        )
        updates = await connection.execute(
            update(notices).where(stale).values(state="pending", until=None, due_at=now)
        )
    return posts.rowcount + updates.rowcount


async def reconcile_some(db: Database, channel: Channel, place: str, *, clock: Clock) -> int:
    """Looks for every unknown notice of ``channel`` that is due, and for late doubles. Returns how
    many were found. Raises ChannelBroken when the channel cannot be asked at all."""
    now = clock()
    rows, messages = await _due(db, channel.name, place, now)
    if not rows:
        return 0
    if not channel.reconciles:
        await _send_again(db, rows, now, "not looked for")
        return 0
    try:
        sent = await channel.find(messages)
    except CannotLook as error:  # the channel's history may not be read: at least once, then
        log.error("channel %s cannot be reconciled (%s): sending again", channel.name, error.code)
        await _send_again(db, rows, now, f"cannot be reconciled: {error.code}")
        return 0
    except ChannelError as error:
        if isinstance(error, Later):
            await _postpone(db, rows, now + timedelta(seconds=error.seconds))
        else:
            await _postpone(db, rows, now + timedelta(seconds=5))
        raise
    count = 0
    for row in rows:
        places = sent.get(row["id"], [])
        if places:
            await _adopt(db, channel, row, places, clock())
            count += row["state"] == "unknown"
        else:
            await _not_there(db, channel, row, clock())
    return count


async def _due(
    db: Database, channel: str, place: str, now: datetime
) -> tuple[list[Any], list[Message]]:
    verify = and_(
        notices.c.state == "sent",
        notices.c.due_at.between(now - timedelta(hours=6), now),
        notices.c.until.is_not(None),
    )
    unknown = and_(notices.c.state == "unknown", notices.c.due_at <= now)
    async with db.reading() as connection:
        result = await connection.execute(
            select(notices)
            .where(notices.c.channel == channel, or_(unknown, verify))
            .order_by(notices.c.due_at)
            .limit(BATCH)
        )
        rows = list(result.mappings())
        messages = [await addressed(connection, row, place) for row in rows]
    pairs = [(row, m) for row, m in zip(rows, messages, strict=True) if m is not None]
    return [row for row, _ in pairs], [m for _, m in pairs]


async def _adopt(
    db: Database, channel: Channel, row: Any, places: Sequence[Sent], now: datetime
) -> None:
    """It stands there: the earliest is the one; a later double is ours to remove."""
    first, *doubles = sorted(places, key=lambda sent: float(sent.ts))
    for double in doubles:
        await channel.delete(double)
        log.warning("channel %s: a notice stood there twice; the later is deleted", channel.name)
    # It was sent again in the dark before, so yet another may appear: look once more.
    dark_twice = row["looks"] > 1 and row["state"] == "unknown"
    verify = now + verify_after(channel) if dark_twice else None
    values: dict[str, Any] = {
        "state": "sent",
        "place": first.place,
        "ts": first.ts,
        "until": verify,
    }
    if row["state"] == "unknown":
        values |= {"sent_at": now, "error": None}
    if verify is not None:
        values["due_at"] = verify
    async with db.writing() as connection:
        adopted = await connection.execute(_same(row).values(values))
        if adopted.rowcount and row["state"] == "unknown":
            await observe_delivery(connection, row["id"], now)


async def _not_there(db: Database, channel: Channel, row: Any, now: datetime) -> None:
    if row["state"] == "sent":  # somebody deleted it in the channel; that is not ours to undo
        values: dict[str, Any] = {"until": None}
    elif row["looks"] % 2 == 0:
        values = {"looks": row["looks"] + 1, "due_at": now + channel.look_again}
    else:
        values = {"state": "pending", "looks": row["looks"] + 1, "due_at": now}
    async with db.writing() as connection:
        await connection.execute(_same(row).values(values))


async def _send_again(db: Database, rows: Sequence[Any], now: datetime, why: str) -> None:
    async with db.writing() as connection:
        for row in rows:
            values: dict[str, Any] = {"until": None}
            if row["state"] == "unknown":
                values |= {"state": "pending", "due_at": now, "error": why}
            await connection.execute(_same(row).values(values))


async def _postpone(db: Database, rows: Sequence[Any], due: datetime) -> None:
    async with db.writing() as connection:
        for row in rows:
            await connection.execute(_same(row).values(due_at=due))


def _same(row: Any) -> Any:
    """Only while the row is as it was read: another reconciler may have been quicker."""
    return update(notices).where(
        notices.c.id == row["id"],
        notices.c.state == row["state"],
        notices.c.attempt == row["attempt"],
        notices.c.looks == row["looks"],
    )
