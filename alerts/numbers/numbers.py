"""What happened to a brand between two moments, as the rows say it at the moment it is asked.

Unknown is None, never 0. ``reach`` is what networks report for own posts; ``potential_reach`` is
the followers of distinct authors; they are never added together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.cells import KEYS, Cell, Range, cells_of_counts, cells_of_rows
from alerts.numbers.changes import HOUR, OVERLAP, hour_of, marked, stale, without
from alerts.numbers.distinct_authors import distinct_authors, hashtag_authors, undated
from listener.store.standing import GAP
from listener.store.tables import figures, ledger

RESOLUTION = timedelta(microseconds=1)
PIECES = 48
"""So many lagging stretches are read one by one; where there are more, the whole span is."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts over [since, until), both aware UTC. Mappings go from a name to a count."""

    since: datetime
    until: datetime
    mentions: int = 0
    authors: int = 0
    authors_unknown: int = 0  # mentions whose author the network does not tell
    sentiment: Mapping[str, int] = field(default_factory=dict)  # and "unlabelled"
    networks: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    intents: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0  # of the mentions: of unknown time, counted when they came
    needing_response: int = 0
    hashtag_authors: Mapping[str, int] = field(default_factory=dict)
    engagement: int | None = None  # likes + replies + shares as reported
    reach: float | None = None
    potential_reach: int | None = None
    elsewhere: int | None = None  # of the mentions: seem to be about something else
    gaps: int = 0  # windows that were never read: the numbers are then a lower bound
    labelled_by: tuple[str, ...] = ()  # who gave the sentiments that count: models, "user:…"


async def numbers(
    connection: AsyncConnection,
    brand_id: int,
    *,
    since: datetime,
    until: datetime,
    hashtags: Iterable[str] = (),
    from_rows: bool = False,
) -> Numbers:
    """Counts for one brand; ``hashtags`` (without '#') are those whose users are counted.

    They are those of the rows at this moment, however far the roll-ups have come. ``from_rows``:
    roll-ups are not looked at; what is sealed for ever is counted so.
    """
    span = (since, until)
    if from_rows:
        cells = await cells_of_rows(connection, [brand_id], span)
    else:
        cells = await _cells(connection, brand_id, span)
    authors = await distinct_authors(connection, brand_id, span)
    shares = {name: _shares(cells, name) for name in KEYS}
    return Numbers(
        since=since,
        until=until,
        mentions=sum(cell.mentions for cell in cells),
        authors=authors.number,
        authors_unknown=sum(cell.authors_unknown for cell in cells),
        sentiment=shares["sentiment"],
        networks=shares["network"],
        languages=shares["language"],
        intents=shares["intent"],
        undated=await undated(connection, brand_id, span),
        needing_response=sum(cell.needing_response for cell in cells),
        hashtag_authors=await hashtag_authors(connection, brand_id, span, hashtags),
        engagement=_known(cell.engagement for cell in cells),
        reach=await _reach(connection, brand_id, since, until),
        potential_reach=authors.followers,
        elsewhere=_known(cell.elsewhere for cell in cells),
        gaps=await _gaps(connection, since, until),
        labelled_by=tuple(sorted(name for name in shares["source"] if name)),
    )


async def mentions_in(
    connection: AsyncConnection, brand_id: int, *, since: datetime, until: datetime
) -> int:
    """How many mentions ``numbers`` counts: all that a share of voice needs."""
    return sum(cell.mentions for cell in await _cells(connection, brand_id, (since, until)))


async def by_sentiment(
    connection: AsyncConnection, brand_id: int, *, since: datetime, until: datetime
) -> dict[str, int]:
    """As the ``sentiment`` of ``numbers``."""
    return _shares(await _cells(connection, brand_id, (since, until)), "sentiment")


async def _cells(connection: AsyncConnection, brand_id: int, span: Range) -> list[Cell]:
    """From roll-ups where they are up to date, from rows elsewhere: hours that lag behind, and the
    edges of a span that begins or ends within a UTC hour (India's days, Nepal's)."""
    reached = await marked(connection)
    first, last = hour_of(span[0] - RESOLUTION) + HOUR, hour_of(span[1])
    if reached is None or first >= last:
        return await cells_of_rows(connection, [brand_id], span)
    lagging = await stale(connection, brand_id, (first, last), since=reached - OVERLAP)
    clean, rows = without((first, last), lagging)
    if len(rows) > PIECES:
        return await cells_of_rows(connection, [brand_id], span)
    cells = await cells_of_counts(connection, brand_id, clean)
    for piece in ((span[0], first), *rows, (last, span[1])):
        if piece[0] < piece[1]:
            cells += await cells_of_rows(connection, [brand_id], piece)
    return cells


def _shares(cells: Iterable[Cell], name: str) -> dict[str, int]:
    """Value -> mentions, the most frequent first."""
    shares: Counter[str] = Counter()
    for cell in cells:
        shares[getattr(cell, name)] += cell.mentions
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def _known(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


async def _reach(
    connection: AsyncConnection, brand_id: int, since: datetime, until: datetime
) -> float | None:
    result = await connection.execute(
        select(func.sum(figures.c.value)).where(
            figures.c.brand_id == brand_id,
            figures.c.measure == "reach",
            figures.c.as_of >= since,
            figures.c.as_of < until,
        )
    )
    total = result.scalar_one()
    return None if total is None else float(total)


async def _gaps(connection: AsyncConnection, since: datetime, until: datetime) -> int:
    result = await connection.execute(
        select(func.count()).where(GAP, ledger.c.since < until, ledger.c.until > since)
    )
    return int(result.scalar_one())
