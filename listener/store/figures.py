"""Collected figures: a row when a number changed, else at most one a day.

So it is known that a number still stands, and a quiet account costs four rows a day and not four a
poll. A figure of the same moment takes the place of the earlier one: networks correct their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, column, delete, exists, func, select, update, values
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Figure
from listener.store.storable import MOST, identity, measure, word
from listener.store.tables import figures
from listener.store.times import believable
from listener.store.tombstones import Kind, any_buried, buried, tombstone
from listener.store.upsert import upsert

SERIES = ("brand_id", "network", "account", "post_id", "measure", "period", "source")
KEYS = (*SERIES, "as_of")
"""What makes a figure one and not another (``uq_figures_identity``)."""
NAMES: tuple[tuple[Kind, str], ...] = (("author", "account"), ("mention", "post_id"))
"""What tombstones call an account and a post."""
AT_ONCE = 500

Row = dict[str, Any]


class Last(NamedTuple):
    """The newest of a series up to some moment."""

    as_of: datetime
    value: float


async def keep(
    connection: AsyncConnection,
    told: Iterable[Figure],
    *,
    brand_ids: Mapping[str, int],
    key: bytes,
    now: datetime,
) -> int:
    """Stores what is new of ``told``; returns how many can be no figure (no number, no time, a
    brand that is not in ``brand_ids``). key: of ``tombstone_key``: of a post that was deleted and
    an account that was forgotten nothing is kept."""
    listed = list(told)
    rows = [row for figure in listed if (row := _row(figure, brand_ids, now)) is not None]
    bad = len(listed) - len(rows)
    rows = await _without_buried(connection, rows, key)
    unique = {tuple(row[name] for name in KEYS): row for row in rows}
    ordered = sorted(unique.values(), key=lambda row: row["as_of"])
    stored: list[Last | None] = []
    for first in range(0, len(ordered), AT_ONCE):
        stored += await _last(connection, ordered[first : first + AT_ONCE])
    await upsert(connection, figures, _news(ordered, stored), keys=KEYS)
    return bad


async def unname(
    connection: AsyncConnection, network: str, author: str, posts: Iterable[str], *, key: bytes
) -> None:
    """The figures of an account that is forgotten, and of its ``posts``, name them by their
    tombstones; the numbers stay."""
    named = [("account", author, tombstone(key, "author", network, author))]
    named += [("post_id", post, tombstone(key, "mention", network, post)) for post in posts]
    c, twin = figures.c, figures.alias()
    for column_name, name, stone in named:
        new = f"forgotten:{stone}"
        is_theirs = c.post_id == name
        if column_name == "account":  # a handle is spelled as one likes
            is_theirs = func.lower(c.account) == name.lower()
        theirs = (c.network == network, is_theirs)
        same = [twin.c[k] == (new if k == column_name else c[k]) for k in KEYS]
        await connection.execute(delete(figures).where(*theirs, exists().where(*same)))
        await connection.execute(update(figures).where(*theirs).values({column_name: new}))


def _news(rows: Sequence[Row], stored: Sequence[Last | None]) -> list[Row]:
    """Those of ``rows``, in the order of their times, that say more than what stands before them:
    ``stored``, or another of them."""
    fresh: list[Row] = []
    within: dict[tuple[Any, ...], Last] = {}
    for row, known in zip(rows, stored, strict=True):
        series = tuple(row[name] for name in SERIES)
        last = max(filter(None, (known, within.get(series))), default=None)
        now = Last(row["as_of"], row["value"])
        if last is None or last.value != now.value or last.as_of.date() != now.as_of.date():
            fresh.append(row)
            within[series] = now
    return fresh


async def _last(connection: AsyncConnection, rows: Sequence[Row]) -> list[Last | None]:
    """For each of ``rows`` the newest that is stored of its series, no newer than itself: found by
    the index, however many there are."""
    c = figures.c
    columns = [column("n", c.id.type), *(column(name, c[name].type) for name in KEYS)]
    data = [(n, *(row[name] for name in KEYS)) for n, row in enumerate(rows)]
    asked = values(*columns, name="asked").data(data).cte()
    same = [c[name] == asked.c[name] for name in SERIES]

    def newest(what: ColumnElement[Any]) -> ColumnElement[Any]:
        before = select(what).where(*same, c.as_of <= asked.c.as_of).correlate(asked)
        return before.order_by(c.as_of.desc()).limit(1).scalar_subquery()

    found = await connection.execute(select(asked.c.n, newest(c.as_of), newest(c.value)))
    known = {n: Last(at, value) for n, at, value in found if at is not None}
    return [known.get(n) for n in range(len(rows))]


async def _without_buried(
    connection: AsyncConnection, rows: Sequence[Row], key: bytes
) -> list[Row]:
    if not rows or not await any_buried(connection):
        return list(rows)
    stones = {
        (kind, row["network"], row[name]): tombstone(key, kind, row["network"], row[name])
        for row in rows
        for kind, name in NAMES
        if row[name]
    }
    dead = await buried(connection, list(stones.values()))
    gone = {of for of, stone in stones.items() if stone in dead}
    return [
        row
        for row in rows
        if all((kind, row["network"], row[name]) not in gone for kind, name in NAMES)
    ]


def _row(figure: Figure, brand_ids: Mapping[str, int], now: datetime) -> Row | None:
    value, network = measure(figure.value), identity(figure.network)
    post, brand_id = identity(figure.post_id), brand_ids.get(figure.brand)
    if value is None or abs(value) > MOST or network is None or brand_id is None:
        return None
    if not figure.measure or (figure.post_id and not post) or not believable(figure.as_of, now):
        return None
    return {
        "brand_id": brand_id,
        "network": network,
        "account": identity(figure.account) or "",
        "post_id": post or "",
        "measure": word(figure.measure),
        "period": word(figure.period) or "",
        "value": float(value),
        "as_of": figure.as_of,
        "source": word(figure.source) or "collected",
    }
