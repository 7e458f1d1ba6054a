"""A mention that is already here was read again: what is new about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Author, Hit, Mention
from listener.store import lasting
from listener.store.among import among
from listener.store.rows import (
    author_columns,
    beside_column,
    engagement_columns,
    match_row,
    text_columns,
)
from listener.store.storable import storable, word
from listener.store.tables import matches, mentions, revisions
from listener.store.upsert import insert_new, upsert

NUMBERS = ("likes", "replies", "shares", "views")
NAMES = ("author_handle", "author_name")
AUTHOR = (*NAMES, "author_followers")
COLUMNS = [
    mentions.c[name]
    for name in (
        "id", "network", "native_id", "text", "revision", "gone_at", "reason", "engagement_at",
        "author_id", "beside", "ref", "collected_at", "seen_at", *AUTHOR, *NUMBERS,
    )
]  # fmt: skip
LATE = ("link", "quoted")
SEEN_EVERY = timedelta(hours=1)
NO_LONGER = 0.0
"""``matches.about`` of a match that an edit took away: kept, so that the decision, an open alert
and the counts follow; counted no more."""


async def apply(
    connection: AsyncConnection,
    read: Sequence[tuple[Row[Any], Mention, Sequence[Hit]]],
    *,
    brand_ids: Mapping[str, int],
    now: datetime,
) -> set[int]:
    """Writes new texts, matches and numbers of rows that the caller holds locked. Returns the ids
    whose text changed: those are collected again and all their matches wait again."""
    edited = [
        (row, mention, hits) for row, mention, hits in read if storable(mention.text) != row.text
    ]
    changed = {row.id for row, _mention, _hits in edited}
    matched = await _matched(connection, [row.id for row, _mention, _hits in read])
    if edited:
        await _edit(connection, edited, matched, brand_ids, now)
    same = [item for item in read if item[0].id not in changed]
    rows = []
    told = [(row.id, hits) for row, _mention, hits in same]
    await lasting.learn(connection, told, brand_ids=brand_ids, now=now)
    for row, _mention, hits in same:
        about = matched.get(row.id, {})
        for hit in hits:
            brand_id = brand_ids[hit.brand]
            if brand_id not in about or about[brand_id] == NO_LONGER:
                rows.append(match_row(row.id, brand_id, hit, revision=row.revision, now=now))
    await _wait(connection, rows)
    await _count(connection, read, now)
    await _complete(connection, same)
    return changed


async def seen(connection: AsyncConnection, rows: Sequence[Row[Any]], now: datetime) -> None:
    """That ``rows`` were read again, told once an hour: every poll reads its overlap anew."""
    ids = [row.id for row in rows if now - (row.seen_at or row.collected_at) >= SEEN_EVERY]
    if ids:
        await connection.execute(
            update(mentions).where(among(connection, mentions.c.id, ids)).values(seen_at=now)
        )


async def _complete(
    connection: AsyncConnection, same: Sequence[tuple[Row[Any], Mention, Sequence[Hit]]]
) -> None:
    """What stands beside a text that is the same, and what it is asked for by."""
    rows = []
    for row, mention, _hits in same:
        known = {"beside": row.beside or [], "ref": row.ref}
        told = {"beside": _beside(row, mention), "ref": word(mention.ref) or row.ref}
        if told != known:
            rows.append({"of": row.id, **told})
    if rows:
        await connection.execute(update(mentions).where(mentions.c.id == bindparam("of")), rows)


def _beside(row: Row[Any], mention: Mention) -> list[list[str]]:
    """What was read now. A quoted post and a link's card come later, or on another way, than the
    text (a stream has the quoted post's address only): of these what is known stays."""
    now = beside_column(mention)
    told = {kind for kind, _text in now}
    late = [piece for piece in row.beside or () if piece[0] in LATE and piece[0] not in told]
    return [*now, *late]


async def _matched(
    connection: AsyncConnection, ids: Sequence[int]
) -> dict[int, dict[int, float | None]]:
    """mention id -> brand id -> about."""
    by_mention: dict[int, dict[int, float | None]] = {}
    rows = await connection.execute(
        select(matches.c.mention_id, matches.c.brand_id, matches.c.about).where(
            among(connection, matches.c.mention_id, ids)
        )
    )
    for mention_id, brand_id, about in rows:
        by_mention.setdefault(mention_id, {})[brand_id] = about
    return by_mention


async def _edit(
    connection: AsyncConnection,
    edited: Sequence[tuple[Row[Any], Mention, Sequence[Hit]]],
    matched: Mapping[int, Mapping[int, float | None]],
    brand_ids: Mapping[str, int],
    now: datetime,
) -> None:
    await insert_new(
        connection,
        revisions,
        [
            {"mention_id": row.id, "revision": row.revision, "text": row.text, "at": now}
            for row, _mention, _hits in edited
        ],
    )
    await connection.execute(
        update(mentions)
        .where(mentions.c.id == bindparam("of"))
        .values(state="collected", reason=None, taken_by=None, taken_until=None, tries=0),
        [
            {
                "of": row.id,
                "revision": row.revision + 1,
                **text_columns(mention),
                "beside": _beside(row, mention),
            }
            for row, mention, _hits in edited
        ],
    )
    rows = []
    given = await lasting.given(connection, [row.id for row, _mention, _hits in edited])
    for row, _mention, hits in edited:
        still = {brand_ids[hit.brand]: hit for hit in hits}
        for brand_id, hit in given.get(row.id, {}).items():
            found = still[brand_id].evidence if brand_id in still else ()
            still[brand_id] = Hit("", tuple(dict.fromkeys((*hit.evidence, *found))))
        for brand_id in sorted({*still, *matched.get(row.id, {})}):
            hit = still.get(brand_id, Hit(brand=""))
            match = match_row(row.id, brand_id, hit, revision=row.revision + 1, now=now)
            rows.append({**match, "about": None if brand_id in still else NO_LONGER})
    await _wait(connection, rows)


async def _wait(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """The matches wait (again); a worker that holds one of them no longer does."""
    free = {"taken_by": None, "taken_until": None, "tries": 0}
    await upsert(
        connection,
        matches,
        [{"about": None, "about_by": None, **row, **free} for row in rows],
        keys=["mention_id", "brand_id"],
    )


async def _count(
    connection: AsyncConnection,
    read: Sequence[tuple[Row[Any], Mention, Sequence[Hit]]],
    now: datetime,
) -> None:
    """Newer engagement replaces older; an unknown number never replaces a known one. Of authors
    roll-ups hold only how many are unknown, so a name that is told first is counted again."""
    rows, moved = [], []
    for row, mention, _hits in read:
        at = mention.engagement.as_of or now
        newer = row.engagement_at is None or at >= row.engagement_at
        reported = engagement_columns(mention.engagement)
        numbers = {
            name: reported[name]
            if reported[name] is not None and (newer or getattr(row, name) is None)
            else getattr(row, name)
            for name in NUMBERS
        }
        author = _author(row, mention.author, newer=newer)
        counted = any(numbers[name] != getattr(row, name) for name in NUMBERS)
        if not counted and all(author[name] == getattr(row, name) for name in AUTHOR):
            continue
        unnamed = row.author_id is None and row.author_handle is None
        if counted or (unnamed and author["author_handle"] is not None):
            moved.append(row.id)
        seen = at if newer and counted else row.engagement_at
        rows.append({"of": row.id, **numbers, "engagement_at": seen, **author})
    if rows:
        await connection.execute(
            update(mentions).where(mentions.c.id == bindparam("of")),
            rows,
        )
    if moved:
        await connection.execute(
            update(matches).where(matches.c.mention_id == bindparam("of")).values(changed_at=now),
            [{"of": mention_id} for mention_id in moved],
        )


def _author(row: Row[Any], author: Author | None, *, newer: bool) -> dict[str, Any]:
    """What was unknown is filled in, a newer count of followers replaces an older one; what is
    known never becomes unknown, and another author's particulars are never taken."""
    known = {name: getattr(row, name) for name in AUTHOR}
    reported = author_columns(author)
    if (
        None not in (row.author_id, reported["author_id"])
        and row.author_id != reported["author_id"]
    ):
        return known
    for name in NAMES:
        known[name] = known[name] or reported[name]
    followers = reported["author_followers"]
    if followers is not None and (newer or known["author_followers"] is None):
        known["author_followers"] = followers
    return known
