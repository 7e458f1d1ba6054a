from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import insert, select, update

from alerts.numbers.due import due_at, make_due, summary_of
from alerts.numbers.spans import month_of, week_of
from alerts.numbers.summary_text import html, lines
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import biases, matches, mentions, notices, samples
from listener.words import words
from listener.words.bidi import strip_isolates
from tests.alerts.numbers.seeded import NOW, label, mention, seed

SETTINGS = Settings.model_validate(
    {
        "service": {"week_starts": "sunday", "timezone": "Asia/Riyadh"},
        "brands": [
            {
                "name": "رشفان",
                "keywords": ["رشفان"],
                "hashtags": ["قهوة_رشفان"],
                "competitors": ["منافس"],
                "summary": {"channel": "care", "language": "ar"},
            },
            {"name": "منافس", "keywords": ["منافس"], "role": "competitor"},
        ],
        "channels": {"care": {"kind": "console"}},
        "summary": {"week": "sun 09:00", "month": "1st 09:00"},
    }
)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)  # the week of 15 to 21 November is over
IN_WEEK = datetime(2026, 11, 18, 9, tzinfo=UTC)


async def week(db: Database) -> dict[str, int]:
    ids = await seed(
        db,
        [
            (mention(n, author=str(n), followers=10, tags=("قهوة_رشفان",), at=IN_WEEK), said)
            for n, said in enumerate([label("negative", "complaint")] * 2 + [label("positive")])
        ]
        + [(mention(9, at=IN_WEEK - timedelta(days=7)), label())],
    )
    await seed(db, [(mention(50, at=IN_WEEK), label())], brand="منافس")
    return ids


async def sent(db: Database) -> list[Any]:
    async with db.reading() as connection:
        return list((await connection.execute(select(notices).order_by(notices.c.subject))).all())


async def test_a_missed_summary_is_made_later_and_only_once(db: Database) -> None:
    ids = await week(db)
    before = datetime(2026, 11, 22, 5, 59, tzinfo=UTC)  # one minute before 09:00 in Riyadh
    assert await make_due(db, SETTINGS, ids, now=before) == 1  # October's, and nothing else
    assert await make_due(db, SETTINGS, ids, now=MONDAY) == 1
    assert await make_due(db, SETTINGS, ids, now=MONDAY + timedelta(days=2)) == 0
    week_row = (await sent(db))[-1]
    assert (week_row.subject, week_row.channel) == (f"summary:{ids['رشفان']}:2026-W47", "care")
    assert "3 مشاركات" in week_row.body["text"]


async def test_a_week_before_anybody_listened_has_no_summary(db: Database) -> None:
    ids = await week(db)  # the brand is there since 23 October
    assert await make_due(db, SETTINGS, ids, now=datetime(2026, 10, 20, tzinfo=UTC)) == 0


