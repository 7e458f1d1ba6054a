"""Arrivals become rows: new ones, new texts of known ones, new matches, newer numbers.

One batch is one transaction of the caller; the same batch again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Hit, Mention
from listener.store import identities, own_posts, rereads
from listener.store.among import among
from listener.store.bulk import insert_rows, new_ids
from listener.store.forget import erase, forget_author
from listener.store.prune import BROUGHT, EMPTIED
from listener.store.rows import Key, match_row, mention_row
from listener.store.storable import identity
from listener.store.tables import matches, mentions
from listener.store.times import admitted
from listener.store.tombstones import any_buried, buried, tombstone, tombstone_key

__all__ = ["Added", "Arrival", "add", "erase", "forget_author", "tombstone_key"]

ADDING = 0x7261736964616464  # "rasidadd": the key of PostgreSQL's advisory lock


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mention on its way in. ``hits`` names every brand that its text matches now."""

    mention: Mention
    hits: tuple[Hit, ...] = ()


@dataclass(slots=True)
class Added:
    """What became of a batch: len(new) + len(changed) + duplicates + refused + own arrivals.

    new, changed: ids of rows whose text is to be labelled. duplicates: known, text unchanged (a new
    match or newer numbers are written all the same). refused: deleted or forgotten before,
    past the time it is kept, or unusable (no id, a time beyond ``times``; those are ``untimely``).
    matched: those of new and changed that match a brand. own: new posts in a brand's own voice that
    concern nobody else, kept apart from mentions (one that was there is a duplicate).
    """

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    duplicates: int = 0
    refused: int = 0
    untimely: int = 0
    matched: int = 0
    own: int = 0


async def add(
    connection: AsyncConnection,
    arrivals: Sequence[Arrival],
    *,
    brand_ids: Mapping[str, int],
    source: str,
    now: datetime,
    key: bytes | None = None,
    mask: Callable[[str], str] | None = None,
) -> Added:
    """Stores a batch, at best 100 to 1,000 arrivals, inside the caller's transaction.

    source: collect | stream | push | import | webhook | backfill. key: of ``tombstone_key``; None
    only while nothing was ever deleted or forgotten, else RuntimeError. Texts are cut at
    ``storable.TEXT_LIMIT`` characters; NUL and lone surrogates become U+FFFD. A hit whose brand is
    not in ``brand_ids`` is a KeyError: the matcher and the table disagree.
    """
    added = Added()
    if mask is not None:
        arrivals = [_masked(arrival, mask) for arrival in arrivals]
    await _alone(connection)
    batch = _merge(arrivals, added, now)
    batch = await _settled(connection, batch, added)
    batch = await _without_buried(connection, batch, key, added)
    batch = await _without_own(connection, batch, brand_ids, added, now)
    known = await _known(connection, batch)
    fresh = {k: a for k, a in batch.items() if k not in known}
    rows = [mention_row(a.mention, k, source=source, now=now) for k, a in sorted(fresh.items())]
    ids = await _insert(connection, rows)
    late = [k for k in fresh if k not in ids]
    if late:  # another process stored them between our look and our insert
        known |= await _known(connection, late)
    added.new = sorted(ids.values())
    new_matches = [
        match_row(ids[k], brand_ids[hit.brand], hit, revision=1, now=now)
        for k in sorted(ids)
        for hit in fresh[k].hits
    ]
    await insert_rows(connection, matches, new_matches, keys=None)
    added.matched = sum(1 for k in ids if fresh[k].hits)
    pairs = [(row, batch[k]) for k, row in sorted(known.items()) if _still_read(row)]
    added.refused += len(known) - len(pairs)
    again = await rereads.apply(
        connection,
        [(row, a.mention, a.hits) for row, a in pairs],
        brand_ids=brand_ids,
        now=now,
    )
    if source not in BROUGHT:
        await rereads.seen(connection, [row for row, _arrival in pairs], now)
    stored = [(row, batch[k].mention) for k, row in ids.items()]
    await identities.keep(connection, stored + [(row.id, a.mention) for row, a in pairs])
    added.changed = sorted(again)
    added.matched += sum(1 for row, a in pairs if row.id in again and a.hits)
    added.duplicates += len(pairs) - len(again)
    return added


def _masked(arrival: Arrival, mask: Callable[[str], str]) -> Arrival:
    """The text, and what of it the evidence quotes, as it may be stored."""
    beside = tuple(replace(piece, text=mask(piece.text)) for piece in arrival.mention.beside)
    mention = replace(arrival.mention, text=mask(arrival.mention.text), beside=beside)
    hits = tuple(
        replace(hit, evidence=tuple(replace(e, found=mask(e.found)) for e in hit.evidence))
        for hit in arrival.hits
    )
    return replace(arrival, mention=mention, hits=hits)


