"""Mentions and short ways to store and read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from classifiers.labels import Label, Probabilities
from listener.records import Author, Brand, Engagement, Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.mentions import Added, Arrival, add
from listener.store.session import Database

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
KEY = b"k" * 32
ZAIN = Hit("Zain", (Evidence("زين", "text", "وزين"),))
STC = Hit("stc", (Evidence("stc", "text", "stc"),))


def mention(number: int | str = 1, text: str = "الشبكة مقطوعة من الصبح", **more: Any) -> Mention:
    given = {
        "network": "mastodon",
        "id": str(number),
        "text": text,
        "created_at": NOW - timedelta(hours=1),
        "url": f"https://social.example/@nora/{number}",
        "author": Author("mastodon", "77", "nora", "نورة", 1200),
        "engagement": Engagement(likes=3, replies=1, as_of=NOW),
    }
    return Mention(**{**given, **more})


async def brand_ids(db: Database) -> dict[str, int]:
    async with db.writing() as connection:
        return await sync_brands(connection, [Brand("Zain"), Brand("stc")], NOW)


async def store(
    db: Database,
    *arrivals: Arrival | Mention,
    now: datetime = NOW,
    key: bytes | None = KEY,
    hits: tuple[Hit, ...] = (ZAIN,),
) -> Added:
    ids = await brand_ids(db)
    ready = [a if isinstance(a, Arrival) else Arrival(a, hits) for a in arrivals]
    async with db.writing() as connection:
        return await add(connection, ready, brand_ids=ids, source="collect", now=now, key=key)


async def read(db: Database, table: Table, *where: Any) -> list[dict[str, Any]]:
    order = list(table.primary_key.columns)
    async with db.reading() as connection:
        rows = await connection.execute(select(table).where(*where).order_by(*order))
        return [dict(row) for row in rows.mappings()]


LABEL = Label(
    language="ar",
    dialect="glf",
    sentiment="negative",
    probabilities=Probabilities(0.8, 0.15, 0.05),
    intent="complaint",
    needs_response=True,
    urgency="urgent",
)


class Model:
    """A classifier that remembers what it was asked and fails on what it is told to."""

    name = "model"

    def __init__(
        self, model: str = "m1", *, fails_on: str | None = None, says: Label | None = None
    ) -> None:
        self.model = model
        self.asked: list[list[str]] = []
        self._fails_on = fails_on
        self._says = says or LABEL

    def classify(self, texts: Sequence[str]) -> list[Label]:
        self.asked.append(list(texts))
        if self._fails_on and any(self._fails_on in text for text in texts):
            raise RuntimeError("cannot read this")
        return [self._says for _ in texts]
