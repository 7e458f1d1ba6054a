"""Rows whose time is over: found in small batches, emptied, and removed.

What a row counts for stands in a seal before the row goes (``alerts.numbers.seals``); roll-ups of
its hour stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.forget import blank_evidence
from listener.store.tables import (
    alert_mentions,
    alerts,
    labels,
    matches,
    mentions,
    own_posts,
    revisions,
)
from listener.store.tallies import spoil

EMPTIED = "kept its time"
"""``mentions.reason`` of a row whose text and names are gone and whose numbers still count."""


BROUGHT = ("import", "webhook")
"""Sources of what people brought themselves: no network's terms were agreed to for it."""


def _unbound(_network: str) -> timedelta | None:
    return None


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How long mentions are kept, from the moment they were collected. ``networks``: those that
    are kept a shorter (or longer) time. ``unread``: how long a network's terms let a post be kept
    that is not read again; None where they do not say."""

    usual: timedelta
    networks: Mapping[str, timedelta]
    unread: Callable[[str], timedelta | None] = _unbound

    def of(self, network: str) -> timedelta:
        return self.networks.get(network, self.usual)


class Place(NamedTuple):
    """Where the walk through rows whose time is over has come to."""

    network: str
    collected_at: datetime
    id: int


class Expired(NamedTuple):
    """A row whose time is over. ``emptied``: its text is gone already."""

    id: int
    created_at: datetime
    emptied: bool
    place: Place


async def expired(
    connection: AsyncConnection,
    keep: KeepRule,
    *,
    now: datetime,
    open_from: datetime,
    after: Place | None = None,
    most: int = 500,
) -> list[Expired]:
    """At most ``most`` rows beyond ``after``, network by network, the earliest collected first.
    Rows that wait for their label or for a decision are left for later: what they say is not
    counted yet. So are emptied ones of ``open_from`` or later, whose month is open still."""
    network = after.network if after else await _next_network(connection, "")
    due: list[Expired] = []
    while network is not None and len(due) < most:
        beyond = after if after and after.network == network else None
        rows = await connection.execute(
            _of(network, keep, now, beyond, open_from).limit(most - len(due))
        )
        due += [
            Expired(
                row.id,
                row.created_at,
                row.reason == EMPTIED,
                Place(network, row.collected_at, row.id),
            )
            for row in rows
        ]
        network = await _next_network(connection, network)
    return due


def _of(
    network: str, keep: KeepRule, now: datetime, beyond: Place | None, open_from: datetime
) -> Select[Any]:
    c, before, unread = mentions.c, now - keep.of(network), keep.unread(network)
    over = c.collected_at < before
    if unread is not None and now - unread > before:
        unread_since = func.coalesce(c.seen_at, c.collected_at, type_=c.seen_at.type)
        before = now - unread  # no row was read again before it was collected
        over = or_(over, and_(unread_since < before, c.source.not_in(BROUGHT)))
    waiting = matches.c.state == bindparam(None, "waiting", literal_execute=True)
    undecided = exists().where(matches.c.mention_id == c.id, waiting)
    rows = (
        select(c.id, c.created_at, c.collected_at, c.reason)
        .where(c.network == network, c.collected_at < before, c.state != "collected", ~undecided)
        .where(over)
        .where(or_(c.reason.is_(None), c.reason != EMPTIED, c.created_at < open_from))
        .order_by(c.collected_at, c.id)
    )
    if beyond is None:
        return rows
    at, last = beyond.collected_at, beyond.id
    return rows.where(c.collected_at >= at, or_(c.collected_at > at, c.id > last))


async def _next_network(connection: AsyncConnection, after: str) -> str | None:
    """By the index: a few looks, not a table read."""
    result = await connection.execute(
        select(func.min(mentions.c.network)).where(mentions.c.network > after)
    )
    network: str | None = result.scalar_one()
    return network


async def brands_of(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, set[int]]:
    """mention id -> ids of the brands it was matched for."""
    rows = await connection.execute(
        select(matches.c.mention_id, matches.c.brand_id).where(
            among(connection, matches.c.mention_id, ids)
        )
    )
    by_mention: dict[int, set[int]] = {}
    for mention_id, brand_id in rows:
        by_mention.setdefault(mention_id, set()).add(brand_id)
    return by_mention


async def empty(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Text, address, name and media go; the network's ids of post and author stay while the week
    and month are open, so that authors are counted once and the post is not stored anew."""
    if not ids:
        return
    await connection.execute(
        update(mentions)
        .where(among(connection, mentions.c.id, ids))
        .values(
            text="", text_key="", url=None, author_name=None, handles=[], media=[],
            beside=[], ref=None, reason=EMPTIED,
        )
    )  # fmt: skip
    await connection.execute(
        update(mentions)  # where the network gives no id, the handle is what counts the author
        .where(among(connection, mentions.c.id, ids), mentions.c.author_id.is_not(None))
        .values(author_handle=None)
    )
    await connection.execute(
        delete(revisions).where(among(connection, revisions.c.mention_id, ids))
    )
    await blank_evidence(connection, ids)


async def remove_own_posts(
    connection: AsyncConnection, keep: KeepRule, *, now: datetime, most: int
) -> int:
    """Deletes at most ``most`` own posts of each network that were not read again for as long as
    its mentions are kept, or its terms allow; what the network shows us still is ours to keep.
    Returns how many. Their figures stay: numbers, and the network's ids."""
    c, removed = own_posts.c, 0
    seen = func.coalesce(c.seen_at, c.collected_at, type_=c.seen_at.type)
    networks = await connection.execute(select(c.network).distinct())
    for network in networks.scalars().all():
        span = min(keep.of(network), keep.unread(network) or timedelta.max)
        over = (c.network == network, seen < now - span)
        ids = (await connection.execute(select(c.native_id).where(*over).limit(most))).scalars()
        gone = await connection.execute(
            delete(own_posts).where(*over, among(connection, c.native_id, sorted(set(ids))))
        )
        removed += int(gone.rowcount)
    return removed


async def remove(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """Deletes rows with all that hangs on them. Alerts, their notices and actions stay as numbers:
    an alert that held only these no longer names its author. Returns how many rows it deleted."""
    if not ids:
        return 0
    held = await connection.execute(
        select(alert_mentions.c.alert_id)
        .where(among(connection, alert_mentions.c.mention_id, ids))
        .distinct()
    )
    touched = list(held.scalars())
    for table in (alert_mentions, labels, revisions):  # the cascade does it too, row by row
        await connection.execute(delete(table).where(among(connection, table.c.mention_id, ids)))
    await spoil(connection, ids)
    gone = await connection.execute(delete(mentions).where(among(connection, mentions.c.id, ids)))
    if touched:
        left = exists().where(alert_mentions.c.alert_id == alerts.c.id)
        bare = await connection.execute(
            select(alerts.c.id).where(among(connection, alerts.c.id, touched), ~left)
        )
        for alert_id in bare.scalars().all():
            await connection.execute(
                update(alerts)
                .where(alerts.c.id == alert_id)
                .values(group_key=f"removed:{alert_id}")
            )
    return int(gone.rowcount)
