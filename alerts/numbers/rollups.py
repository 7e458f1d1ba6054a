"""Roll-ups by brand, UTC hour, network, language and sentiment: a cache of rows.

An hour is recomputed whole, never incremented, so a relabel, an edit or a deletion changes history
correctly and the job can run twice. Hours of a sealed day stay: their rows are gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.seals import unsealed_hours
from listener.store.effective import counted, effective
from listener.store.session import Database
from listener.store.tables import counts, matches, mentions

HOUR = timedelta(hours=1)
OVERLAP = timedelta(minutes=5)
"""A row may be committed so long after the moment it says it changed at."""


async def recount(db: Database, *, since: datetime | None, now: datetime) -> int:
    """Recomputes every hour in which something changed after ``since`` (None: after what the
    table itself last saw). Returns how many (brand, hour) pairs it wrote."""
    async with db.reading() as connection:
        if since is None:
            since = (await connection.execute(select(func.max(counts.c.at)))).scalar_one()
        changed = select(matches.c.brand_id, mentions.c.created_at).join(
            mentions, mentions.c.id == matches.c.mention_id
        )
        if since is not None:
            changed = changed.where(matches.c.changed_at >= since - OVERLAP)
        days: dict[tuple[int, datetime], set[datetime]] = defaultdict(set)
        for brand_id, created in await connection.execute(changed):
            hour = hour_of(created)
            days[(brand_id, hour.replace(hour=0))].add(hour)
    written = 0
    for (brand_id, _day), hours in sorted(days.items()):
        async with db.writing() as connection:
            whole = await unsealed_hours(connection, brand_id, hours)
            if whole:
                await recount_hours(connection, brand_id, whole, now=now)
        written += len(whole)
    return written


async def recount_hours(
    connection: AsyncConnection, brand_id: int, hours: Iterable[datetime], *, now: datetime
) -> None:
    """Writes the rows of these hours (starts, aware UTC) anew from the mentions in them."""
    wanted = set(hours)
    sentiment, language, intent = effective("sentiment"), effective("language"), effective("intent")
    rows = await connection.execute(
        select(
            mentions.c.created_at,
            mentions.c.network,
            language.c.value,
            sentiment.c.value,
            intent.c.detail,
            func.coalesce(mentions.c.likes, 0)
            + func.coalesce(mentions.c.replies, 0)
            + func.coalesce(mentions.c.shares, 0),
        )
        .outerjoin(sentiment, sentiment.c.mention_id == mentions.c.id)
        .outerjoin(language, language.c.mention_id == mentions.c.id)
        .outerjoin(intent, intent.c.mention_id == mentions.c.id)
        .where(
            mentions.c.id.in_(counted(brand_id)),
            mentions.c.created_at >= min(wanted),
            mentions.c.created_at < max(wanted) + HOUR,
        )
    )
    found: dict[tuple[datetime, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for created, network, spoken, feeling, response, engagement in rows:
        hour = hour_of(created)
        if hour not in wanted:
            continue
        cell = found[(hour, network, spoken or "unlabelled", feeling or "unlabelled")]
        cell[0] += 1
        cell[1] += bool((response or {}).get("needs_response"))
        cell[2] += engagement
    await connection.execute(
        delete(counts).where(counts.c.brand_id == brand_id, counts.c.hour.in_(sorted(wanted)))
    )
    if found:
        await connection.execute(
            insert(counts),
            [
                {
                    "brand_id": brand_id,
                    "hour": hour,
                    "network": network,
                    "language": spoken,
                    "sentiment": feeling,
                    "mentions": number,
                    "needing_response": needing,
                    "engagement": engagement,
                    "at": now,
                }
                for (hour, network, spoken, feeling), (number, needing, engagement) in sorted(
                    found.items()
                )
            ],
        )


def hour_of(moment: datetime) -> datetime:
    """The start of the UTC hour that holds ``moment``."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
