"""One story is one card: who tells again what a live card tells is counted on that card.

Everything here runs inside the caller's transaction, and decisions are written one batch at a time
(``dispatch``): two workers never open a card each for one story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.decide import Decision
from alerts.deciding.facts import Facts
from alerts.deciding.facts_of_rows import read_facts
from alerts.desk.stories import Story, alike, story_of
from listener.store.among import among
from listener.store.tables import alert_mentions, alerts, notices, stories
from listener.store.upsert import insert_new

LIVE = ("open", "claimed", "snoozed")
STAYS = timedelta(days=3)
"""Since a card's last change; later it is news again."""
CANDIDATES = 20
"""Cards whose words are compared, the newest first."""


async def told_by(
    connection: AsyncConnection, facts: Facts, decision: Decision, story: Story, now: datetime
) -> int | None:
    """The live card, of another author, that tells ``story`` already, where this mention would go;
    None where it is to have one of its own. A card that is closed holds nobody: who comes after it
    is heard."""
    if not story.keys:
        return None
    found = await connection.execute(
        select(stories.c.alert_id, stories.c.key, stories.c.mention_id)
        .join(alerts, alerts.c.id == stories.c.alert_id)
        .where(among(connection, stories.c.key, story.keys))
        .where(alerts.c.brand_id == facts.brand_id, alerts.c.state.in_(LIVE))
        .where(or_(alerts.c.channel == decision.channel, alerts.c.route == decision.route))
        .where(alerts.c.changed_at > now - STAYS, _is_seen())
        .order_by(stories.c.alert_id.desc())
    )
    rows = found.all()
    sure = next((row for row in rows if row.key in story.sure), None)
    if sure is not None:
        return int(sure.alert_id)
    candidates = dict.fromkeys((row.alert_id, row.mention_id) for row in rows)
    first = {mention_id: alert_id for alert_id, mention_id in list(candidates)[:CANDIDATES]}
    pairs = [(mention_id, facts.brand_id) for mention_id in first]
    for told in await read_facts(connection, pairs):
        if not told.gone and alike(story_of(told), story):
            return int(first[told.mention_id])
    return None


def _is_seen() -> ColumnElement[bool]:
    """Not where the channel refused the card: what is folded into it would be seen by nobody."""
    c = notices.c
    return exists().where(c.alert_id == alerts.c.id, c.kind == "card", c.state != "failed")


async def shared(connection: AsyncConnection, told: Sequence[tuple[int, Story]]) -> list[bool]:
    """Of each (brand id, story): may another of them, or a card, be the same story?"""
    times = Counter((brand, key) for brand, story in told for key in story.keys)
    keys = sorted({key for _brand, key in times})
    rows = await connection.execute(
        select(stories.c.key).distinct().where(among(connection, stories.c.key, keys))
    )
    held = set(rows.scalars())
    return [
        any(key in held or times[brand, key] > 1 for key in story.keys) for brand, story in told
    ]


def story_rows(alert_id: int, mention_id: int, story: Story) -> list[dict[str, Any]]:
    """What a card that this mention opens is found by."""
    return [
        {"key": key, "alert_id": alert_id, "mention_id": mention_id}
        for key in dict.fromkeys(story.keys)
    ]


async def is_by_first(connection: AsyncConnection, alert_id: int, facts: Facts) -> bool:
    """Whether the author of the card's first mention wrote this, too."""
    me = facts.author_id or facts.author_handle
    if me is None or facts.kind == "article":
        return False
    result = await connection.execute(
        select(alert_mentions.c.mention_id)
        .where(alert_mentions.c.alert_id == alert_id, alert_mentions.c.folded.is_(False))
        .order_by(alert_mentions.c.at, alert_mentions.c.mention_id)
        .limit(1)
    )
    first = await read_facts(connection, [(result.scalar_one(), facts.brand_id)])
    return any(me == (one.author_id or one.author_handle) for one in first)


async def unfold(connection: AsyncConnection, alert_id: int, facts: Facts) -> bool:
    """Whether a mention that was folded into the card says something else now, or is the brand's
    own voice, and so was taken out of it; where it is the card's first, the card is found by its
    new words, or by another's where it has none any more."""
    mine = and_(
        alert_mentions.c.alert_id == alert_id, alert_mentions.c.mention_id == facts.mention_id
    )
    folded = (await connection.execute(select(alert_mentions.c.folded).where(mine))).scalar_one()
    story = story_of(facts)
    of_card = stories.c.alert_id == alert_id
    if not folded:
        told = delete(stories).where(of_card, stories.c.mention_id == facts.mention_id)
        if not (await connection.execute(told)).rowcount:
            return False
        teller: Facts | None = facts
        if facts.gone or facts.own_voice:
            teller = await _another(connection, alert_id, facts)
        if teller is not None:
            now_told = story_rows(alert_id, teller.mention_id, story_of(teller))
            await insert_new(connection, stories, now_told)
        return False
    if facts.own_voice:
        await connection.execute(delete(alert_mentions).where(mine))
        return True
    if facts.gone:
        return False
    rows = (await connection.execute(select(stories).where(of_card))).all()
    if any(row.key in story.sure for row in rows):
        return False
    pairs = [(mention_id, facts.brand_id) for mention_id in {row.mention_id for row in rows}]
    for told_by in await read_facts(connection, pairs):
        if alike(story_of(told_by), story):
            return False
    await connection.execute(delete(alert_mentions).where(mine))
    return True


async def _another(connection: AsyncConnection, alert_id: int, facts: Facts) -> Facts | None:
    """Who else speaks on the card, its own conversation before those that were folded into it."""
    held = await connection.execute(
        select(alert_mentions.c.mention_id)
        .where(alert_mentions.c.alert_id == alert_id)
        .where(alert_mentions.c.mention_id != facts.mention_id)
        .order_by(alert_mentions.c.folded, alert_mentions.c.at, alert_mentions.c.mention_id)
        .limit(CANDIDATES)
    )
    ids = list(held.scalars())
    found = await read_facts(connection, [(mention_id, facts.brand_id) for mention_id in ids])
    speaking = (one for one in found if not one.gone and not one.own_voice)
    return min(speaking, key=lambda one: ids.index(one.mention_id), default=None)
