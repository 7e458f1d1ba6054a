"""Labels as rows: a head a row, of one revision, by one source (a model, or a person)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import Label
from listener.store.effective import PERSON
from listener.store.tables import labels, mentions

HEADS = ("sentiment", "intent", "language")


class StoredLabel(NamedTuple):
    """One head's value, its detail, and who says so (model hash + calibration, or user:<id>)."""

    value: str
    detail: dict[str, Any]
    source: str


Labels = dict[str, StoredLabel]
"""Head -> label."""


def label_rows(
    mention_id: int, revision: int, label: Label, *, source: str, now: datetime
) -> list[dict[str, Any]]:
    """The three rows of one text's label."""
    chances = label.probabilities
    probabilities = {name: round(getattr(chances, name), 6) for name in chances.__slots__}
    said: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("sentiment", label.sentiment, {"probabilities": probabilities}),
        (
            "intent",
            label.intent,
            {"needs_response": label.needs_response, "urgency": label.urgency},
        ),
        ("language", label.language, {"dialect": label.dialect}),
    )
    return [
        {
            "mention_id": mention_id,
            "revision": revision,
            "head": head,
            "source": source,
            "value": value,
            "detail": detail,
            "at": now,
        }
        for head, value, detail in said
    ]


async def current_labels(
    connection: AsyncConnection, mention_ids: Sequence[int]
) -> dict[int, Labels]:
    """The labels that count, of each mention's newest revision: a person's before a model's, the
    newest of each. A mention without labels has no entry."""
    current: dict[int, Labels] = {}
    for start in range(0, len(mention_ids), 1000):
        rows = await connection.execute(
            select(labels)
            .join(
                mentions,
                and_(
                    mentions.c.id == labels.c.mention_id, mentions.c.revision == labels.c.revision
                ),
            )
            .where(labels.c.mention_id.in_(mention_ids[start : start + 1000]))
            .order_by(labels.c.source.startswith(PERSON), labels.c.at, labels.c.source)
        )
        for row in rows:  # the strongest comes last
            heads = current.setdefault(row.mention_id, {})
            heads[row.head] = StoredLabel(row.value, row.detail, row.source)
    return current


async def labels_of_texts(
    connection: AsyncConnection, of: dict[str, int], *, source: str
) -> dict[str, list[Any]]:
    """The label rows that ``source`` gave to an identical text before, by ``text_key``.

    of: text_key -> a mention that has it. One indexed look a text, however often it was posted.
    """
    if not of:
        return {}
    other = mentions.alias("other")
    twin = (
        select(other.c.id)
        .join(
            labels,
            and_(labels.c.mention_id == other.c.id, labels.c.revision == other.c.revision),
        )
        .where(
            other.c.text_key == mentions.c.text_key,
            other.c.state == "labelled",
            labels.c.head == HEADS[0],
            labels.c.source == source,
        )
        .order_by(other.c.id)
        .limit(1)
        .correlate(mentions)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(mentions.c.text_key, twin.label("twin")).where(mentions.c.id.in_(of.values()))
    )
    twins = {row.twin: row.text_key for row in rows if row.twin is not None}
    found: dict[str, list[Any]] = {}
    if twins:
        rows = await connection.execute(
            select(labels)
            .join(
                mentions,
                and_(
                    mentions.c.id == labels.c.mention_id, mentions.c.revision == labels.c.revision
                ),
            )
            .where(labels.c.mention_id.in_(twins), labels.c.source == source)
        )
        for row in rows:
            found.setdefault(twins[row.mention_id], []).append(row)
    return {key: heads for key, heads in found.items() if len(heads) == len(HEADS)}