def _merge(arrivals: Iterable[Arrival], added: Added, now: datetime) -> dict[Key, Arrival]:
    """One arrival a key: the last text counts, the brands of all. Unusable ones are refused."""
    batch: dict[Key, Arrival] = {}
    for arrival in arrivals:
        mention = admitted(arrival.mention, now)
        if mention is None:
            added.refused += 1
            added.untimely += 1
            continue
        if mention is not arrival.mention:
            arrival = replace(arrival, mention=mention)
        network, native_id = identity(mention.network), identity(mention.id)
        if network is None or native_id is None:
            added.refused += 1
            continue
        key = (network, native_id)
        earlier = batch.get(key)
        hits = (*arrival.hits, *earlier.hits) if earlier else arrival.hits
        if earlier is not None:
            added.duplicates += 1
        if len(hits) > 1:
            arrival = replace(arrival, hits=tuple({hit.brand: hit for hit in hits}.values()))
        batch[key] = arrival
    return batch


async def _without_own(
    connection: AsyncConnection,
    batch: dict[Key, Arrival],
    brand_ids: Mapping[str, int],
    added: Added,
    now: datetime,
) -> dict[Key, Arrival]:
    """What brands write themselves goes its own way; it goes on as a mention of the other brands
    that it matches, or where it was stored as one before."""
    voices = {key: {h.brand for h in a.hits if h.own} for key, a in batch.items()}
    posts = [
        (key, batch[key].mention, brand_ids[brand])
        for key, brands in sorted(voices.items())
        for brand in sorted(brands)
    ]
    if not posts:
        return batch
    fresh = await own_posts.keep(connection, posts, now)
    spoken = [key for key, brands in voices.items() if brands]
    before = {(row.network, row.native_id) for row in (await _known(connection, spoken)).values()}
    left: dict[Key, Arrival] = {}
    for key, arrival in batch.items():
        hits = tuple(hit for hit in arrival.hits if hit.brand not in voices[key])
        if hits or not voices[key] or key in before:
            left[key] = replace(arrival, hits=hits)
        elif key in fresh:
            added.own += 1
        else:
            added.duplicates += 1
    return left


async def _settled(
    connection: AsyncConnection, batch: dict[Key, Arrival], added: Added
) -> dict[Key, Arrival]:
    """Under the ids of the rows that arrivals with an identity of their own are known as."""
    if all(arrival.mention.identity is None for arrival in batch.values()):
        return batch
    pairs = {key: (arrival.mention, arrival.hits) for key, arrival in batch.items()}
    settled, same = await identities.settle(connection, pairs)
    added.duplicates += same
    return {key: Arrival(mention, hits) for key, (mention, hits) in settled.items()}


def _still_read(row: Row[Any]) -> bool:
    return row.gone_at is None and row.reason != EMPTIED


async def _without_buried(
    connection: AsyncConnection, batch: dict[Key, Arrival], key: bytes | None, added: Added
) -> dict[Key, Arrival]:
    if not batch or not await any_buried(connection):
        return batch
    if key is None:
        raise RuntimeError(
            "There are tombstones: give add() the key of tombstone_key(data folder), "
            "else what was deleted or forgotten would come back."
        )
    stones = {k: _stones(key, k, arrival.mention) for k, arrival in batch.items()}
    dead = await buried(connection, [stone for some in stones.values() for stone in some])
    alive = {k: arrival for k, arrival in batch.items() if dead.isdisjoint(stones[k])}
    added.refused += len(batch) - len(alive)
    return alive


def _stones(key: bytes, of: Key, mention: Mention) -> list[str]:
    network, native_id = of
    stones = [tombstone(key, "mention", network, native_id)]
    author = mention.author
    names = (identity(author.id), identity(author.handle)) if author else ()
    stones += [tombstone(key, "author", network, name) for name in names if name]
    if mention.identity is not None:
        stones += [identities.stone_of(key, network, its) for its in mention.identity.keys]
    return stones


async def _alone(connection: AsyncConnection) -> None:
    """One batch at a time, as on SQLite, until the commit: two batches that overlap else wait for
    each other's inserts while they hold rows that the other wants, in whatever order each goes."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(ADDING)))


async def _known(connection: AsyncConnection, keys: Iterable[Key]) -> dict[Key, Row[Any]]:
    """Rows already there, locked in one order so that two batches cannot wait for each other."""
    by_network: dict[str, list[str]] = {}
    for network, native_id in sorted(keys):
        by_network.setdefault(network, []).append(native_id)
    known: dict[Key, Row[Any]] = {}
    for network, ids in by_network.items():
        rows = await connection.execute(
            select(*rereads.COLUMNS)
            .where(mentions.c.network == network, among(connection, mentions.c.native_id, ids))
            .order_by(mentions.c.native_id)
            .with_for_update(key_share=True)
        )
        known.update({(row.network, row.native_id): row for row in rows})
    return known


async def _insert(connection: AsyncConnection, rows: list[dict[str, Any]]) -> dict[Key, int]:
    """Ids of the rows that were really inserted."""
    if not rows:
        return {}
    of = dict(zip(await new_ids(connection, mentions, len(rows)), rows, strict=True))
    await insert_rows(
        connection,
        mentions,
        [{"id": number, **row} for number, row in of.items()],
        keys=("network", "native_id"),
    )
    done = await connection.execute(
        select(mentions.c.id).where(mentions.c.id.between(min(of), max(of)))
    )
    return {
        (of[number]["network"], of[number]["native_id"]): number
        for number in done.scalars()
        if number in of
    }