def test_a_summary_is_due_at_the_first_such_moment_after_its_week() -> None:
    span = week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")
    assert due_at("week", span, SETTINGS).astimezone(UTC) == datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_the_summary_says_the_numbers_in_words(
    db: Database, language: Literal["ar", "en"]
) -> None:
    ids = await week(db)
    span = week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")
    async with db.reading() as connection:
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=MONDAY)
    said = strip_isolates("\n".join(lines(summary, words(language))))
    expected = {
        "ar": (
            "15–21 نوفمبر 2026",
            "3 مشاركات",
            "200%",
            "استخدمه 3 أشخاص",
            "مشاركتان تحتاجان",
            "30",
        ),
        "en": ("15–21 November 2026", "3 mentions", "200%", "used by 3 people", "2 mentions need"),
    }[language]
    for part in expected:
        assert part in said
    for unknown in ("Reach: ", "الوصول: ", "Engagement: ", "التفاعل: "):
        assert unknown not in said  # left out, never shown as 0
    page = html(summary, words(language))
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page
    plain = json.loads(summary.as_json())
    assert plain["now"]["mentions"] == 3
    assert plain["compared"]["numbers"]["mentions"] == 1
    assert plain["now"]["reach"] is None
    assert plain["voice"] == {"رشفان": 3, "منافس": 1}
    assert plain["span"] == {
        "kind": "week",
        "name": "2026-W47",
        "first": "2026-11-15",
        "last": "2026-11-21",
        "zone": "Asia/Riyadh",
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "منها مشاركتان تبدوان عن شيء آخر"),
        ("en", "2 of these seem to be about something else"),
    ],
)
async def test_the_summary_marks_what_seems_to_be_about_something_else(
    db: Database, language: Literal["ar", "en"], said: str
) -> None:
    ids = await week(db)
    span = week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")
    async with db.writing() as connection:
        await connection.execute(
            update(matches).where(matches.c.mention_id.in_([1, 2])).values(about=0.2)
        )
    async with db.reading() as connection:
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=MONDAY)
    assert said in strip_isolates("\n".join(lines(summary, words(language))))
    assert json.loads(summary.as_json())["now"]["elsewhere"] == 2


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "لا يُعرف وقت كتابتها"), ("en", "has no known time")]
)
async def test_the_summary_marks_what_nobody_knows_the_time_of(
    db: Database, language: Any, said: str
) -> None:
    ids, span = await week(db), week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")

    async def text() -> str:
        async with db.reading() as connection:
            summary = await summary_of(
                connection, SETTINGS, SETTINGS.brands[0], span, ids, now=MONDAY
            )
        return "\n".join(lines(summary, words(language)))

    assert said not in await text()
    async with db.writing() as connection:
        one = update(mentions).where(mentions.c.native_id == "1")
        await connection.execute(one.values(created_known=False))
    assert said in await text()


async def test_a_week_without_mentions_says_so(db: Database) -> None:
    ids = await seed(db, [(mention(1, at=NOW - timedelta(days=60)), label())])
    span = week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")
    async with db.reading() as connection:
        summary = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=MONDAY)
    assert "لم تُرصد أي مشاركة" in "\n".join(lines(summary, words("ar")))


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_a_week_asks_for_a_sample_until_there_is_one(db: Database, language: Any) -> None:
    ids = await week(db)
    span = week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")

    async def told() -> list[str]:
        async with db.reading() as connection:
            made = await summary_of(connection, SETTINGS, SETTINGS.brands[0], span, ids, now=MONDAY)
        return [strip_isolates(line) for line in lines(made, words(language))]

    def command(line: str) -> bool:
        return 'rasid model sample --brand "رشفان"' in line

    assert [command(line) for line in (await told())[-1:]] == [True]
    row = {"brand_id": ids["رشفان"], "network": "", "seed": 1, "since": NOW, "until": NOW,
           "texts": 9, "made_by": "huda", "made_at": NOW}  # fmt: skip
    right = {"accuracy": 0.75}
    bias = {"brand_id": ids["رشفان"], "network": "", "version": "bias-1", "model": "m",
            "negative": 0.5, "positive": 0.0, "width": 1.0, "labels": 40, "samples": [1],
            "measured": {"before": {"accuracy": 0.5}, "after": right, "error": 0.1},
            "learned": "x", "since": NOW, "fitted_at": NOW}  # fmt: skip
    async with db.writing() as connection:
        await connection.execute(insert(samples), [row])
        await connection.execute(insert(biases), [bias])
    last = (await told())[-1]
    assert not command(last)
    assert "75%" in last
    async with db.writing() as connection:
        await connection.execute(update(biases).values(since=None))
    assert "50%" in (await told())[-1]


async def test_nobody_asks_for_a_sample_in_a_competitors_summary_or_a_months(db: Database) -> None:
    ids = await week(db)
    for brand, span in (
        (SETTINGS.brands[1], week_of(IN_WEEK.date(), "Asia/Riyadh", "sunday")),
        (SETTINGS.brands[0], month_of(IN_WEEK.date(), "Asia/Riyadh")),
    ):
        async with db.reading() as connection:
            made = await summary_of(connection, SETTINGS, brand, span, ids, now=MONDAY)
        assert "rasid model" not in "\n".join(lines(made, words("en")))
