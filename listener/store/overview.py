"""What the rows say about themselves: the numbers of ``status``, the story behind ``why``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Select, Table, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.label_rows import counting_label, current_labels
from listener.store.own_replies import replies_to
from listener.store.tables import (
    actions,
    alert_mentions,
    alerts,
    brands,
    decisions,
    labels,
    matches,
    mentions,
    notices,
    revisions,
)
from listener.store.tallies import totals

STATES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (mentions, ("collected", "labelled", "set_aside")),
    (matches, ("waiting", "decided")),
    (alerts, ("open", "claimed", "snoozed", "resolved", "dismissed")),
    (notices, ("pending", "sending", "unknown", "sent", "failed")),
)
"""In the order of ``status --json``; every state is there, also with 0."""


async def overview(connection: AsyncConnection) -> dict[str, dict[str, int]]:
    """``mentions``, ``matches``, ``alerts`` and ``notices`` by state: part of ``status --json``."""
    every = await totals(connection)
    numbers = {
        mentions: await _with_the_rest(
            connection, mentions, ("collected", "set_aside"), "labelled", every.mentions
        ),
        matches: await _with_the_rest(connection, matches, ("waiting",), "decided", every.matches),
        alerts: await _by_state(connection, alerts),
        notices: await _by_state(connection, notices),
    }
    return {
        table.name: {state: numbers[table].get(state, 0) for state in states}
        for table, states in STATES
    }


async def _with_the_rest(
    connection: AsyncConnection, table: Table, few: tuple[str, ...], rest: str, every: int
) -> dict[str, int]:
    """States that few rows are in are counted by their partial index; ``rest`` is all others."""
    counted: dict[str, int] = {}
    for state in few:
        # Written out: with a parameter neither database would use the index of this state.
        written_out: BindParameter[str] = bindparam(None, state, literal_execute=True)
        counting = select(func.count()).select_from(table).where(table.c.state == written_out)
        counted[state] = (await connection.execute(counting)).scalar_one()
    return {**counted, rest: every - sum(counted.values())}


async def _by_state(connection: AsyncConnection, table: Table) -> dict[str, int]:
    """Of tables that hold a hundredth of what mentions do, by the index of their states alone."""
    rows = await connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {state: number for state, number in rows}  # noqa: C416


async def why(connection: AsyncConnection, mention_id: int) -> dict[str, Any] | None:
    """Everything that happened to one mention, None where there is no such row.

    ``mention``: its columns. ``revisions``: earlier texts. ``labels``: all of the current revision,
    each with ``counts`` (a person's before a model's). ``matches``: brand, evidence
    ``[[term, place, found]]``, state, its ``decisions``, newest first, and the brand's public
    ``replies`` (at, url), oldest first. ``alerts``: each with
    its ``notices`` (without bodies) and ``actions``, oldest first. Times are aware UTC.
    """
    row = (
        (await connection.execute(select(mentions).where(mentions.c.id == mention_id)))
        .mappings()
        .first()
    )
    if row is None:
        return None
    mine = matches.c.mention_id == mention_id
    found_matches = await _all(
        connection,
        select(matches, brands.c.name.label("brand"))
        .join(brands, brands.c.id == matches.c.brand_id)
        .where(mine)
        .order_by(brands.c.name),
    )
    decided = await _all(
        connection,
        select(decisions)
        .where(decisions.c.mention_id == mention_id)
        .order_by(decisions.c.revision.desc(), decisions.c.at.desc()),
    )
    replies = await replies_to(connection, [mention_id])
    for match in found_matches:
        match["decisions"] = [d for d in decided if d["brand_id"] == match["brand_id"]]
        match["replies"] = [
            {"at": reply.at, "url": reply.url}
            for reply in replies
            if reply.brand_id == match["brand_id"]
        ]
    return {
        "mention": dict(row),
        "revisions": await _all(
            connection,
            select(revisions.c.revision, revisions.c.text, revisions.c.at)
            .where(revisions.c.mention_id == mention_id)
            .order_by(revisions.c.revision),
        ),
        "labels": await _labels(connection, mention_id, row["revision"]),
        "matches": found_matches,
        "alerts": await _alerts(connection, mention_id),
    }


async def _labels(
    connection: AsyncConnection, mention_id: int, revision: int
) -> list[dict[str, Any]]:
    counting = (await current_labels(connection, [mention_id])).get(mention_id, {})
    rows = await _all(
        connection,
        select(labels)
        .where(labels.c.mention_id == mention_id, labels.c.revision == revision)
        .order_by(labels.c.head, labels.c.at),
    )
    for row in rows:
        counts = counting_label(counting, row["head"])
        row["counts"] = counts is not None and counts.source == row["source"]
    return rows


async def _alerts(connection: AsyncConnection, mention_id: int) -> list[dict[str, Any]]:
    rows = await _all(
        connection,
        select(alerts, alert_mentions.c.folded)
        .join(alert_mentions, alert_mentions.c.alert_id == alerts.c.id)
        .where(alert_mentions.c.mention_id == mention_id)
        .order_by(alerts.c.id),
    )
    for row in rows:
        row["notices"] = await _all(
            connection,
            select(*(column for column in notices.c if column.name != "body"))
            .where(notices.c.alert_id == row["id"])
            .order_by(notices.c.created_at, notices.c.n),
        )
        row["actions"] = await _all(
            connection,
            select(actions).where(actions.c.alert_id == row["id"]).order_by(actions.c.id),
        )
    return rows


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(statement)).mappings()]
