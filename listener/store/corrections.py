"""The sentiments that people gave: what a model can learn from."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.effective import PERSON
from listener.store.tables import labels, mentions, revisions


class Correction(NamedTuple):
    """A text as the person saw it, what they said of it, and what a model said of its language."""

    text: str
    sentiment: str
    network: str
    language: str
    dialect: str


async def corrections(connection: AsyncConnection) -> list[Correction]:
    """Each revision that a person labelled, by the newest label, oldest first. What was deleted
    upstream or forgotten is not among them: its text is gone."""
    sentiment, language = labels.alias("sentiment"), labels.alias("language")
    current = mentions.c.revision == sentiment.c.revision
    rows = await connection.execute(
        select(
            sentiment.c.mention_id,
            sentiment.c.revision,
            sentiment.c.value,
            case((current, mentions.c.text), else_=revisions.c.text).label("text"),
            mentions.c.network,
            language.c.value.label("language"),
            language.c.detail,
        )
        .join(mentions, mentions.c.id == sentiment.c.mention_id)
        .outerjoin(
            revisions,
            and_(
                revisions.c.mention_id == sentiment.c.mention_id,
                revisions.c.revision == sentiment.c.revision,
            ),
        )
        .outerjoin(
            language,
            and_(
                language.c.mention_id == sentiment.c.mention_id,
                language.c.revision == sentiment.c.revision,
                language.c.head == "language",
            ),
        )
        .where(
            sentiment.c.head == "sentiment",
            sentiment.c.source.startswith(PERSON),
            mentions.c.gone_at.is_(None),
        )
        .order_by(sentiment.c.at, sentiment.c.source, language.c.at)
    )
    newest: dict[tuple[int, int], Correction] = {}
    for row in rows:
        key = (row.mention_id, row.revision)
        newest.pop(key, None)  # so that it stands where its newest label does
        if (row.text or "").strip():
            dialect = (row.detail or {}).get("dialect") or ""
            newest[key] = Correction(row.text, row.value, row.network, row.language or "", dialect)
    return list(newest.values())
