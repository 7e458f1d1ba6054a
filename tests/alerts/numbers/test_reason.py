"""A week says which day stands out, and what was told on it, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import insert, select, update

from alerts.numbers.due import summary_of
from alerts.numbers.reason import Reason
from alerts.numbers.spans import month_of, week_of
from alerts.numbers.summary import Summary
from alerts.numbers.summary_text import lines
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, mentions
from listener.words import words
from listener.words.bidi import strip_isolates
from tests.alerts.numbers.seeded import label, mention, seed

SETTINGS = Settings.model_validate(
    {
        "service": {"week_starts": "sunday", "timezone": "Asia/Riyadh"},
        "brands": [{"name": "رشفان", "keywords": ["رشفان"]}],
    }
)
SUNDAY = datetime(2026, 11, 15, 9, tzinfo=UTC)
WEEK = week_of(SUNDAY.date(), "Asia/Riyadh", "sunday")
AFTER = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def said(db: Database, *negative: int) -> int:
    """So many negative mentions on each day from Sunday, and one that is not; the brand's id."""
    rows = []
    for day, many in enumerate(negative):
        at = SUNDAY + timedelta(days=day)
        for n in range(many):
            rows.append((mention(100 * day + n, author=f"{day}.{n}", at=at), label("negative")))
        rows.append((mention(100 * day + 99, author=f"{day}", at=at), label("positive")))
    return (await seed(db, rows))["رشفان"]


async def summary(db: Database, brand: int, *, month: bool = False) -> Summary:
    span = month_of(SUNDAY.date(), "Asia/Riyadh") if month else WEEK
    async with db.reading() as connection:
        return await summary_of(
            connection, SETTINGS, SETTINGS.brands[0], span, {"رشفان": brand}, now=AFTER
        )


async def test_the_day_with_far_more_negative_mentions_than_the_others_is_named(
    db: Database,
) -> None:
    brand = await said(db, 2, 3, 9, 1, 2)
    made = await summary(db, brand)
    tuesday = (SUNDAY + timedelta(days=2)).date()
    assert made.reason == Reason(tuesday, negative=9, total=17, usual=2)
    assert (await summary(db, brand, month=True)).reason is None


@pytest.mark.parametrize(
    "negative",
    [
        (2, 2, 2, 2, 2),  # as every day
        (5, 6, 9, 6, 5),  # more, but not so much more
        (0, 0, 4, 0, 0),  # four are few
        (1, 1, 9),  # three days are no week
        (),
    ],
)
async def test_where_no_day_stands_out_nothing_is_said(
    db: Database, negative: tuple[int, ...]
) -> None:
    assert (await summary(db, await said(db, *negative))).reason is None


async def test_a_day_on_which_nothing_was_seen_makes_no_day_usual(db: Database) -> None:
    brand = await said(db, 4, 5, 4, 6)  # the other three days of the week are empty
    assert (await summary(db, brand)).reason is None


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_what_most_told_on_that_day_is_quoted(
    db: Database, language: Literal["ar", "en"]
) -> None:
    brand = await said(db, 2, 2, 9, 2, 2)
    async with db.writing() as connection:
        of_day = mentions.c.native_id.in_([str(n) for n in range(200, 204)])
        ids = list((await connection.execute(select(mentions.c.id).where(of_day))).scalars())
        first = update(mentions).where(mentions.c.id == ids[0])
        await connection.execute(first.values(text="سحب التطبيق المبلغ مرتين"))
        alert = {
            "id": 1,
            "brand_id": brand,
            "route": "r",
            "channel": "c",
            "published_at": SUNDAY,
            "group_key": "g",
            "state": "open",
            "urgency": "normal",
        }
        await connection.execute(
            insert(alerts), [{**alert, "opened_at": AFTER, "changed_at": AFTER}]
        )
        held = [{"alert_id": 1, "mention_id": n, "at": AFTER, "folded": n != ids[0]} for n in ids]
        await connection.execute(insert(alert_mentions), held)
    made = await summary(db, brand)
    assert made.reason is not None
    assert (made.reason.told, made.reason.text) == (4, "سحب التطبيق المبلغ مرتين")
    text = strip_isolates("\n".join(lines(made, words(language))))
    expected = {
        "ar": "أبرز أيام الأسبوع: الثلاثاء 17 نوفمبر، فيه 9 من أصل 17 من المشاركات السلبية، "
        "والمعتاد في اليوم 2. وأكثر ما تكرر فيه، في 4 مشاركات: سحب التطبيق المبلغ مرتين",
        "en": "The day that stands out: Tuesday 17 November, with 9 of the 17 negative mentions; "
        "2 a day is usual. Told most on it, by 4 mentions: سحب التطبيق المبلغ مرتين",
    }[language]
    assert expected in text.split("\n")
