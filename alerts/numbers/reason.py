"""Why a week is as it is: the day on which most of its negative mentions were written, where that
is far from the other days, and what most people said on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.numbers import by_sentiment
from alerts.numbers.spans import Span, day_of
from listener.store.tables import alert_mentions, alerts, mentions

NEGATIVE = "negative"
FEWEST = 5
"""Negative mentions of a day that is worth a word."""
TIMES = 2
"""So many times the median of the others a day must have."""
OTHERS = 3
"""Other days of the span on which anything was said, without which nothing is usual."""
TOLD = 3
"""Mentions that say one thing, from which on it is what the day was about."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``day`` had ``negative`` of the span's ``total`` negative mentions; the median of the other
    days is ``usual``. ``told`` mentions of that day say what ``text`` does; 0: no such story."""

    day: date
    negative: int
    total: int
    usual: int
    told: int = 0
    text: str = ""


async def reason_of(
    connection: AsyncConnection, brand_id: int, span: Span, *, now: datetime
) -> Reason | None:
    """Of the rows as they are at ``now`` (aware). None: no day stands out."""
    negative: dict[date, int] = {}
    day = span.first
    while day <= span.last and (one := day_of(day, span.zone)).since < now:
        said = await by_sentiment(connection, brand_id, since=one.since, until=one.until)
        if said:  # a day on which nothing was seen may be one on which nobody looked
            negative[day] = said.get(NEGATIVE, 0)
        day += timedelta(days=1)
    if len(negative) <= OTHERS:
        return None
    worst = max(negative, key=lambda day: negative[day])
    usual = median(number for day, number in negative.items() if day != worst)
    if negative[worst] < max(FEWEST, TIMES * usual):
        return None
    told, text = await _told(connection, brand_id, day_of(worst, span.zone))
    return Reason(worst, negative[worst], sum(negative.values()), round(usual), told, text)


async def _told(connection: AsyncConnection, brand_id: int, day: Span) -> tuple[int, str]:
    """How many mentions of the day tell the story that most of them tell, and its first words."""
    held = (
        select(alert_mentions.c.alert_id, func.count().label("folded"))
        .join(alerts, alerts.c.id == alert_mentions.c.alert_id)
        .join(mentions, mentions.c.id == alert_mentions.c.mention_id)
        .where(alerts.c.brand_id == brand_id, alert_mentions.c.folded.is_(True))
        .where(mentions.c.gone_at.is_(None))
        .where(mentions.c.created_at >= day.since, mentions.c.created_at < day.until)
        .group_by(alert_mentions.c.alert_id)
        .order_by(func.count().desc(), alert_mentions.c.alert_id)
        .limit(1)
    )
    most = (await connection.execute(held)).first()
    if most is None or most.folded + 1 < TOLD:
        return 0, ""
    first = (
        select(mentions.c.text, mentions.c.created_at)
        .join(alert_mentions, alert_mentions.c.mention_id == mentions.c.id)
        .where(alert_mentions.c.alert_id == most.alert_id, mentions.c.gone_at.is_(None))
        .order_by(alert_mentions.c.folded, alert_mentions.c.at, mentions.c.id)
        .limit(1)
    )
    opened = (await connection.execute(first)).one()
    of_day = day.since <= opened.created_at < day.until
    return most.folded + of_day, opened.text
