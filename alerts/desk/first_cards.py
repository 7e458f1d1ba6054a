"""The cards of the first start: of all that lay there before, the newest few, and a line that says
so. Deciding holds them back (``Reason.first_start``) until the backlog is in."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.decide import Reason, decide
from alerts.deciding.directed import own_names
from alerts.deciding.facts_of_rows import read_facts
from alerts.desk.joining import join_conversations
from alerts.desk.turns import alone
from alerts.outbox.notices import add_notices, notice_row
from listener.settings import Settings, brands_of
from listener.store import first_start
from listener.store.session import Database
from listener.store.tables import decisions, mentions
from listener.store.upsert import upsert
from listener.words import words

log = logging.getLogger(__name__)

MOST = 10
"""Cards of what was written before the first start."""
KEYS = ("mention_id", "brand_id", "revision")


async def send_first_cards(db: Database, settings: Settings, *, now: datetime) -> bool:
    """Once the backlog is in: cards of its ``MOST`` newest, a line for the others, and the mark
    that this is done, in one transaction. Returns whether there is nothing left to do."""
    async with db.reading() as connection:
        if await first_start.settled(connection):
            return True
        if not await first_start.is_in(connection, now):
            return False
    async with db.writing() as connection:
        await alone(connection)
        if not await first_start.settled(connection):
            await _send(connection, settings, now)
            await first_start.settle(connection, now)
    return True


async def _send(connection: AsyncConnection, settings: Settings, now: datetime) -> None:
    held = decisions.c.reason == Reason.first_start.value
    of = decisions.c
    newest = await connection.execute(
        select(of.mention_id, of.brand_id)
        .join(mentions, mentions.c.id == of.mention_id)
        .where(held, of.revision == mentions.c.revision, mentions.c.gone_at.is_(None))
        .order_by(mentions.c.created_at.desc(), of.mention_id.desc())
        .limit(MOST)
    )
    pairs = [(row.mention_id, row.brand_id) for row in newest]
    every = await connection.execute(select(func.count()).select_from(decisions).where(held))
    total = every.scalar_one()
    decided = []
    for facts in await read_facts(connection, pairs, own=own_names(brands_of(settings))):
        anew = replace(facts, decided_revision=None)
        decision = decide(
            anew,
            settings.routes,
            now=now,
            alert_within=settings.service.alert_within,
            min_confidence=settings.classifiers.sentiment.min_confidence,
        )
        decided.append((anew, decision))
    decided.sort(key=lambda pair: pair[0].created_at)  # the newest card is the last in the channel
    rows = [
        {"mention_id": facts.mention_id, "brand_id": facts.brand_id, "revision": facts.revision,
         "route": decision.route, "reason": str(decision.reason), "detail": decision.detail,
         "at": now}
        for facts, decision in decided
    ]  # fmt: skip
    await upsert(connection, decisions, rows, keys=KEYS)
    sent = [pair for pair in decided if pair[1].alerts]
    await join_conversations(connection, sent, now=now, zone=settings.service.zone)
    if total > len(sent):
        channels = Counter(decision.channel for _facts, decision in sent if decision.channel)
        await _tell(connection, settings, channels, total, len(sent), now)


async def _tell(
    connection: AsyncConnection,
    settings: Settings,
    channels: Counter[str],
    total: int,
    sent: int,
    now: datetime,
) -> None:
    """One line, to the operators, or where most of the cards are."""
    wording = words(settings.service.language, settings.service.digits)
    text = wording.say(
        "first_start.others", n=total - sent, sent=sent, command=wording.aside("rasid why ID")
    )
    log.warning("first start: %d older posts are counted and sent to nobody", total - sent)
    where = settings.service.operators or next((name for name, _n in channels.most_common(1)), None)
    if where is not None:
        row = notice_row("ops:first_start", where, "text", 0, now, body={"text": text})
        await add_notices(connection, [row])
