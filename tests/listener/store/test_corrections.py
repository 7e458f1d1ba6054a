"""What people set on cards, as rows to learn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from listener.labelling.label import Labeller
from listener.store.corrections import Correction, corrections
from listener.store.session import Database
from listener.store.tables import labels, mentions
from tests.listener.store.rows import LATER, NOW, Model, mention, store


async def said(
    db: Database, number: int, value: str, by: str = "user:U1", at: datetime = NOW, **more: Any
) -> None:
    row = {"mention_id": number, "revision": 1, "head": "sentiment", "detail": {}}
    async with db.writing() as connection:
        await connection.execute(
            insert(labels), [row | {"source": by, "value": value, "at": at} | more]
        )


async def read(db: Database) -> list[Correction]:
    async with db.reading() as connection:
        return await corrections(connection)


async def test_only_what_a_person_says_of_sentiment(db: Database) -> None:
    first, second, _ = (await store(db, *(mention(n, f"نص {n}") for n in range(3)))).new
    await Labeller(db, Model(), worker="w").label_all(NOW)
    await said(db, first, "positive")
    await said(db, second, "no", head="about")
    assert await read(db) == [Correction("نص 0", "positive", "mastodon", "ar", "glf")]


async def test_the_newest_of_several_people_counts(db: Database) -> None:
    [number] = (await store(db, mention())).new
    await said(db, number, "neutral", "user:U2", LATER)
    await said(db, number, "positive", "user:U1", NOW)
    assert [one.sentiment for one in await read(db)] == ["neutral"]


async def test_a_label_stays_with_the_text_that_was_seen(db: Database) -> None:
    [number] = (await store(db, mention(text="سيء"))).new
    await said(db, number, "negative")
    await store(db, mention(text="ممتاز الآن"), now=LATER)
    await said(db, number, "positive", at=LATER, revision=2)
    assert [(one.text, one.sentiment) for one in await read(db)] == [
        ("سيء", "negative"),
        ("ممتاز الآن", "positive"),
    ]


async def test_what_was_deleted_is_not_learned_from(db: Database) -> None:
    first, second = (await store(db, mention(1, "أ"), mention(2, "ب"))).new
    await said(db, first, "negative")
    await said(db, second, "positive")
    async with db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.id == first).values(gone_at=LATER, text="")
        )
    assert [one.text for one in await read(db)] == ["ب"]
