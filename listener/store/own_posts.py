"""What brands write themselves: kept apart from mentions, counted nowhere among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Author, Mention
from listener.store import own_replies
from listener.store.among import among
from listener.store.rows import Key
from listener.store.storable import URL_LIMIT, identity, storable, word, words
from listener.store.tables import matches, mentions, own_posts
from listener.store.upsert import upsert

OWN = 0.0
"""``matches.about`` of what turned out to be the brand's own: counted no more, as after an edit."""
AT_ONCE = 500

Own = tuple[Key, Mention, int]
"""A post's key, the post, the brand that wrote it."""


async def keep(connection: AsyncConnection, posts: Sequence[Own], now: datetime) -> set[Key]:
    """Writes or renews them; returns the keys that were not there before. What is stored of them as
    a mention of that brand is one no longer."""
    if not posts:
        return set()
    led = await _led(connection, posts)
    keys = {key for key, _mention, _brand_id in led}
    known = await _voices(connection, keys)
    rows = {(key, brand_id): _row(key, mention, brand_id, now) for key, mention, brand_id in led}
    fresh = [row for pair, row in rows.items() if pair not in known]
    again = [row for pair, row in rows.items() if pair in known]
    await upsert(connection, own_posts, fresh, keys=["network", "native_id", "brand_id"])
    await own_replies.wake(connection, fresh)
    lasting, seen = ("created_at", "collected_at"), {"seen_at": now}
    for row in again:
        await connection.execute(
            update(own_posts)
            .where(
                own_posts.c.network == row["network"],
                own_posts.c.native_id == row["native_id"],
                own_posts.c.brand_id == row["brand_id"],
            )
            .values({name: value for name, value in row.items() if name not in lasting} | seen)
        )
    await _disown(connection, posts, now)
    return keys - {key for key, _brand_id in known}


async def _led(connection: AsyncConnection, posts: Sequence[Own]) -> list[Own]:
    """Items whose id does not tell (``records.Identity``) under the key of the own post that said
    the same at the same time and address: a feed may give each a new id at every read."""
    c = own_posts.c
    ids: dict[tuple[str, str, str, datetime | None], str] = {}
    doubted = [(key[0], m.text) for key, m, _brand_id in posts if m.identity is not None]
    for network in {network for network, _text in doubted}:
        texts = [storable(text) for of, text in doubted if of == network]
        rows = await connection.execute(
            select(c.native_id, c.text, c.url, c.created_at)
            .where(c.network == network, among(connection, c.text, texts))
            .order_by(c.collected_at.desc(), c.native_id)
        )
        ids |= {(network, row.text, row.url or "", row.created_at): row.native_id for row in rows}
    led: list[Own] = []
    for (network, native_id), mention, brand_id in posts:
        if mention.identity is not None:
            url = word(mention.url, URL_LIMIT) or ""
            same = (network, storable(mention.text), url, mention.created_at)
            native_id = ids.get(same, native_id)
        led.append(((network, native_id), mention, brand_id))
    return led


async def stored(connection: AsyncConnection, keys: Iterable[Key]) -> set[Key]:
    """Those of ``keys`` that are own posts of some brand."""
    return {key for key, _brand_id in await _voices(connection, keys)}


async def _voices(connection: AsyncConnection, keys: Iterable[Key]) -> set[tuple[Key, int]]:
    """Those of ``keys`` that are own posts, with each brand that speaks in them."""
    by_network: dict[str, list[str]] = {}
    for network, native_id in keys:
        by_network.setdefault(network, []).append(native_id)
    known: set[tuple[Key, int]] = set()
    c = own_posts.c
    for network, ids in by_network.items():
        rows = await connection.execute(
            select(c.native_id, c.brand_id).where(
                c.network == network, among(connection, c.native_id, ids)
            )
        )
        known.update(((network, native_id), brand_id) for native_id, brand_id in rows)
    return known


async def unname(connection: AsyncConnection, network: str, new: Mapping[str, str]) -> None:
    """What answers a post names it by its new id."""
    c = own_posts.c
    answers = await connection.execute(
        select(c.parent_id)
        .where(c.network == network, among(connection, c.parent_id, sorted(new)))
        .distinct()
    )
    for parent in answers.scalars().all():
        await connection.execute(
            update(own_posts)
            .where(c.network == network, c.parent_id == parent)
            .values(parent_id=new[parent])
        )


async def named(
    connection: AsyncConnection, network: str, *, authors: Sequence[str], refs: Sequence[str]
) -> set[str]:
    """Native ids of the own posts of ``authors`` (the network's ids) and of those that the network
    calls one of ``refs``."""
    c = own_posts.c
    found: set[str] = set()
    for column, names in ((c.author_id, authors), (c.ref, refs)):
        if names:
            rows = await connection.execute(
                select(c.native_id).where(c.network == network, among(connection, column, names))
            )
            found.update(rows.scalars())
    return found


async def remove(connection: AsyncConnection, network: str, native_ids: Sequence[str]) -> None:
    """Deleted upstream: nothing of them stays."""
    c = own_posts.c
    await connection.execute(
        delete(own_posts).where(c.network == network, among(connection, c.native_id, native_ids))
    )


