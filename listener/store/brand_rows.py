"""The brands of the settings as rows: names to ids, what is searched for since when, accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Brand, Mention
from listener.store.own_posts import recount
from listener.store.tables import accounts, brands, queries
from listener.store.upsert import insert_new, upsert


async def sync_brands(
    connection: AsyncConnection,
    configured: Sequence[Brand],
    now: datetime,
    *,
    speaks: Callable[[Mention], Iterable[str]] | None = None,
) -> dict[str, int]:
    """Writes ``configured`` and returns name -> id of exactly these brands.

    A changed search adds a ``queries`` row dated ``now``; earlier ones stay, as do brands no longer
    configured: old numbers keep the words that made them. Its own accounts are written down, too (a
    handle in ``Brand.handles`` that is in none of them has the network ""); what one that is new
    wrote before is no mention from now on (``own_posts.recount``). speaks: the names of the brands
    whose voice a mention is (``OwnVoice.of``).
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
    own = [(ids[b.name], network, handle) for b in configured for network, handle in _accounts(b)]
    known = {
        (row.brand_id, row.network, row.handle)
        for row in await connection.execute(
            select(accounts.c.brand_id, accounts.c.network, accounts.c.handle).where(
                accounts.c.brand_id.in_(ids.values())
            )
        )
    }
    # One that is named no longer: what it writes meanwhile is looked at should it be named again.
    for brand_id, network, handle in known.difference(own):
        await connection.execute(
            delete(accounts).where(
                accounts.c.brand_id == brand_id,
                accounts.c.network == network,
                accounts.c.handle == handle,
            )
        )
    fresh = [account for account in dict.fromkeys(own) if account not in known]
    if fresh and speaks is not None:
        await recount(
            connection,
            [account for account in fresh if account[1]],
            speaks=lambda mention: [ids[name] for name in speaks(mention)],
            now=now,
        )
    await insert_new(
        connection,
        accounts,
        [
            {"brand_id": brand_id, "network": network, "handle": handle}
            for brand_id, network, handle in fresh
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


def _accounts(brand: Brand) -> list[tuple[str, str]]:
    return list(brand.accounts) or [("", handle) for handle in brand.handles]
