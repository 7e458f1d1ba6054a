"""Rows for `rasid export`, a page at a time: by index and by key, each page its own short
transaction, so that memory is bounded and no snapshot is held while somebody reads slowly.

A row that changes while an export runs is given as it was when its page was read; none comes twice,
and none that was there all the time is left out. What was deleted upstream is blank.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, Select, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.label_rows import counting_label, current_labels, for_brands, says_needs
from listener.store.session import Database
from listener.store.tables import (
    actions,
    alert_mentions,
    alerts,
    brands,
    counts,
    figures,
    labels,
    matches,
    mentions,
)

PAGE = 1000
Row = dict[str, Any]
Finish = Callable[[AsyncConnection, list[Row]], Awaitable[list[Row]]]
OF_MENTIONS = [
    mentions.c[name]
    for name in (
        "id", "network", "native_id", "url", "author_id", "author_handle", "author_name",
        "author_followers", "text", "created_at", "created_known", "collected_at", "kind",
        "language", "parent_id", "thread_id", "rating", "hashtags", "likes", "replies", "shares",
        "views", "engagement_at", "revision", "state", "source", "gone_at",
    )
]  # fmt: skip
MENTIONS = (
    "mention_id", "network", "id", "url", "author_id", "author", "author_name", "followers", "text",
    "created_at", "collected_at", "kind", "language", "parent_id", "thread_id", "rating",
    "hashtags", "likes", "replies", "shares", "views", "engagement_at", "brands", "sentiment",
    "intent", "needs_response", "needs_probability", "urgency", "dialect", "dialect_probability",
    "revision", "state", "source", "gone_at",
)  # fmt: skip
LABELS = (
    "mention_id", "network", "id", "revision", "head", "value", "detail", "source", "at", "counts",
)  # fmt: skip
ALERTS = (
    "alert_id", "brand", "route", "channel", "state", "urgency", "published_at", "opened_at",
    "claimed_by", "claimed_at", "resolved_by", "resolved_at", "snoozed_until", "mention_ids",
)  # fmt: skip
ACTIONS = ("action_id", "alert_id", "brand", "user_id", "action", "outcome", "detail", "at")
FIGURES = (
    "brand", "network", "account", "post_id", "measure", "period", "value", "as_of", "source",
    "note",
)  # fmt: skip
COUNTS = ("brand", *(c.name for c in counts.c if c.name not in ("brand_id", "at")))


@dataclass(frozen=True, slots=True)
class Selection:
    """brand: its id, None for all. since, until (exclusive): aware UTC, None for no bound. They
    bound when a mention was written (labels: theirs), an alert opened, an action taken, an hour of
    counts, a figure's date."""

    brand: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        since = [column >= self.since] if self.since else []
        return [*since, column < self.until] if self.until else since


async def export(
    db: Database, kind: str, selection: Selection, *, page: int = PAGE
) -> AsyncGenerator[list[Row], None]:
    """Pages of the rows of ``kind`` (a key of ``KINDS``), each row with the columns named there,
    in that order; times are aware UTC, unknown is None."""
    columns, read = KINDS[kind]
    async for rows in read(db, selection, page):
        if rows:
            yield [{name: row[name] for name in columns} for row in rows]


async def _mentions(
    db: Database, selection: Selection, page: int
) -> AsyncGenerator[list[Row], None]:
    async def whole(connection: AsyncConnection, rows: list[Row]) -> list[Row]:
        ids = [row["id"] for row in rows]
        heads = await current_labels(connection, ids)
        about = await _brands_of(connection, ids)
        one = None if selection.brand is None else [selection.brand]
        return [
            _mention(row, for_brands(heads.get(row["id"], {}), one or of), list(of.values()))
            for row in rows
            for of in [about.get(row["id"], {})]
        ]

    async for rows in _mention_pages(db, selection, page, OF_MENTIONS, whole):
        yield rows


