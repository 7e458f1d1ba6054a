"""Deletions: what somebody took back is blanked here, and does not come in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store import figures, identities, own_posts
from listener.store.among import among
from listener.store.effective import PERSON
from listener.store.storable import identity
from listener.store.tables import alert_mentions, alerts, labels, matches, mentions, revisions
from listener.store.tombstones import bury, tombstone

GONE = "deleted upstream"
TEXTS = ("text", "note", "comment")
"""Keys of ``labels.detail`` under which a person's correction may quote the post."""


async def erase(
    connection: AsyncConnection,
    network: str,
    native_ids: Sequence[str],
    *,
    key: bytes,
    now: datetime,
) -> int:
    """Deletion upstream: text, author and address are blanked, with earlier revisions and what
    labels quote; numbers and labels stay. Ids that were never here get their tombstone too.

    Matches wait again with the same revision, so that a decision is made anew and a card follows.
    Returns how many rows were blanked now; the same call again blanks none.
    """
    ids = sorted({i for i in map(identity, native_ids) if i})
    await own_posts.remove(connection, network, ids)
    await bury(connection, "mention", (tombstone(key, "mention", network, i) for i in ids), now=now)
    rows = await connection.execute(
        select(mentions.c.id, mentions.c.state)
        .where(
            mentions.c.network == network,
            among(connection, mentions.c.native_id, ids),
            mentions.c.gone_at.is_(None),
        )
        .order_by(mentions.c.native_id)
        .with_for_update(key_share=True)
    )
    erased = rows.all()
    await identities.forget(connection, [row.id for row in erased], network, key=key, now=now)
    return await _blank(connection, erased, now)


async def forget_author(
    connection: AsyncConnection, network: str, author_id: str, *, key: bytes, now: datetime
) -> int:
    """Everything by one author (the network's id, or the handle where it gives no ids) is blanked
    as by ``erase``; nothing of theirs is stored again. The native ids, which on some networks name
    the author, are replaced by their tombstones. Returns how many rows it concerned."""
    author = identity(author_id)
    if author is None:
        return 0
    await bury(connection, "author", [tombstone(key, "author", network, author)], now=now)
    posts = await own_posts.forget(connection, network, author)
    await figures.unname(connection, network, author, posts, key=key)
    result = await connection.execute(
        select(mentions.c.id, mentions.c.state, mentions.c.native_id)
        .where(
            mentions.c.network == network,
            or_(
                mentions.c.author_id == author,
                and_(mentions.c.author_id.is_(None), mentions.c.author_handle == author),
            ),
        )
        .order_by(mentions.c.native_id)
        .with_for_update(key_share=True)
    )
    rows = result.all()
    if not rows:
        return 0
    stones = {row.id: tombstone(key, "mention", network, row.native_id) for row in rows}
    await bury(connection, "mention", stones.values(), now=now)
    await identities.forget(connection, list(stones), network, key=key, now=now)
    await _blank(connection, rows, now)
    await connection.execute(
        update(mentions).where(mentions.c.id == bindparam("of")),
        [{"of": of, "native_id": f"forgotten:{stone}"} for of, stone in stones.items()],
    )
    await _unname(connection, network, {row.native_id: stones[row.id] for row in rows})
    await _unname_alerts(connection, list(stones))
    return len(rows)


async def _unname(connection: AsyncConnection, network: str, stones: Mapping[str, str]) -> None:
    """What answers a forgotten post, or stands in its thread, names it by its tombstone too."""
    new = {name: f"forgotten:{stone}" for name, stone in stones.items()}
    await own_posts.unname(connection, network, new)
    for column in (mentions.c.parent_id, mentions.c.thread_id):
        rows = await connection.execute(
            select(mentions.c.id, column).where(
                mentions.c.network == network, among(connection, column, sorted(stones))
            )
        )
        renamed = [{"of": of, column.name: f"forgotten:{stones[name]}"} for of, name in rows]
        if renamed:
            await connection.execute(
                update(mentions).where(mentions.c.id == bindparam("of")), renamed
            )


async def _unname_alerts(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """The key of a conversation holds its author's name; without it nobody joins that card."""
    rows = await connection.execute(
        select(alert_mentions.c.alert_id)
        .where(among(connection, alert_mentions.c.mention_id, ids))
        .distinct()
    )
    renamed = [{"of": of, "group_key": f"forgotten:{of}"} for of in rows.scalars()]
    if renamed:
        await connection.execute(update(alerts).where(alerts.c.id == bindparam("of")), renamed)


async def _blank(connection: AsyncConnection, rows: Sequence[Any], now: datetime) -> int:
    if not rows:
        return 0
    ids = [row.id for row in rows]
    await connection.execute(
        update(mentions)
        .where(among(connection, mentions.c.id, ids))
        .values(
            text="", text_key="", url=None, author_id=None, author_handle=None,
            author_name=None, hashtags=[], handles=[], media=[], beside=[], ref=None, gone_at=now,
        )
    )  # fmt: skip
    await connection.execute(
        update(revisions).where(among(connection, revisions.c.mention_id, ids)).values(text="")
    )
    await _blank_labels(connection, ids)
    await blank_evidence(connection, ids)
    unlabelled = [row.id for row in rows if row.state == "collected"]
    if unlabelled:  # nothing is left to label
        await connection.execute(
            update(mentions)
            .where(among(connection, mentions.c.id, unlabelled))
            .values(state="set_aside", reason=GONE, taken_by=None, taken_until=None)
        )
    await connection.execute(
        update(matches)
        .where(among(connection, matches.c.mention_id, ids))
        .values(state="waiting", taken_by=None, taken_until=None, tries=0, changed_at=now)
    )
    return len(ids)


async def _blank_labels(connection: AsyncConnection, ids: Sequence[int]) -> None:
    rows = await connection.execute(
        select(labels).where(
            among(connection, labels.c.mention_id, ids), labels.c.source.startswith(PERSON)
        )
    )
    for row in rows.all():
        await connection.execute(
            update(labels)
            .where(
                labels.c.mention_id == row.mention_id,
                labels.c.revision == row.revision,
                labels.c.head == row.head,
                labels.c.source == row.source,
            )
            .values(detail={k: v for k, v in row.detail.items() if k not in TEXTS})
        )


async def blank_evidence(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """The term stays (it is ours); what it matched there is the author's."""
    rows = await connection.execute(
        select(matches.c.mention_id, matches.c.brand_id, matches.c.evidence).where(
            among(connection, matches.c.mention_id, ids)
        )
    )
    blanked = [
        {"of": m, "by": b, "evidence": [[term, place, ""] for term, place, _found in evidence]}
        for m, b, evidence in rows
    ]
    if blanked:
        await connection.execute(
            update(matches).where(
                matches.c.mention_id == bindparam("of"), matches.c.brand_id == bindparam("by")
            ),
            blanked,
        )
