"""Labels as rows: a head a row, of one revision, by one source (a model, or a person)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import Label
from listener.store.among import among
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


def as_labels(label: Label, source: str) -> Labels:
    """A classifier's label by head, as it is stored."""
    chances = label.probabilities
    probabilities = {name: round(getattr(chances, name), 6) for name in chances.__slots__}
    response = {"needs_response": label.needs_response, "urgency": label.urgency}
    return {
        "sentiment": StoredLabel(label.sentiment, {"probabilities": probabilities}, source),
        "intent": StoredLabel(label.intent, response, source),
        "language": StoredLabel(label.language, {"dialect": label.dialect}, source),
    }


def label_rows(
    mention_id: int, revision: int, given: Labels, *, now: datetime
) -> list[dict[str, Any]]:
    """The rows of one mention's labels, one a head."""
    return [
        {
            "mention_id": mention_id,
            "revision": revision,
            "head": head,
            "source": label.source,
            "value": label.value,
            "detail": label.detail,
            "at": now,
        }
        for head, label in given.items()
    ]


async def current_labels(
    connection: AsyncConnection, mention_ids: Collection[int]
) -> dict[int, Labels]:
    """The labels that count, of each mention's newest revision: a person's before a model's, the
    newest of each. A mention without labels has no entry."""
    current: dict[int, Labels] = {}
    rows = await connection.execute(
        _of_current_revision(connection, mention_ids).order_by(
            labels.c.source.startswith(PERSON), labels.c.at, labels.c.source
        )
    )
    for row in rows:  # the strongest comes last
        heads = current.setdefault(row.mention_id, {})
        heads[row.head] = StoredLabel(row.value, row.detail, row.source)
    return current


async def labels_of_texts(
    connection: AsyncConnection, keys: Collection[str], *, source: str
) -> dict[str, Labels]:
    """What ``source`` said of identical texts before: ``text_key`` -> its labels."""
    if not keys:
        return {}
    twins = await connection.execute(
        select(func.max(mentions.c.id).label("id"), mentions.c.text_key)
        .where(among(connection, mentions.c.text_key, keys), mentions.c.state == "labelled")
        .group_by(mentions.c.text_key)
    )
    key_of = {row.id: row.text_key for row in twins}
    found: dict[str, Labels] = {}
    if key_of:
        rows = await connection.execute(
            _of_current_revision(connection, key_of).where(labels.c.source == source)
        )
        for row in rows:
            heads = found.setdefault(key_of[row.mention_id], {})
            heads[row.head] = StoredLabel(row.value, row.detail, row.source)
    return {key: heads for key, heads in found.items() if len(heads) == len(HEADS)}


def _of_current_revision(connection: AsyncConnection, ids: Collection[int]) -> Select[Any]:
    newest = and_(mentions.c.id == labels.c.mention_id, mentions.c.revision == labels.c.revision)
    return select(labels).join(mentions, newest).where(among(connection, labels.c.mention_id, ids))
