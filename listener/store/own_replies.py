"""What brands answered in public: own posts under a mention. They are told to whoever has the card
before them; nothing is closed by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import alert_mentions, matches, mentions, own_posts

PASSED_ON = "repost"
"""The kind of own post that answers nobody, whatever it stands under."""


class Reply(NamedTuple):
    """``at``: when it was written (aware UTC; None: not told); ``seen_at``: when it came in."""

    mention_id: int
    brand_id: int
    at: datetime | None
    seen_at: datetime
    url: str | None


async def replies_to(
    connection: AsyncConnection, mention_ids: Collection[int], *, brand_id: int | None = None
) -> list[Reply]:
    """What the brand (None: each) wrote under these mentions, the oldest first."""
    m, o = mentions.c, own_posts.c
    rows = await connection.execute(
        select(m.id, o.brand_id, o.created_at, o.collected_at, o.url)
        .join(own_posts, (o.network == m.network) & o.parent_id.in_((m.native_id, m.ref)))
        .where(among(connection, m.id, mention_ids), o.kind != PASSED_ON)
        .where(*([] if brand_id is None else [o.brand_id == brand_id]))
        .order_by(func.coalesce(o.created_at, o.collected_at), o.native_id)
    )
    return [Reply(*row) for row in rows]


async def wake(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """``rows`` of own posts that are new: those that stand under a mention which is on a card have
    its match looked at again, so that the card says so."""
    parents: dict[tuple[int, str], set[str]] = {}
    for row in rows:
        if row["parent_id"] is not None and row["kind"] != PASSED_ON:
            parents.setdefault((row["brand_id"], row["network"]), set()).add(row["parent_id"])
    c = mentions.c
    for (brand_id, network), ids in parents.items():
        named = [among(connection, column, sorted(ids)) for column in (c.native_id, c.ref)]
        answered = select(c.id).where(
            c.network == network,
            or_(named[0], c.ref.is_not(None) & named[1]),
            exists().where(alert_mentions.c.mention_id == c.id),
        )
        await connection.execute(
            update(matches)
            .where(matches.c.brand_id == brand_id, matches.c.mention_id.in_(answered))
            .where(matches.c.state == "decided")
            .values(state="waiting", taken_by=None, taken_until=None, tries=0)
        )