def _mention(row: Mapping[str, Any], heads: Mapping[str, Any], about: list[str]) -> Row:
    sentiment, intent, language = (heads.get(h) for h in ("sentiment", "intent", "language"))
    more: Mapping[str, Any] = intent.detail if intent else {}
    spoken: Mapping[str, Any] = language.detail if language else {}
    return {
        **row,
        "mention_id": row["id"],
        "id": row["native_id"],
        "author": row["author_handle"],
        "followers": row["author_followers"],
        "created_at": row["created_at"] if row["created_known"] else None,
        "brands": about,
        "language": language.value if language else row["language"],
        "dialect": spoken.get("dialect"),
        "dialect_probability": spoken.get("dialect_probability"),
        "sentiment": sentiment.value if sentiment else None,
        "intent": intent.value if intent else None,
        "needs_response": says_needs(intent) if intent else None,
        "needs_probability": more.get("needs_probability"),
        "urgency": more.get("urgency"),
    }


async def _labels(db: Database, selection: Selection, page: int) -> AsyncGenerator[list[Row], None]:
    async def theirs(connection: AsyncConnection, rows: list[Row]) -> list[Row]:
        of = {row["id"]: row for row in rows}
        current = await current_labels(connection, list(of))
        result = await connection.execute(
            select(labels)
            .where(among(connection, labels.c.mention_id, of))
            .order_by(labels.c.mention_id, labels.c.revision, labels.c.head, labels.c.at)
        )
        return [_label(row, of[row["mention_id"]], current) for row in result.mappings()]

    wanted = [mentions.c[name] for name in ("id", "network", "native_id", "revision")]
    async for rows in _mention_pages(db, selection, page, wanted, theirs):
        yield rows


def _label(row: RowMapping, of: Mapping[str, Any], current: Mapping[int, Any]) -> Row:
    counting = counting_label(current.get(of["id"], {}), row["head"])
    counts_now = row["revision"] == of["revision"]
    return {
        **row,
        "network": of["network"],
        "id": of["native_id"],
        "counts": counts_now and counting is not None and counting.source == row["source"],
    }


async def _alerts(db: Database, selection: Selection, page: int) -> AsyncGenerator[list[Row], None]:
    statement = select(alerts, alerts.c.id.label("alert_id"), brands.c.name.label("brand"))
    statement = statement.join(brands, brands.c.id == alerts.c.brand_id)
    statement = statement.where(
        *selection.within(alerts.c.opened_at), *_of(selection, alerts.c.brand_id)
    )

    async def with_mentions(connection: AsyncConnection, rows: list[Row]) -> list[Row]:
        pairs = await connection.execute(
            select(alert_mentions.c.alert_id, alert_mentions.c.mention_id)
            .where(among(connection, alert_mentions.c.alert_id, [row["id"] for row in rows]))
            .order_by(alert_mentions.c.alert_id, alert_mentions.c.at, alert_mentions.c.mention_id)
        )
        of: dict[int, list[int]] = {}
        for alert_id, mention_id in pairs:
            of.setdefault(alert_id, []).append(mention_id)
        return [{**row, "mention_ids": of.get(row["id"], [])} for row in rows]

    async for rows in _by_key(db, statement, [alerts.c.id], page, with_mentions):
        yield rows


async def _actions(
    db: Database, selection: Selection, page: int
) -> AsyncGenerator[list[Row], None]:
    statement = (
        select(actions, actions.c.id.label("action_id"), brands.c.name.label("brand"))
        .join(alerts, alerts.c.id == actions.c.alert_id)
        .join(brands, brands.c.id == alerts.c.brand_id)
        .where(*selection.within(actions.c.at), *_of(selection, alerts.c.brand_id))
    )
    async for rows in _by_key(db, statement, [actions.c.id], page):
        yield rows


async def _figures(
    db: Database, selection: Selection, page: int
) -> AsyncGenerator[list[Row], None]:
    statement = select(figures, brands.c.name.label("brand"))
    statement = statement.join(brands, brands.c.id == figures.c.brand_id)
    statement = statement.where(
        *selection.within(figures.c.as_of), *_of(selection, figures.c.brand_id)
    )
    async for rows in _by_key(db, statement, [figures.c.id], page):
        yield rows


