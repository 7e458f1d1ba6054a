"""The rows that one importer brought, among everybody else's, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.rows import Key
from listener.store.tables import alert_mentions, alerts, matches, mentions


async def ids_of(connection: AsyncConnection, keys: Iterable[Key]) -> dict[Key, int]:
    """(network, native id) -> id of those that are stored."""
    by_network: dict[str, list[str]] = {}
    for network, native_id in keys:
        by_network.setdefault(network, []).append(native_id)
    ids: dict[Key, int] = {}
    for network, natives in by_network.items():
        rows = await connection.execute(
            select(mentions.c.native_id, mentions.c.id).where(
                mentions.c.network == network, among(connection, mentions.c.native_id, natives)
            )
        )
        ids |= {(network, native_id): mention_id for native_id, mention_id in rows}
    return ids


async def unfinished(connection: AsyncConnection, ids: Collection[int]) -> list[int]:
    """Those of ``ids`` that are to be labelled, or of which a match is to be decided."""
    to_label = select(mentions.c.id).where(
        among(connection, mentions.c.id, ids), mentions.c.state == "collected"
    )
    to_decide = select(matches.c.mention_id).where(
        among(connection, matches.c.mention_id, ids), matches.c.state == "waiting"
    )
    rows = await connection.execute(to_label.union(to_decide))
    return sorted(rows.scalars())


async def newest_alert(connection: AsyncConnection) -> int:
    """The id of the newest alert, 0 where there is none."""
    return (await connection.execute(select(func.max(alerts.c.id)))).scalar_one() or 0


async def alerts_of(connection: AsyncConnection, ids: Collection[int], *, after: int) -> set[int]:
    """Ids above ``after`` of the alerts that hold a mention of ``ids``."""
    rows = await connection.execute(
        select(alert_mentions.c.alert_id).where(
            among(connection, alert_mentions.c.mention_id, ids), alert_mentions.c.alert_id > after
        )
    )
    return set(rows.scalars())
