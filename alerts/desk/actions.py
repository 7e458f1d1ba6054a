"""What people do with an alert: one state for all, first come first served, each click once.

Every change is one conditional UPDATE on the state it needs; the action, the change and the card's
pending update are one transaction. The same click twice (same key) changes nothing.

    open ⇄ claimed → resolved → open (reopen); open | claimed → snoozed → back when its time is up;
    open | claimed | snoozed → dismissed ("not about us")

``single`` takes one of those who say the same out of the card, claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Literal

from sqlalchemy import case, func, literal, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.desk.conversations import queue_notices, touch
from alerts.desk.folding import LIVE
from alerts.desk.singling import claim_single
from alerts.desk.turns import alone
from alerts.outbox.notice_rows import on_the_card
from classifiers.labels import SENTIMENTS
from listener.store.effective import about_head
from listener.store.own_posts import speaks_for
from listener.store.session import Database
from listener.store.tables import actions, alert_mentions, alerts, labels, matches, mentions, users
from listener.store.upsert import insert_new, upsert

Verb = Literal["claim", "single", "release", "resolve", "reopen", "snooze", "not_us", "sentiment"]
Outcome = Literal["done", "already", "refused"]
VERBS: tuple[Verb, ...] = (
    "claim", "single", "release", "resolve", "reopen", "snooze", "not_us", "sentiment",
)  # fmt: skip
MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Action:
    """``key`` names the click itself: a repeated delivery has the same. ``choice``: what was picked
    (a snooze, a sentiment). ``detail``: what is kept besides (through which app it came)."""

    key: str
    alert_id: int
    user_id: str
    verb: Verb
    choice: str | None = None
    user_name: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


async def act(db: Database, action: Action, *, now: datetime, zone: tzinfo) -> Outcome:
    """Does it, notes it and queues the card's update. ``refused``: no such alert, or its state does
    not allow it; ``already``: it is so, or this click was handled before."""
    try:
        async with db.writing(durable=True) as connection:  # Slack is told that it was taken
            return await _act(connection, action, now, zone)
    except IntegrityError:  # reopened while another card of the conversation is open
        async with db.writing() as connection:
            return await _note(connection, action, "refused", now)


async def _act(connection: AsyncConnection, action: Action, now: datetime, zone: tzinfo) -> Outcome:
    if action.verb == "single":
        await alone(connection)
    result = await connection.execute(  # the lock that puts all changes of a card into a line
        select(alerts).where(alerts.c.id == action.alert_id).with_for_update()
    )
    alert = result.mappings().one_or_none()
    if alert is None:
        return "refused"
    seen = select(actions.c.outcome).where(actions.c.key == action.key)
    if (await connection.execute(seen)).first() is not None:
        return "already"
    await _remember(connection, action, now)
    outcome = await _change(connection, action, alert, now, zone)
    if outcome == "done":
        await queue_notices(connection, action.alert_id, now)
    return await _note(connection, action, outcome, now)


async def _change(
    connection: AsyncConnection, action: Action, alert: Any, now: datetime, zone: tzinfo
) -> Outcome:
    by: dict[str, Any] = {"resolved_by": action.user_id, "resolved_at": now}
    values: dict[str, Any]
    claimed_at = func.coalesce(alerts.c.claimed_at, now)
    match action.verb:
        case "claim":
            if alert["state"] == "claimed" and alert["claimed_by"] == action.user_id:
                return "already"
            values = {"state": "claimed", "claimed_by": action.user_id, "claimed_at": claimed_at}
            return await _move(connection, action, ("open", "snoozed"), now, values)
        case "single":
            chosen = action.choice or ""
            if not chosen.isascii() or not chosen.isdigit() or len(chosen) > 18:
                return "refused"
            taken = await claim_single(
                connection, action.alert_id, int(chosen), by=action.user_id, now=now, zone=zone
            )
            return "done" if taken else "already"
        case "release":
            values = {"state": "open", "claimed_by": None}
            return await _move(connection, action, ("claimed",), now, values)
        case "resolve":
            if alert["state"] == "resolved":
                return "already"
            who = func.coalesce(alerts.c.claimed_by, action.user_id)
            values = {"state": "resolved", "claimed_by": who, "claimed_at": claimed_at, **by}
            return await _move(connection, action, LIVE, now, values)
        case "reopen":
            if alert["state"] in LIVE:
                return "already"
            cleared = {"claimed_by": None, "resolved_by": None, "resolved_at": None}
            outcome = await _move(
                connection, action, ("resolved", "dismissed"), now, {"state": "open", **cleared}
            )
            if outcome == "done" and alert["state"] == "dismissed":  # it is about us after all
                await _label(connection, action, alert, about_head(alert["brand_id"]), "yes", now)
            return outcome
        case "snooze":
            until = snooze_until(action.choice or "", now, zone)
            if until is None:
                return "refused"
            values = {"state": "snoozed", "snoozed_until": until}
            return await _move(connection, action, LIVE, now, values)
        case "not_us":
            if alert["state"] == "dismissed":
                return "already"
            outcome = await _move(connection, action, LIVE, now, {"state": "dismissed", **by})
            if outcome == "done":
                await _label(connection, action, alert, about_head(alert["brand_id"]), "no", now)
            return outcome
        case "sentiment":
            if action.choice not in SENTIMENTS:
                return "refused"
            await _label(connection, action, alert, "sentiment", action.choice, now)
            await touch(connection, action.alert_id, now)
            return "done"


async def _move(
    connection: AsyncConnection,
    action: Action,
    states: tuple[str, ...],
    now: datetime,
    values: dict[str, Any],
) -> Outcome:
    values = {"snoozed_until": null(), **values}
    moved = await connection.execute(
        update(alerts)
        .where(alerts.c.id == action.alert_id, alerts.c.state.in_(states))
        .values(version=alerts.c.version + 1, changed_at=now, **values)
    )
    return "done" if moved.rowcount == 1 else "refused"


async def _label(
    connection: AsyncConnection,
    action: Action,
    alert: Any,
    head: str,
    value: str,
    now: datetime,
) -> None:
    """What a person says of the card's mentions is kept beside what the model said, and wins:
    "about" a brand of all of them, a sentiment of the one that the card quotes."""
    held = select(mentions.c.id, mentions.c.revision).join(
        alert_mentions, alert_mentions.c.mention_id == mentions.c.id
    )
    held = held.where(alert_mentions.c.alert_id == action.alert_id, mentions.c.gone_at.is_(None))
    if head == "sentiment":
        quoted = await on_the_card(connection, alert["id"], alert["channel"])
        held = held.order_by(
            mentions.c.id != (quoted or 0),
            speaks_for(literal(alert["brand_id"], alerts.c.id.type)),
            alert_mentions.c.folded,
            alert_mentions.c.at,
            mentions.c.id,
        ).limit(1)
    rows = [
        {
            "mention_id": row.id,
            "revision": row.revision,
            "head": head,
            "source": f"user:{action.user_id}",
            "value": value,
            "detail": {},
            "at": now,
        }
        for row in await connection.execute(held)
    ]
    if not rows:
        return
    keys = ["mention_id", "revision", "head", "source"]
    await upsert(connection, labels, rows, keys=keys)
    ids = [row["mention_id"] for row in rows]
    await connection.execute(  # the numbers follow what a person says
        update(matches).where(matches.c.mention_id.in_(ids)).values(changed_at=now)
    )


async def _remember(connection: AsyncConnection, action: Action, now: datetime) -> None:
    row = {"id": action.user_id, "name": action.user_name, "seen_at": now}
    if action.user_name is None:  # keeps the name that is known
        await insert_new(connection, users, [row])
        del row["name"]
    await upsert(connection, users, [row], keys=["id"])


async def _note(
    connection: AsyncConnection, action: Action, outcome: Outcome, now: datetime
) -> Outcome:
    row = {
        "key": action.key,
        "alert_id": action.alert_id,
        "user_id": action.user_id,
        "action": action.verb,
        "outcome": outcome,
        "detail": {**action.detail, **({"choice": action.choice} if action.choice else {})},
        "at": now,
    }
    await insert_new(connection, actions, [row])
    return outcome


def snooze_until(choice: str, now: datetime, zone: tzinfo) -> datetime | None:
    """``1h``, ``4h``, or ``tomorrow``: 09:00 of the next day in ``zone``. None: no such choice."""
    match choice:
        case "1h":
            return now + timedelta(hours=1)
        case "4h":
            return now + timedelta(hours=4)
        case "tomorrow":
            day = now.astimezone(zone).date() + timedelta(days=1)
            return datetime.combine(day, MORNING, zone)
    return None


async def wake_snoozed(db: Database, *, now: datetime, limit: int = 100) -> int:
    """Snoozes whose time is up: the alert waits for a person again, and its thread says so."""
    due = select(alerts.c.id).where(alerts.c.state == "snoozed", alerts.c.snoozed_until <= now)
    async with db.reading() as connection:
        ids = list((await connection.execute(due.order_by(alerts.c.id).limit(limit))).scalars())
    woken = 0
    for alert_id in ids:
        async with db.writing() as connection:
            state = case((alerts.c.claimed_by.is_(None), "open"), else_="claimed")
            changed = await connection.execute(
                update(alerts)
                .where(alerts.c.id == alert_id, alerts.c.state == "snoozed")
                .where(alerts.c.snoozed_until <= now)
                .values(
                    state=state, snoozed_until=None, version=alerts.c.version + 1, changed_at=now
                )
            )
            if changed.rowcount:
                await queue_notices(connection, alert_id, now, woken=True)
                woken += 1
    return woken
