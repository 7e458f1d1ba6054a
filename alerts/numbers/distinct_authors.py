"""Who wrote: people counted once in a span, which no sum over its hours can tell.

They are counted from the rows of the span, found by their time: linear in the span's mentions,
whatever else is stored. The database tells them apart; only hashtags are read here, because their
spellings are equal by ``tag_key`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.cells import Range, author
from classifiers.arabic import fold
from listener.store.effective import counted_for
from listener.store.tables import mentions

FETCH = 1_000


class DistinctAuthors(NamedTuple):
    """``followers``: of distinct authors, the most that was told of each; None where none was."""

    number: int
    followers: int | None


async def distinct_authors(
    connection: AsyncConnection, brand_id: int, span: Range
) -> DistinctAuthors:
    """Authors are told apart by network and id (or the handle where a network gives no id)."""
    who = author()
    per_author = (
        select(func.max(mentions.c.author_followers).label("followers"))
        .where(*_written(brand_id, span), who.is_not(None))
        .group_by(mentions.c.network, who)
        .subquery("each_author")
    )
    rows = await connection.execute(
        select(func.count(), func.sum(per_author.c.followers)).select_from(per_author)
    )
    number, followers = rows.one()
    return DistinctAuthors(number, None if followers is None else int(followers))


async def hashtag_authors(
    connection: AsyncConnection, brand_id: int, span: Range, hashtags: Iterable[str]
) -> dict[str, int]:
    """Tag as it was asked for -> distinct authors who used it, however they spelt it."""
    tags = {tag_key(tag): tag for tag in hashtags}
    users: dict[str, set[tuple[str, str]]] = {tag: set() for tag in tags.values()}
    if not tags:
        return {}
    who = author()
    tagged = mentions.c.hashtags != literal([], mentions.c.hashtags.type)
    statement = select(mentions.c.network, who, mentions.c.hashtags).where(
        *_written(brand_id, span), who.is_not(None), tagged
    )
    rows = await connection.stream(statement.execution_options(yield_per=FETCH))
    async for network, name, written in rows:
        for tag in written:
            if (wanted := tags.get(tag_key(tag))) is not None:
                users[wanted].add((network, name))
    return {tag: len(people) for tag, people in users.items()}


async def undated(connection: AsyncConnection, brand_id: int, span: Range) -> int:
    """Mentions that count in ``span`` because they came then: when they were written is unknown."""
    statement = select(func.count()).select_from(mentions)
    rows = await connection.execute(
        statement.where(*_written(brand_id, span), mentions.c.created_known.is_(False))
    )
    return int(rows.scalar_one())


def _written(brand_id: int, span: Range) -> tuple[ColumnElement[bool], ...]:
    c = mentions.c.created_at
    return c >= span[0], c < span[1], counted_for(brand_id)


@lru_cache(maxsize=10_000)
def tag_key(tag: str) -> str:
    """Hashtags are equal whatever their underscores, case and letter forms."""
    return fold(tag.lstrip("#")).replace("_", "")
