"""A small world of rows whose numbers can be counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from classifiers.labels import Label, Probabilities
from listener.records import Author, Brand, Engagement, Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.label_rows import as_labels, label_rows
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import labels, mentions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BRANDS = (
    Brand("رشفان", keywords=("رشفان",), hashtags=("قهوة_رشفان",)),
    Brand("منافس", keywords=("منافس",), role="competitor"),
)


def mention(
    number: int,
    *,
    network: str = "mastodon",
    author: str | None = "a",
    followers: int | None = None,
    tags: tuple[str, ...] = (),
    likes: int | None = None,
    at: datetime = NOW - timedelta(days=3),
) -> Mention:
    return Mention(
        network,
        str(number),
        f"نص رقم {number}",
        at,
        author=Author(network, id=author, followers=followers) if author else None,
        hashtags=tags,
        engagement=Engagement(likes=likes),
    )


def label(sentiment: str = "neutral", intent: str = "other") -> Label:
    return Label(
        language="ar",
        dialect="glf",
        sentiment=sentiment,  # type: ignore[arg-type]
        probabilities=Probabilities(0.2, 0.3, 0.5),
        intent=intent,  # type: ignore[arg-type]
        needs_response=intent in {"question", "complaint", "request"},
        urgency="normal",
    )


async def seed(
    db: Database, rows: list[tuple[Mention, Label | None]], *, brand: str = "رشفان"
) -> dict[str, int]:
    """Stores and labels; returns brand ids."""
    hits = (Hit(brand, (Evidence(brand, "text", brand),)),)
    async with db.writing() as connection:
        ids = await sync_brands(connection, BRANDS, NOW - timedelta(days=30))
        arrivals = [Arrival(each, hits) for each, _label in rows]
        await add(connection, arrivals, brand_ids=ids, source="collect", now=NOW)
        found = await connection.execute(
            select(mentions.c.network, mentions.c.native_id, mentions.c.id)
        )
        by_key = {(network, native): number for network, native, number in found}
        written = []
        for each, said in rows:
            if said is not None:
                number = by_key[(each.network, each.id)]
                written += label_rows(number, 1, as_labels(said, "model-1"), now=NOW)
        if written:
            await connection.execute(insert(labels), written)
            await connection.execute(update(mentions).values(state="labelled"))
    return ids
