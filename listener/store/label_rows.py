"""Labels as rows: a head a row, of one revision, by one source (a model, or a person)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import ANSWERABLE, NEEDS_AT, Label
from listener.store.among import among
from listener.store.bulk import Encoded
from listener.store.effective import PERSON, SENTIMENT, sentiment_head
from listener.store.tables import labels, mentions
from listener.store.upsert import upsert

HEADS = ("sentiment", "intent", "language")
DETAILS = 4096
"""Details that are remembered, encoded and read: their probabilities have three digits, so that
most of them come again."""
NOBODY = 0
"""No brand's id."""


class StoredLabel(NamedTuple):
    """One head's value, its detail, and who says so (model hash + calibration, or user:<id>)."""

    value: str
    detail: dict[str, Any]
    source: str


Labels = dict[str, StoredLabel]
"""Head -> label."""


def as_labels(label: Label, source: str, *, needs_at: float = NEEDS_AT) -> Labels:
    """A classifier's label by head, as it is stored. needs_at: its threshold on the probability
    that a response is needed, kept beside it, since who decides has no model at hand."""
    chances = label.probabilities
    probabilities = {
        "negative": round(chances.negative, 6),
        "neutral": round(chances.neutral, 6),
        "positive": round(chances.positive, 6),
    }
    response: dict[str, Any] = {
        "needs_response": label.needs_response,
        "urgency": label.urgency,
    }
    if label.needs_probability is not None:
        response |= {
            "needs_probability": round(label.needs_probability, 3),
            "needs_at": round(needs_at, 4),
        }
    spoken: dict[str, Any] = {"dialect": label.dialect}
    if label.dialect_probability is not None:
        spoken["dialect_probability"] = round(label.dialect_probability, 3)
    return {
        "sentiment": StoredLabel(label.sentiment, {"probabilities": probabilities}, source),
        "intent": StoredLabel(label.intent, response, source),
        "language": StoredLabel(label.language, spoken, source),
    }


def says_needs(intent: StoredLabel) -> bool | None:
    """Whether the label of the head ``intent`` says that a response is needed, None where it says
    nothing. Of a person who set the intent alone it follows from that; never of a model."""
    value, detail, source = intent
    if (needs := detail.get("needs_response")) is not None:
        return bool(needs)
    return value in ANSWERABLE if source.startswith(PERSON) else None


def label_rows(
    mention_id: int, revision: int, heads: Labels, *, now: datetime
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
        for head, label in heads.items()
    ]


async def write_labels(
    connection: AsyncConnection, labelled: Iterable[tuple[int, int, Labels]], *, now: datetime
) -> None:
    """Writes labels of (mention id, revision); what the same source said of it before is replaced.

    A batch is one INSERT of many rows. Nearly all of them share a few details (a dialect, an
    urgency), so those are encoded once."""
    rows = [
        row
        for mention_id, revision, heads in labelled
        for row in label_rows(mention_id, revision, heads, now=now)
    ]
    for row in rows:
        if not row["head"].startswith(SENTIMENT):
            row["detail"] = _known(row["detail"])
    await upsert(connection, labels, rows, keys=["mention_id", "revision", "head", "source"])


def _known(detail: dict[str, Any]) -> Encoded:
    return _encoded(tuple(detail.items()))


@lru_cache(maxsize=DETAILS)
def _encoded(items: tuple[tuple[str, Any], ...]) -> Encoded:
    return Encoded(json.dumps(dict(items)))


@lru_cache(maxsize=DETAILS)
def _decoded(detail: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(detail)
    return decoded


async def current_labels(
    connection: AsyncConnection, mention_ids: Collection[int]
) -> dict[int, Labels]:
    """The labels that count, of each mention's newest revision: a person's before a model's, the
    newest of each. A mention without labels has no entry. Sentiments with a brand's bias have heads
    of their own, and stand behind what they prevail over: see ``for_brand``."""
    current: dict[int, Labels] = {}
    rows = await connection.execute(
        _of_current_revision(connection, mention_ids).order_by(
            labels.c.source.startswith(PERSON), labels.c.at, labels.c.head, labels.c.source
        )
    )
    for mention_id, head, value, detail, source in rows:  # the strongest comes last
        heads = current.setdefault(mention_id, {})
        heads.pop(head, None)  # to its later place
        heads[head] = StoredLabel(value, _read(head, detail), source)
    return current


def for_brand(heads: Mapping[str, StoredLabel], brand_id: int) -> Labels:
    """A mention's ``current_labels`` as they count for one brand: the sentiment is the one with the
    brand's bias, where that counts; those of other brands are left out."""
    own = sentiment_head(brand_id)
    counting: Labels = {}
    for head, label in heads.items():
        if head in (SENTIMENT, own):
            counting[SENTIMENT] = label
        elif not head.startswith(f"{SENTIMENT}:"):
            counting[head] = label
    return counting


def for_brands(heads: Mapping[str, StoredLabel], brand_ids: Collection[int]) -> Labels:
    """As ``for_brand`` where the sentiment is the same for all of them; else the sentiment without
    any brand's bias."""
    each = [for_brand(heads, brand_id) for brand_id in brand_ids]
    moods = {counting[SENTIMENT].value for counting in each if SENTIMENT in counting}
    return each[0] if len(moods) == 1 else for_brand(heads, NOBODY)


def counting_label(heads: Mapping[str, StoredLabel], head: str) -> StoredLabel | None:
    """The label that counts among a mention's ``current_labels`` where ``head`` is asked for: of a
    brand's own sentiment the one that counts for that brand, which may be a person's."""
    own = head.partition(":")[2]
    if head.startswith(f"{SENTIMENT}:") and own.isdecimal():
        return for_brand(heads, int(own)).get(SENTIMENT)
    return heads.get(head)


def _read(head: str, detail: str) -> dict[str, Any]:
    return json.loads(detail) if head.startswith(SENTIMENT) else dict(_decoded(detail))


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
    by_text: dict[str, Labels] = {}
    if key_of:
        rows = await connection.execute(
            _of_current_revision(connection, key_of).where(labels.c.source == source)
        )
        for mention_id, head, value, detail, given_by in rows:
            heads = by_text.setdefault(key_of[mention_id], {})
            heads[head] = StoredLabel(value, _read(head, detail), given_by)
    return {key: heads for key, heads in by_text.items() if len(heads) == len(HEADS)}


def _of_current_revision(connection: AsyncConnection, ids: Collection[int]) -> Select[Any]:
    newest = and_(mentions.c.id == labels.c.mention_id, mentions.c.revision == labels.c.revision)
    as_text = cast(labels.c.detail, Text)  # read here: most details are the same few
    return (
        select(labels.c.mention_id, labels.c.head, labels.c.value, as_text, labels.c.source)
        .join(mentions, newest)
        .where(among(connection, labels.c.mention_id, ids))
    )
