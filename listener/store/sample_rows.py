"""What people say of the texts of a sample, and how far they are.

It stands apart from the corrections that people make on cards: a card is made of what seemed to
need an answer, so its texts are no sample of anything. Nothing here changes a mention's label.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import SENTIMENTS, Sentiment
from listener.store.drawing import Scope
from listener.store.tables import brands, mentions, revisions, sampled, samples

SKIP = "skip"
"""Said of a text that cannot be labelled: it is left out, and not asked for again."""
SAYABLE = (*SENTIMENTS, SKIP)


class Asked(NamedTuple):
    """One text of a sample as it was drawn. said: None where nobody has labelled it yet."""

    sample_id: int
    place: int
    mention_id: int
    network: str
    written_at: datetime | None
    text: str
    said: str | None


class Said(NamedTuple):
    """One label: of which place of which sample, and one of ``SAYABLE``."""

    sample_id: int
    place: int
    said: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sample is. places: that it has still (deleted texts are gone); labelled: with a
    sentiment; skipped; open: that somebody can label."""

    id: int
    brand: str
    scope: Scope
    seed: int
    since: datetime
    until: datetime
    texts: int
    made_by: str
    made_at: datetime
    places: int
    labelled: int
    skipped: int
    open: int

    @property
    def complete(self) -> bool:
        return not self.open


async def standings(
    connection: AsyncConnection, scope: Scope | None = None, *, brand_id: int | None = None
) -> list[Standing]:
    """Every sample, the oldest first: of one scope, of one brand, or of all."""
    there = and_(mentions.c.gone_at.is_(None), mentions.c.text != "")

    def number(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    statement = (
        select(
            samples,
            brands.c.name.label("brand"),
            number(mentions.c.id.is_not(None)).label("places"),
            number(sampled.c.said.in_(SENTIMENTS)).label("labelled"),
            number(sampled.c.said == SKIP).label("skipped"),
            number(and_(sampled.c.said.is_(None), there)).label("open"),
        )
        .join(brands, brands.c.id == samples.c.brand_id)
        .outerjoin(sampled, sampled.c.sample_id == samples.c.id)
        .outerjoin(mentions, mentions.c.id == sampled.c.mention_id)
        .group_by(samples.c.id, brands.c.name)
        .order_by(samples.c.id)
    )
    if scope is not None:
        statement = statement.where(
            samples.c.brand_id == scope.brand_id, samples.c.network == scope.network
        )
    elif brand_id is not None:
        statement = statement.where(samples.c.brand_id == brand_id)
    rows = (await connection.execute(statement)).mappings()
    return [_standing(row) for row in rows]


async def texts_of(
    connection: AsyncConnection, sample_id: int, *, unsaid: bool = False
) -> list[Asked]:
    """The texts of a sample in their order, as they were when they were drawn; what was deleted
    upstream, forgotten or kept its time is not among them. unsaid: only those without a label."""
    statement = _texts(samples.c.id == sample_id)
    if unsaid:
        statement = statement.where(sampled.c.said.is_(None))
    return [_asked(row) for row in (await connection.execute(statement)).mappings()]


async def labelled_texts(connection: AsyncConnection, scope: Scope) -> list[Asked]:
    """All that got a sentiment in samples of this very scope, the earliest sample first."""
    statement = _texts(
        samples.c.brand_id == scope.brand_id,
        samples.c.network == scope.network,
        sampled.c.said.in_(SENTIMENTS),
    )
    return [_asked(row) for row in (await connection.execute(statement)).mappings()]


async def say(connection: AsyncConnection, said: Sequence[Said], *, by: str, now: datetime) -> None:
    """Writes labels; what was said of the same text before is replaced."""
    for sample_id, place, word in said:
        assert word in SAYABLE, word
        await connection.execute(
            update(sampled)
            .where(sampled.c.sample_id == sample_id, sampled.c.place == place)
            .values(said=word, by=by, at=now)
        )


async def unsay(connection: AsyncConnection, sample_id: int, place: int) -> None:
    """Takes a label back."""
    await connection.execute(
        update(sampled)
        .where(sampled.c.sample_id == sample_id, sampled.c.place == place)
        .values(said=None, by=None, at=None)
    )


def learned(texts: Sequence[Asked]) -> str:
    """Names what was said of which text; another label, or one more, makes another name."""
    lines = sorted(f"{text.sample_id} {text.place} {text.said}" for text in texts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def sentiment_of(asked: Asked) -> Sentiment:
    """What was said, of a text that got a sentiment."""
    return next(word for word in SENTIMENTS if word == asked.said)


def _standing(row: Any) -> Standing:
    return Standing(
        id=row["id"],
        brand=row["brand"],
        scope=Scope(row["brand_id"], row["network"]),
        seed=row["seed"],
        since=row["since"],
        until=row["until"],
        texts=row["texts"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        places=int(row["places"]),
        labelled=int(row["labelled"]),
        skipped=int(row["skipped"]),
        open=int(row["open"]),
    )


def _texts(*where: Any) -> Select[Any]:
    as_drawn = and_(
        revisions.c.mention_id == sampled.c.mention_id, revisions.c.revision == sampled.c.revision
    )
    current = mentions.c.revision == sampled.c.revision
    text = case((current, mentions.c.text), else_=revisions.c.text)
    return (
        select(
            sampled.c.sample_id,
            sampled.c.place,
            sampled.c.mention_id,
            sampled.c.said,
            mentions.c.network,
            mentions.c.created_at,
            mentions.c.created_known,
            text.label("text"),
        )
        .join(samples, samples.c.id == sampled.c.sample_id)
        .join(mentions, mentions.c.id == sampled.c.mention_id)
        .outerjoin(revisions, as_drawn)
        .where(mentions.c.gone_at.is_(None), text != "", *where)
        .order_by(sampled.c.sample_id, sampled.c.place)
    )


def _asked(row: Any) -> Asked:
    return Asked(
        row["sample_id"],
        row["place"],
        row["mention_id"],
        row["network"],
        row["created_at"] if row["created_known"] else None,
        row["text"],
        row["said"],
    )
