"""A random sample of a brand's mentions: drawn by a seed, each text once, each as likely.

Every text gets a number that nobody can steer: a hash of its ``text_key``, keyed by the seed. The
lowest are the sample, in that order. So it is the same wherever it is drawn, from the same rows in
whatever order, and its first half is a random sample, too.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.effective import counted
from listener.store.tables import matches, mentions, sampled, samples

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose mentions: a brand's, on one network or ("") on all."""

    brand_id: int
    network: str = ""


class Text(NamedTuple):
    """One of a brand's different texts, by the first mention that holds it."""

    key: str
    mention_id: int


@dataclass(frozen=True, slots=True)
class Draw:
    """texts: in the order of the draw; of: how many different ones it was drawn from."""

    texts: tuple[Text, ...]
    of: int


async def draw(
    connection: AsyncConnection,
    scope: Scope,
    *,
    seed: int,
    since: datetime,
    until: datetime,
    count: int,
    without: Collection[str] = (),
) -> Draw:
    """``count`` texts, or as many as there are, of mentions written in [since, until) that count
    for the brand. without: text keys that are left out, for they were drawn before."""
    key = mentions.c.text_key
    statement = (
        select(key, func.min(mentions.c.id))
        .join(matches, matches.c.mention_id == mentions.c.id)
        .where(
            matches.c.brand_id == scope.brand_id,
            mentions.c.created_at >= since,
            mentions.c.created_at < until,
            mentions.c.text != "",
            counted(),
            *([mentions.c.network == scope.network] if scope.network else []),
        )
        .group_by(key)
    )
    left_out, seen = frozenset(without), 0
    lowest: list[tuple[int, str, int]] = []  # a heap of the lowest, the highest of them on top
    async with connection.stream(statement) as rows:  # some hundred bytes a text, never all of them
        async for text_key, mention_id in rows:
            if text_key in left_out:
                continue
            seen += 1
            entry = (-_number(seed, text_key), text_key, mention_id)
            if len(lowest) < count:
                heapq.heappush(lowest, entry)
            else:
                heapq.heappushpop(lowest, entry)
    texts = [
        Text(text_key, mention_id) for _n, text_key, mention_id in sorted(lowest, reverse=True)
    ]
    return Draw(tuple(texts), seen)


async def keep(
    connection: AsyncConnection,
    scope: Scope,
    drawn: Draw,
    *,
    seed: int,
    since: datetime,
    until: datetime,
    by: str,
    now: datetime,
) -> int:
    """Stores a draw as a sample that nobody has labelled; returns its id."""
    row = {
        "brand_id": scope.brand_id, "network": scope.network, "seed": seed, "since": since,
        "until": until, "texts": drawn.of, "made_by": by, "made_at": now,
    }  # fmt: skip
    result = await connection.execute(insert(samples).values(row).returning(samples.c.id))
    sample_id = int(result.scalar_one())
    ids = [text.mention_id for text in drawn.texts]
    rows = await connection.execute(
        select(mentions.c.id, mentions.c.revision).where(among(connection, mentions.c.id, ids))
    )
    revisions = {row.id: row.revision for row in rows}
    places = [
        {"sample_id": sample_id, "place": place, "mention_id": of, "revision": revisions[of]}
        for place, of in enumerate((of for of in ids if of in revisions), 1)
    ]
    if places:
        await connection.execute(insert(sampled), places)
    return sample_id


async def drawn_keys(connection: AsyncConnection, scope: Scope) -> set[str]:
    """Of the texts that are in samples of this very scope."""
    rows = await connection.execute(
        select(mentions.c.text_key)
        .join(sampled, sampled.c.mention_id == mentions.c.id)
        .join(samples, samples.c.id == sampled.c.sample_id)
        .where(samples.c.brand_id == scope.brand_id, samples.c.network == scope.network)
    )
    return set(rows.scalars())


def _number(seed: int, text_key: str) -> int:
    digest = hashlib.blake2b(text_key.encode(), key=seed.to_bytes(8, "big"), digest_size=16)
    return int.from_bytes(digest.digest(), "big")
