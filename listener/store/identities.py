"""Arrivals that bring an identity are led to the row that has a key of it, whatever its id.

To be called while batches are added one by one (``mentions.add``): between the look and the rows
that follow from it nobody else adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Beside, Hit, Mention
from listener.store.among import among
from listener.store.rows import Key
from listener.store.storable import identity
from listener.store.tables import identities, mentions
from listener.store.tombstones import bury, tombstone
from listener.store.upsert import insert_new

MOST_KEYS = 24
"""Of one mention: a feed that gives its items new ids at every read would else fill the table."""

Arrived = tuple[Mention, tuple[Hit, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """The row that an identity belongs to. ``home`` None: nobody knows where it was read."""

    id: int
    native_id: str
    text: str
    beside: tuple[Beside, ...]
    home: str | None

    def is_home(self, mention: Mention) -> bool:
        return mention.identity is not None and self.home in (None, mention.identity.home)


async def recognised(connection: AsyncConnection, found: Iterable[Mention]) -> dict[str, Known]:
    """Id of each of ``found`` (of one network) whose identity is known, and its row; by the surest
    of the keys that are."""
    unknown = [m for m in found if m.identity is not None and m.identity.keys]
    keys = sorted({key for m in unknown if m.identity for key in m.identity.keys})
    if not keys:
        return {}
    rows = await connection.execute(
        select(
            identities.c.key,
            identities.c.home,
            mentions.c.id,
            mentions.c.native_id,
            mentions.c.text,
            mentions.c.beside,
        )
        .join(mentions, mentions.c.id == identities.c.mention_id)
        .where(among(connection, identities.c.key, keys), mentions.c.network == unknown[0].network)
    )
    by_key = {
        row.key: Known(
            row.id,
            row.native_id,
            row.text,
            tuple(Beside(kind, said) for kind, said in row.beside or ()),
            row.home,
        )
        for row in rows
    }
    known: dict[str, Known] = {}
    for mention in unknown:
        assert mention.identity is not None
        first = next((by_key[k] for k in mention.identity.keys if k in by_key), None)
        if first is not None:
            known[mention.id] = first
    return known


async def settle(
    connection: AsyncConnection, batch: Mapping[Key, Arrived]
) -> tuple[dict[Key, Arrived], int]:
    """``batch`` under the ids of the rows that its arrivals are known as, and how many of it were
    the same as another. What was read elsewhere than the row brings no new text, only what it
    matches; one whose id is another's gets an id of its own."""
    settled = {key: arrived for key, arrived in batch.items() if arrived[0].identity is None}
    by_network: dict[str, list[Mention]] = {}
    for (network, _id), (mention, _hits) in batch.items():
        if mention.identity is not None:
            by_network.setdefault(network, []).append(mention)
    same = 0
    for network, found in by_network.items():
        known = await recognised(connection, found)
        taken = await _others(connection, network, [m for m in found if m.id not in known])
        for mention in found:
            _, hits = batch[(network, identity(mention.id) or "")]
            row = known.get(mention.id)
            if row is not None:
                mention = replace(mention, id=row.native_id)
                if not row.is_home(mention):
                    mention = replace(mention, text=row.text, beside=row.beside)
            elif mention.id in taken and mention.identity and mention.identity.keys:
                mention = replace(mention, id=f"{mention.id[:900]}#{mention.identity.keys[0]}")
            key = (network, identity(mention.id) or "")
            if key in settled:
                same += 1
                earlier, before = settled[key]
                both = {hit.brand: hit for hit in (*hits, *before)}
                settled[key] = (earlier, tuple(both.values()))
            else:
                settled[key] = (mention, hits)
    return settled, same


async def _others(connection: AsyncConnection, network: str, found: Sequence[Mention]) -> set[str]:
    """Ids of ``found`` under which another item is stored, which has an identity of its own."""
    if not found:
        return set()
    keyed = select(identities.c.key).where(identities.c.mention_id == mentions.c.id).exists()
    rows = await connection.execute(
        select(mentions.c.native_id).where(
            mentions.c.network == network,
            among(connection, mentions.c.native_id, sorted({m.id for m in found})),
            keyed,
        )
    )
    return set(rows.scalars())


async def keep(connection: AsyncConnection, stored: Sequence[tuple[int, Mention]]) -> None:
    """Writes what the mentions are known by, beside what they were known by before. A key that is
    another's stays so."""
    brought = [(row, m.identity) for row, m in stored if m.identity is not None]
    if not brought:
        return
    ids = sorted({row for row, _identity in brought})
    rows = await connection.execute(
        select(identities.c.mention_id, identities.c.key, identities.c.home).where(
            among(connection, identities.c.mention_id, ids)
        )
    )
    held: dict[int, dict[str, str | None]] = {}
    for mention_id, key, home in rows:
        held.setdefault(mention_id, {})[key] = home
    new, adopted = [], {}
    for row, its in brought:
        before = held.get(row, {})
        homes = {home for home in before.values() if home is not None}
        home = min(homes, default=its.home)
        if before and not homes:
            adopted[row] = home
        fresh = [key for key in its.keys if key not in before]
        if len(before) < MOST_KEYS:
            new += [{"key": key, "mention_id": row, "home": home} for key in fresh]
    await insert_new(connection, identities, new)
    for row, home in adopted.items():
        await connection.execute(
            update(identities).where(identities.c.mention_id == row).values(home=home)
        )


async def forget(
    connection: AsyncConnection, ids: Sequence[int], network: str, *, key: bytes, now: datetime
) -> None:
    """What the mentions were known by is buried with them."""
    known = identities.c.mention_id
    rows = await connection.execute(select(identities.c.key).where(among(connection, known, ids)))
    stones = [stone_of(key, network, its) for its in rows.scalars()]
    await bury(connection, "mention", stones, now=now)
    await connection.execute(delete(identities).where(among(connection, known, ids)))


def stone_of(key: bytes, network: str, its: str) -> str:
    return tombstone(key, "mention", network, f"identity:{its}")