async def forget(connection: AsyncConnection, network: str, author: str) -> list[str]:
    """``author``: the network's id, or the handle. Returns the native ids of what went."""
    c = own_posts.c
    theirs = or_(c.author_id == author, func.lower(c.account) == author.lower())
    gone = await connection.execute(
        delete(own_posts).where(c.network == network, theirs).returning(c.native_id)
    )
    return sorted(set(gone.scalars()))


async def recount(
    connection: AsyncConnection,
    accounts: Sequence[tuple[int, str, str]],
    *,
    speaks: Callable[[Mention], Iterable[int]],
    now: datetime,
) -> int:
    """Mentions of a brand that accounts wrote which are its own since now: own posts from here on.
    accounts: (brand id, network, name). speaks: the ids of the brands whose voice a mention is.
    Returns how many. They are decided anew, so that their cards follow, and counted anew."""
    found = 0
    for brand_id, network, name in accounts:
        last = 0
        while rows := await _written_by(connection, brand_id, network, name, after=last):
            last = rows[-1].id
            posts: list[Own] = []
            for row in rows:
                mention = _mention(row)
                if brand_id in speaks(mention):
                    posts.append(((row.network, row.native_id), mention, brand_id))
            await keep(connection, posts, now)
            found += len(posts)
    return found


async def _written_by(
    connection: AsyncConnection, brand_id: int, network: str, name: str, *, after: int
) -> Sequence[Any]:
    """Mentions that this account may have written: by its names, or of its site."""
    c, low = mentions.c, name.casefold()
    tail = low.rstrip("/").rpartition("/")[2].lstrip("@")
    names = {name, low, tail, f"@{low}", low.partition("@")[0]} - {""}
    anywhere = ("import", "webhook")
    by = or_(
        c.author_id.in_(names),
        func.lower(c.author_handle).in_(names),
        and_(
            c.network == "rss",
            or_(func.lower(c.author_name).in_(names), c.url.contains(_site(low), autoescape=True)),
        ),
        func.lower(c.author_id).in_(names),
    )
    result = await connection.execute(
        select(mentions)
        .join(matches, matches.c.mention_id == c.id)
        .where(matches.c.brand_id == brand_id, c.id > after, c.gone_at.is_(None))
        .where(c.network.in_((network, *anywhere)), by)
        .where(or_(matches.c.about.is_(None), matches.c.about > OWN))
        .order_by(c.id)
        .limit(AT_ONCE)
    )
    return result.all()


def _site(name: str) -> str:
    return name.partition("://")[2].partition("/")[0] or name.partition("/")[0]


def _mention(row: Any) -> Mention:
    """As much of it as an own post keeps."""
    return Mention(
        network=row.network,
        id=row.native_id,
        text=row.text,
        created_at=row.created_at if row.created_known else None,
        url=row.url,
        author=Author(row.network, row.author_id, row.author_handle, row.author_name),
        kind=row.kind,
        parent_id=row.parent_id,
        hashtags=tuple(row.hashtags or ()),
        media=tuple(row.media or ()),
        ref=row.ref,
    )


async def _disown(connection: AsyncConnection, posts: Sequence[Own], now: datetime) -> None:
    pairs: dict[tuple[int, str], list[str]] = {}
    for (network, native_id), _mention, brand_id in posts:
        pairs.setdefault((brand_id, network), []).append(native_id)
    for (brand_id, network), ids in pairs.items():
        theirs = select(mentions.c.id).where(
            mentions.c.network == network, among(connection, mentions.c.native_id, ids)
        )
        await connection.execute(
            update(matches)
            .where(matches.c.brand_id == brand_id, matches.c.mention_id.in_(theirs))
            .where(or_(matches.c.about.is_(None), matches.c.about > OWN))
            .values(
                about=OWN, about_by=None, state="waiting",
                taken_by=None, taken_until=None, tries=0, changed_at=now,
            )
        )  # fmt: skip


def _row(key: Key, mention: Mention, brand_id: int, now: datetime) -> dict[str, Any]:
    author = mention.author or Author(mention.network)
    return {
        "network": key[0],
        "native_id": key[1],
        "brand_id": brand_id,
        "account": word(author.handle or author.name) or identity(author.id) or "",
        "author_id": identity(author.id),
        "ref": word(mention.ref),
        "kind": mention.kind,
        "parent_id": word(mention.parent_id, URL_LIMIT),
        "text": storable(mention.text),
        "url": word(mention.url, URL_LIMIT),
        "hashtags": words(mention.hashtags),
        "media": words(mention.media),
        "created_at": mention.created_at,
        "collected_at": now,
    }


def speaks_for(brand_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """True where a row of ``mentions`` holds the brand's words alone: its own post, or a repost of
    one."""
    c = mentions.c
    passed_on = and_(c.kind == "repost", is_own(c.network, c.parent_id, brand_id))
    return or_(is_own(c.network, c.native_id, brand_id), passed_on)


def is_own(
    network: ColumnElement[Any], native_id: ColumnElement[Any], brand_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """True where the post of these columns is the brand's own."""
    return exists().where(
        own_posts.c.network == network,
        own_posts.c.native_id == native_id,
        own_posts.c.brand_id == brand_id,
    )
