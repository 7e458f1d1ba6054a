"""What people said of mentions: what a model can learn from.

Each click speaks of one head: a sentiment, an intent, whether a response is needed. A label of
intent may say the latter too, in its detail; it does not follow from the intent here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.effective import PERSON
from listener.store.tables import labels, mentions, revisions

NEEDS = "needs_response"
"""The head of what people say of the need of a response, "yes" or "no"; the key of the same in the
detail of an intent."""
TAUGHT = ("sentiment", "intent", NEEDS)


class Correction(NamedTuple):
    """A text as people saw it, what they said of it (None: nothing), and what a model said of its
    language."""

    text: str
    sentiment: str | None
    intent: str | None
    needs_response: bool | None
    network: str
    language: str
    dialect: str


async def corrections(connection: AsyncConnection) -> list[Correction]:
    """Each revision that a person labelled, by the newest label of each head, the one that was
    labelled last at the end. What was deleted upstream or forgotten is not among them: its text is
    gone."""
    said, language = labels.alias("said"), labels.alias("language")
    current = mentions.c.revision == said.c.revision
    rows = await connection.execute(
        select(
            said.c.mention_id,
            said.c.revision,
            said.c.head,
            said.c.value,
            said.c.detail,
            case((current, mentions.c.text), else_=revisions.c.text).label("text"),
            mentions.c.network,
            language.c.value.label("language"),
            language.c.detail.label("spoken"),
        )
        .join(mentions, mentions.c.id == said.c.mention_id)
        .outerjoin(
            revisions,
            and_(
                revisions.c.mention_id == said.c.mention_id,
                revisions.c.revision == said.c.revision,
            ),
        )
        .outerjoin(
            language,
            and_(
                language.c.mention_id == said.c.mention_id,
                language.c.revision == said.c.revision,
                language.c.head == "language",
            ),
        )
        .where(
            said.c.head.in_(TAUGHT),
            said.c.source.startswith(PERSON),
            mentions.c.gone_at.is_(None),
        )
        .order_by(said.c.at, said.c.source, said.c.head, language.c.at)
    )
    newest: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        key = (row.mention_id, row.revision)
        known = newest.pop(key, {})  # so that it stands where its newest label does
        if (row.text or "").strip():
            newest[key] = known | {"row": row} | _taught(row.head, row.value, row.detail)
    return [_correction(known) for known in newest.values()]


def _taught(head: str, value: str, detail: Mapping[str, Any] | None) -> dict[str, Any]:
    """What one label says, by head."""
    if head == NEEDS:
        return {NEEDS: value == "yes"}
    needs = (detail or {}).get(NEEDS) if head == "intent" else None
    return {head: value} if needs is None else {head: value, NEEDS: bool(needs)}


def _correction(known: Mapping[str, Any]) -> Correction:
    row = known["row"]
    return Correction(
        text=row.text,
        sentiment=known.get("sentiment"),
        intent=known.get("intent"),
        needs_response=known.get(NEEDS),
        network=row.network,
        language=row.language or "",
        dialect=(row.spoken or {}).get("dialect") or "",
    )
