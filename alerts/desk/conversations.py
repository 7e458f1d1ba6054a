"""Alerts as rows: found by conversation, opened, continued, and what is to be sent of them queued.

Everything here runs inside the caller's transaction. Whoever changes an alert updates its row
first: on PostgreSQL that lock puts decisions, clicks and senders of one card into a line.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.decide import Decision
from alerts.deciding.facts import Facts
from alerts.desk.folding import LIVE, is_by_first, story_rows, told_by
from alerts.desk.groups import Conversation, Logged, group_key, next_notice, thread_roots
from alerts.desk.stories import story_of
from alerts.outbox.notices import add_notices, notice_row
from listener.store.own_posts import speaks_for
from listener.store.tables import alert_mentions, alerts, mentions, notices, stories
from listener.store.upsert import insert_new


async def holding(connection: AsyncConnection, facts: Facts) -> list[int]:
    """Ids of the brand's alerts that hold this mention already."""
    rows = await connection.execute(
        select(alerts.c.id)
        .join(alert_mentions, alert_mentions.c.alert_id == alerts.c.id)
        .where(alert_mentions.c.mention_id == facts.mention_id)
        .where(alerts.c.brand_id == facts.brand_id)
        .order_by(alerts.c.id)
    )
    return list(rows.scalars())


async def join_conversation(
    connection: AsyncConnection, facts: Facts, decision: Decision, *, now: datetime, zone: tzinfo
) -> int:
    """Puts the mention on the card of its conversation: one that is live, else one that was
    resolved (and is open again by this), else that of another who tells the same, else a new one;
    queues what is to be sent of it. Returns the alert's id."""
    story, folded = story_of(facts), False
    alert_id = await _find(connection, facts, decision, zone)
    if alert_id is None:
        alert_id = await told_by(connection, facts, decision, story, now)
        folded = alert_id is not None and not await is_by_first(connection, alert_id, facts)
    is_new = alert_id is None
    if alert_id is None:
        alert_id = await _open(connection, facts, decision, now, zone)
        await insert_new(connection, stories, story_rows(alert_id, facts.mention_id, story))
    elif folded:
        await touch(connection, alert_id, now, urgent=facts.urgency == "urgent")
    else:
        await _continue(connection, alert_id, facts, now)
    row = {"alert_id": alert_id, "mention_id": facts.mention_id, "at": now, "folded": folded}
    await insert_new(connection, alert_mentions, [row])
    if is_new:
        await add_notices(connection, first_notices(alert_id, decision.channel, now))
    else:
        await queue_notices(connection, alert_id, now)
    return alert_id


async def _find(
    connection: AsyncConnection, facts: Facts, decision: Decision, zone: tzinfo
) -> int | None:
    same = alerts.c.group_key == group_key(facts, zone)
    roots = thread_roots(facts)
    if roots:
        author = (
            mentions.c.author_id == facts.author_id
            if facts.author_id is not None
            else mentions.c.author_handle == facts.author_handle
        )
        in_thread = (
            select(alert_mentions.c.alert_id)
            .join(mentions, mentions.c.id == alert_mentions.c.mention_id)
            .where(mentions.c.network == facts.network, author, alert_mentions.c.folded.is_(False))
            .where(or_(mentions.c.native_id.in_(roots), mentions.c.thread_id.in_(roots)))
        )
        same = or_(same, alerts.c.id.in_(in_thread))
    result = await connection.execute(
        select(alerts.c.id)
        .where(alerts.c.brand_id == facts.brand_id, same)
        .where(or_(alerts.c.channel == decision.channel, alerts.c.route == decision.route))
        .where(alerts.c.state.in_((*LIVE, "resolved")))
        .order_by(alerts.c.state == "resolved", alerts.c.id.desc())
        .limit(1)
    )
    return result.scalar_one_or_none()


async def _open(
    connection: AsyncConnection, facts: Facts, decision: Decision, now: datetime, zone: tzinfo
) -> int:
    row = alert_row(facts, decision.route, decision.channel, now, zone)
    result = await connection.execute(alerts.insert().values(row).returning(alerts.c.id))
    return int(result.scalar_one())


def alert_row(
    facts: Facts, route: str | None, channel: str | None, now: datetime, zone: tzinfo
) -> dict[str, Any]:
    """An alert that this mention opens."""
    return {
        "brand_id": facts.brand_id,
        "route": route,
        "channel": channel,
        "group_key": group_key(facts, zone),
        "state": "open",
        "urgency": facts.urgency or "normal",
        "opened_at": now,
        "published_at": facts.created_at,
        "changed_at": now,
    }


def first_notices(alert_id: int, channel: str | None, now: datetime) -> list[dict[str, Any]]:
    """What is to be sent of an alert that was just opened: nothing was said of it yet."""
    return _notices(alert_id, channel or "", Conversation(1), [], now)


