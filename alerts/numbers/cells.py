"""What mentions add up to: a cell for each brand, network, language, sentiment, intent and source
of the sentiment. The database does the adding, from rows or from roll-ups of whole hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import ANSWERABLE
from listener.store.effective import (
    PERSON,
    counted,
    effective,
    effective_sentiment,
    said_about,
)
from listener.store.tables import counts, labels, matches, mentions

EVEN = 0.5
"""Below it a mention is more likely about something else. Alerts are withheld only below the
model's own least score, which is lower: a number may err in both directions, an alert is missed."""
UNLABELLED = "unlabelled"
KEYS = ("network", "language", "sentiment", "intent", "source")
SUMS = ("mentions", "authors_unknown", "needing_response", "engagement", "elsewhere")

Range = tuple[datetime, datetime]
"""[since, until), both aware UTC."""


class Cell(NamedTuple):
    """``source``: who gave the sentiment, "" where nobody did. ``engagement``, ``elsewhere``: None
    where nothing is known of any of the mentions."""

    brand_id: int
    network: str
    language: str
    sentiment: str
    intent: str
    source: str
    mentions: int
    authors_unknown: int
    needing_response: int
    engagement: int | None
    elsewhere: int | None


def author() -> ColumnElement[str]:
    """Who wrote the mention, by the network's id or else the handle; None where neither is told."""
    return func.coalesce(func.nullif(mentions.c.author_id, ""), mentions.c.author_handle)


def spanned(span: Range) -> tuple[FromClause, ColumnElement[bool]]:
    """Mentions joined with their matches, and the condition that they count and are of ``span``."""
    since, until = span
    joined = mentions.join(matches, matches.c.mention_id == mentions.c.id)
    return joined, and_(mentions.c.created_at >= since, mentions.c.created_at < until, counted())


async def cells_of_rows(
    connection: AsyncConnection, brand_ids: Collection[int], span: Range
) -> list[Cell]:
    """Counted from the mentions of ``span``, found by their time."""
    per_mention = (
        _each(span).where(matches.c.brand_id.in_(sorted(brand_ids))).subquery("each_mention")
    )
    keys = [per_mention.c[name] for name in ("brand_id", *KEYS)]
    rows = await connection.execute(
        select(*keys, *(func.sum(per_mention.c[name]) for name in SUMS)).group_by(*keys)
    )
    return [_cell(row) for row in rows]


async def cells_by_hour(
    connection: AsyncConnection, brand_ids: Collection[int], span: Range
) -> dict[datetime, list[Cell]]:
    """As ``cells_of_rows``, apart for each UTC hour of ``span`` that has a mention."""
    per_mention = (
        _each(span)
        .add_columns(hour_written(connection).label("hour"))
        .where(matches.c.brand_id.in_(sorted(brand_ids)))
        .subquery("each_mention")
    )
    keys = [per_mention.c[name] for name in ("hour", "brand_id", *KEYS)]
    rows = await connection.execute(
        select(*keys, *(func.sum(per_mention.c[name]) for name in SUMS)).group_by(*keys)
    )
    by_hour: dict[datetime, list[Cell]] = {}
    for hour, *cell in rows:
        by_hour.setdefault(read_hour(hour), []).append(_cell(cell))
    return by_hour


async def cells_of_counts(
    connection: AsyncConnection, brand_id: int, spans: Iterable[Range]
) -> list[Cell]:
    """Added up from the roll-ups of whole UTC hours."""
    keys = [counts.c[name] for name in ("brand_id", *KEYS)]
    cells: list[Cell] = []
    for since, until in spans:
        rows = await connection.execute(
            select(*keys, *(func.sum(counts.c[name]) for name in SUMS))
            .where(counts.c.brand_id == brand_id, counts.c.hour >= since, counts.c.hour < until)
            .group_by(*keys)
        )
        cells += [_cell(row) for row in rows]
    return cells


def hour_written(connection: AsyncConnection) -> ColumnElement[Any]:
    """The UTC hour of a mention, as the database tells it: to be read by ``read_hour``."""
    if connection.dialect.name == "postgresql":
        return func.date_trunc("hour", mentions.c.created_at, "UTC")
    return func.substr(mentions.c.created_at, 1, 13)


def read_hour(value: Any) -> datetime:
    """The start of the hour, aware UTC."""
    if isinstance(value, str):  # SQLite keeps times as text in UTC
        return datetime.strptime(value, "%Y-%m-%d %H").replace(tzinfo=UTC)
    moment: datetime = value  # without a zone where asyncpg tells the very first moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _each(span: Range) -> Any:
    """A row a mention and brand, with what it adds to each sum."""
    c, detail = mentions.c, labels.c.detail
    engagement = [c.likes, c.replies, c.shares]
    follows = and_(labels.c.source.startswith(PERSON), labels.c.value.in_(sorted(ANSWERABLE)))
    said = cast(detail["needs_response"].as_boolean(), Integer)
    asks = func.coalesce(said, case((follows, 1), else_=0))  # as label_rows.says_needs
    by_person = effective(said_about(), case((labels.c.value == "yes", 1.0), else_=0.0))
    joined, condition = spanned(span)
    return (
        select(
            matches.c.brand_id,
            c.network,
            func.coalesce(effective("language", labels.c.value), UNLABELLED).label("language"),
            func.coalesce(effective_sentiment(labels.c.value), UNLABELLED).label("sentiment"),
            func.coalesce(effective("intent", labels.c.value), UNLABELLED).label("intent"),
            func.coalesce(effective_sentiment(labels.c.source), "").label("source"),
            literal_column("1", Integer).label("mentions"),
            case((author().is_(None), 1), else_=0).label("authors_unknown"),
            func.coalesce(effective("intent", asks), 0).label("needing_response"),
            case(
                (or_(*(column.is_not(None) for column in engagement)), _total(engagement)),
                else_=null(),
            ).label("engagement"),
            cast(func.coalesce(by_person, matches.c.about) < EVEN, Integer).label("elsewhere"),
        )
        .select_from(joined)
        .where(condition)
    )


def _total(columns: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    first, second, third = (func.coalesce(column, 0) for column in columns)
    return first + second + third


def _cell(row: Any) -> Cell:
    brand_id, *values = row
    sums = (None if value is None else int(value) for value in values[len(KEYS) :])
    return Cell(brand_id, *values[: len(KEYS)], *sums)
