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


async def test_only_what_a_person_says_and_not_of_whom(db: Database) -> None:
    first, second, _ = (await store(db, *(mention(n, f"نص {n}") for n in range(3)))).new
    await Labeller(db, Model(), worker="w").label_all(NOW)
    await said(db, first, "positive")
    await said(db, second, "no", head="about")
    assert await read(db) == [Correction("نص 0", "positive", None, None, "mastodon", "ar", "glf")]


async def test_the_newest_of_several_people_counts(db: Database) -> None:
    [number] = (await store(db, mention())).new
    await said(db, number, "neutral", "user:U2", LATER)
    await said(db, number, "positive", "user:U1", NOW)
    assert [one.sentiment for one in await read(db)] == ["neutral"]


async def test_sentiment_intent_and_need_stand_beside_each_other(db: Database) -> None:
    """Each click speaks of one head; one text is one correction."""
    first, second, third, fourth = (await store(db, *(mention(n, f"نص {n}") for n in range(4)))).new
    await said(db, first, "positive")
    await said(db, first, "praise", "user:U2", head="intent")
    await said(db, second, "no", head="needs_response")
    await said(db, third, "complaint", head="intent")
    await said(db, third, "question", "user:U2", LATER, head="intent")
    await said(db, fourth, "other", head="intent", detail={"needs_response": False})
    await said(db, fourth, "yes", "user:U2", LATER, head="needs_response")
    found = {one.text: (one.sentiment, one.intent, one.needs_response) for one in await read(db)}
    assert found == {
        "نص 0": ("positive", "praise", None),
        "نص 1": (None, None, False),
        "نص 2": (None, "question", None),
        "نص 3": (None, "other", True),
    }


async def test_what_a_model_says_of_an_intent_is_no_correction(db: Database) -> None:
    [number] = (await store(db, mention())).new
    await Labeller(db, Model(), worker="w").label_all(NOW)
    assert await read(db) == []
    await said(db, number, "yes", head="needs_response")
    assert [one.intent for one in await read(db)] == [None]


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