async def _counts(db: Database, selection: Selection, page: int) -> AsyncGenerator[list[Row], None]:
    """Brand after brand: the key begins with it, and the hour comes second."""
    async with db.reading() as connection:
        every = select(brands.c.id, brands.c.name).where(*_of(selection, brands.c.id))
        known = (await connection.execute(every.order_by(brands.c.id))).all()
    key = [column for column in counts.primary_key if column.name != "brand_id"]
    for brand_id, name in known:
        mine = select(counts).where(counts.c.brand_id == brand_id, *selection.within(counts.c.hour))
        async for rows in _by_key(db, mine, key, page):
            yield [{**row, "brand": name} for row in rows]


async def _mention_pages(
    db: Database, selection: Selection, page: int, wanted: Sequence[Column[Any]], finish: Finish
) -> AsyncGenerator[list[Row], None]:
    """By the index of ``created_at``; of one brand those that match it still."""
    statement = select(*dict.fromkeys([*wanted, mentions.c.created_at]))
    statement = statement.where(*selection.within(mentions.c.created_at))
    if selection.brand is not None:
        match = select(matches.c.mention_id).where(
            matches.c.mention_id == mentions.c.id,
            matches.c.brand_id == selection.brand,
            or_(matches.c.about.is_(None), matches.c.about > 0),
        )
        statement = statement.where(match.exists())
    async for rows in _by_key(db, statement, [mentions.c.created_at, mentions.c.id], page, finish):
        yield rows


async def _by_key(
    db: Database,
    statement: Select[Any],
    key: Sequence[Column[Any]],
    page: int,
    finish: Finish | None = None,
) -> AsyncGenerator[list[Row], None]:
    """``statement`` in the order of ``key``, page after page. ``finish`` makes of a page's rows
    what is given, in the page's transaction; that has ended when they are given."""
    last: list[Any] | None = None
    while True:
        paged = statement.order_by(*key).limit(page)
        if last is not None:
            bound = [literal(value, column.type) for value, column in zip(last, key, strict=True)]
            # The first condition says nothing new; PostgreSQL finds its place in the index by it.
            paged = paged.where(key[0] >= bound[0], tuple_(*key) > tuple_(*bound))
        async with db.reading() as connection:
            rows = [dict(row) for row in (await connection.execute(paged)).mappings()]
            finished = await finish(connection, rows) if finish and rows else rows
        yield finished
        if len(rows) < page:
            return
        last = [rows[-1][column.name] for column in key]


async def _brands_of(
    connection: AsyncConnection, ids: Collection[int]
) -> dict[int, dict[int, str]]:
    """mention id -> the brands that it matches: id -> name, in the order of their names."""
    rows = await connection.execute(
        select(matches.c.mention_id, brands.c.id, brands.c.name)
        .join(brands, brands.c.id == matches.c.brand_id)
        .where(
            among(connection, matches.c.mention_id, ids),
            or_(matches.c.about.is_(None), matches.c.about > 0),
        )
        .order_by(brands.c.name)
    )
    by_mention: dict[int, dict[int, str]] = {}
    for mention_id, brand_id, name in rows:
        by_mention.setdefault(mention_id, {})[brand_id] = name
    return by_mention


def _of(selection: Selection, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [] if selection.brand is None else [column == selection.brand]


Read = Callable[[Database, Selection, int], AsyncGenerator[list[Row], None]]
KINDS: dict[str, tuple[tuple[str, ...], Read]] = {
    "mentions": (MENTIONS, _mentions),
    "labels": (LABELS, _labels),
    "alerts": (ALERTS, _alerts),
    "actions": (ACTIONS, _actions),
    "counts": (COUNTS, _counts),
    "figures": (FIGURES, _figures),
}
"""What can be exported: its columns in their order, and how it is read."""
