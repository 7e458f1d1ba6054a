"""Which summaries are due and were never made: looked at now and then, never only at the minute."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.spans import Span, last_full
from alerts.numbers.summary import Summary, missing, subject, summarise
from alerts.numbers.summary_text import lines
from alerts.outbox.notices import add_notices, notice_row
from listener.settings import Settings
from listener.settings.model import BrandSettings
from listener.settings.moments import month_moment, week_moment
from listener.store.session import Database
from listener.store.tables import queries
from listener.words import words

log = logging.getLogger(__name__)

Kind = Literal["week", "month"]


async def make_due(
    db: Database, settings: Settings, brand_ids: Mapping[str, int], *, now: datetime
) -> int:
    """Queues the summary of the last full week and month of every brand that has a channel for
    it, once its hour has come. Returns how many it queued. A span that ended before the brand was
    listened for has none."""
    queued = 0
    for brand in settings.brands:
        if brand.summary is None:
            continue
        for kind in ("week", "month"):
            span = _span(kind, settings, now)
            if now < due_at(kind, span, settings):
                continue
            queued += await _make(db, settings, brand, span, brand_ids, now)
    return queued


def due_at(kind: Kind, span: Span, settings: Settings) -> datetime:
    """The first configured moment after the span's end: ``sun 09:00`` or ``1st 09:00``."""
    zone = ZoneInfo(span.zone)
    first = span.last + timedelta(days=1)
    if kind == "week":
        weekday, at = week_moment(settings.summary.week)
        day = first + timedelta(days=(weekday - first.weekday()) % 7)
    else:
        number, at = month_moment(settings.summary.month)
        day = first.replace(day=number)
    return datetime.combine(day, time(at.hour, at.minute), zone)


async def summary_of(
    connection: AsyncConnection,
    settings: Settings,
    brand: BrandSettings,
    span: Span,
    brand_ids: Mapping[str, int],
    *,
    now: datetime,
) -> Summary:
    """The summary of one brand at ``now``, with the hashtags and competitors that the settings
    name."""
    return await summarise(
        connection,
        brand.name,
        span,
        brand_ids=brand_ids,
        hashtags=brand.hashtags,
        competitors=brand.competitors,
        starts=settings.service.week_starts,
        now=now,
        sample=brand.role == "own" and span.kind == "week",
    )


async def _make(
    db: Database,
    settings: Settings,
    brand: BrandSettings,
    span: Span,
    brand_ids: Mapping[str, int],
    now: datetime,
) -> int:
    assert brand.summary is not None
    channel, brand_id = brand.summary.channel, brand_ids[brand.name]
    async with db.reading() as connection:
        if not await missing(connection, brand_id, span, channel):
            return 0
        since = await connection.execute(
            select(func.min(queries.c.since)).where(queries.c.brand_id == brand_id)
        )
        listening = since.scalar_one()
        if listening is None or listening >= span.until:
            return 0
        summary = await summary_of(connection, settings, brand, span, brand_ids, now=now)
    language = brand.summary.language or settings.service.language
    text = "\n".join(lines(summary, words(language, settings.service.digits)))
    row = notice_row(subject(brand_id, span), channel, "text", 0, now, body={"text": text})
    async with db.writing() as connection:
        await add_notices(connection, [row])
    log.info("summary of %s for %s queued for %s", brand.name, span.name, channel)
    return 1


def _span(kind: Kind, settings: Settings, now: datetime) -> Span:
    return last_full(kind, now, settings.service.timezone, settings.service.week_starts)