async def _continue(
    connection: AsyncConnection, alert_id: int, facts: Facts, now: datetime
) -> None:
    """The writer went on: what was resolved or put off needs a person again. ``claimed_at`` stays:
    the response time ends at the first claim."""
    state, was_resolved = alerts.c.state, alerts.c.state == "resolved"
    woken = case((alerts.c.claimed_by.is_(None), "open"), else_="claimed")
    values: dict[str, Any] = {
        "version": alerts.c.version + 1,
        "changed_at": now,
        "state": case((was_resolved, "open"), (state == "snoozed", woken), else_=state),
        "claimed_by": case((was_resolved, None), else_=alerts.c.claimed_by),
        "resolved_by": None,
        "resolved_at": None,
        "snoozed_until": None,
    }
    if facts.urgency == "urgent":
        values["urgency"] = "urgent"
    await connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))


async def let_go(connection: AsyncConnection, alert_id: int, now: datetime) -> None:
    """Ends an alert that holds nothing but the brand's own words: nobody waits for an answer."""
    others = (
        select(alert_mentions.c.mention_id)
        .join(mentions, mentions.c.id == alert_mentions.c.mention_id)
        .where(alert_mentions.c.alert_id == alert_id)
        .where(~speaks_for(alerts.c.brand_id))
        .correlate(alerts)
    )
    await connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.state.in_(LIVE), ~others.exists())
        .values(state="dismissed", snoozed_until=None, resolved_at=now)
    )


async def touch(
    connection: AsyncConnection, alert_id: int, now: datetime, *, urgent: bool = False
) -> None:
    """The card is to be shown anew."""
    values: dict[str, Any] = {"version": alerts.c.version + 1, "changed_at": now}
    if urgent:
        values["urgency"] = "urgent"
    await connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))


async def queue_notices(
    connection: AsyncConnection, alert_id: int, now: datetime, *, woken: bool = False
) -> list[str]:
    """Writes the pending notices that the alert's log lacks; returns their ids. To be called in
    the transaction that changed the alert."""
    alert = (
        await connection.execute(
            select(alerts.c.version, alerts.c.channel).where(alerts.c.id == alert_id)
        )
    ).one()
    held = await connection.execute(
        select(alert_mentions.c.mention_id)
        .where(alert_mentions.c.alert_id == alert_id, alert_mentions.c.folded.is_(False))
        .order_by(alert_mentions.c.at, alert_mentions.c.mention_id)
    )
    log = await _log(connection, alert_id, alert.channel)
    conversation = Conversation(
        version=alert.version,
        follow_ups=tuple(held.scalars())[1:],
        woken=alert.version if woken else None,
        woken_at=now if woken else None,
    )
    return await add_notices(connection, _notices(alert_id, alert.channel, conversation, log, now))


def _notices(
    alert_id: int, channel: str, conversation: Conversation, log: list[Logged], now: datetime
) -> list[dict[str, Any]]:
    """Rows of the notices that ``log`` lacks."""
    rows = []
    while (step := next_notice(conversation, log, now)).kind is not None:
        log.append(Logged(step.kind, step.n, "pending", conversation.version))
        rows.append(
            notice_row(
                f"alert:{alert_id}",
                channel,
                step.kind,
                step.n,
                now,
                alert_id=alert_id,
                body={"version": conversation.version, "reason": step.reason.value},
            )
        )
    return rows


async def queue_thread_edit(
    connection: AsyncConnection, alert_id: int, facts: Facts, now: datetime
) -> list[str]:
    """An edited or deleted follow-up: its message in the thread is updated too. A follow-up that
    is still pending needs nothing, it is rendered when it is sent."""
    result = await connection.execute(
        select(notices.c.channel)
        .where(notices.c.subject == f"alert:{alert_id}", notices.c.kind == "follow_up")
        .where(notices.c.n == facts.mention_id)
        .where(notices.c.state.in_(("sending", "unknown", "sent")))
    )
    channel = result.scalar_one_or_none()
    if channel is None:
        return []
    n = -1 if facts.gone else facts.revision
    subject = f"alert:{alert_id}:{facts.mention_id}"
    row = notice_row(
        subject, channel, "update", n, now, alert_id=alert_id, body={"mention": facts.mention_id}
    )
    return await add_notices(connection, [row])


async def _log(connection: AsyncConnection, alert_id: int, channel: str) -> list[Logged]:
    rows = await connection.execute(
        select(notices.c.kind, notices.c.n, notices.c.state, notices.c.body)
        .where(notices.c.alert_id == alert_id, notices.c.channel == channel)
        .where(notices.c.subject == f"alert:{alert_id}")
    )
    return [Logged(r.kind, r.n, r.state, int(r.body.get("version", 0))) for r in rows]
