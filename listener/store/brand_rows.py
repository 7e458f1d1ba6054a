"""The brands of the settings as rows: names to ids, what is searched for since when, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Brand
from listener.store.tables import accounts, brands, queries
from listener.store.upsert import insert_new, upsert


async def sync_brands(
    connection: AsyncConnection,
    configured: Sequence[Brand],
    now: datetime,
    *,
    networks: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> dict[str, int]:
    """Writes ``configured`` and returns name -> id of exactly these brands.

    A changed search adds a ``queries`` row dated ``now``; earlier ones stay, as do brands no longer
    configured: old numbers keep the words that made them. networks: brand -> (network, handle) of
    its own accounts; a handle in ``Brand.handles`` that is in none of them has the network "".
    It waits for issue 11 (own accounts): nobody gives it yet.
    """
    if not configured:
        return {}
    await upsert(
        connection,
        brands,
        [{"name": brand.name, "role": brand.role} for brand in configured],
        keys=["name"],
    )
    names = [brand.name for brand in configured]
    rows = await connection.execute(
        select(brands.c.name, brands.c.id).where(brands.c.name.in_(names))
    )
    ids = {row.name: row.id for row in rows}
    await insert_new(
        connection,
        queries,
        [{"brand_id": ids[b.name], "text": rule(b), "since": now} for b in configured],
    )
    own = {brand.name: _accounts(brand, networks or {}) for brand in configured}
    await insert_new(
        connection,
        accounts,
        [
            {"brand_id": ids[name], "network": network, "handle": handle}
            for name, pairs in own.items()
            for network, handle in pairs
        ],
    )
    return ids


def rule(brand: Brand) -> str:
    """All that decides whether a text matches ``brand``, on one line in the query language
    (``context:`` and ``al:`` at the end are not part of it)."""
    parts = [f"({brand.query})"] if brand.query else []
    parts += [f'"{keyword}"' for keyword in brand.keywords]
    parts += [f"#{hashtag}" for hashtag in brand.hashtags]
    parts += [f"@{handle}" for handle in brand.handles]
    text = " OR ".join(parts)
    if brand.exclude:
        text = f"({text}) NOT (" + " OR ".join(f'"{term}"' for term in brand.exclude) + ")"
    if brand.context:
        text += f" context: {', '.join(brand.context)}"
    return text if brand.al else f"{text} al: no"


def _accounts(
    brand: Brand, networks: Mapping[str, Sequence[tuple[str, str]]]
) -> list[tuple[str, str]]:
    pairs = list(networks.get(brand.name, ()))
    known = {handle for _network, handle in pairs}
    return pairs + [("", handle) for handle in brand.handles if handle not in known]
