from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from alerts.numbers.comparing import as_far
from alerts.numbers.due import summary_of
from alerts.numbers.numbers import numbers
from alerts.numbers.seals import seal
from alerts.numbers.spans import Span, before, month_of, week_of
from alerts.numbers.summary import Summary
from alerts.numbers.summary_text import lines
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import ledger, queries
from listener.words import words
from listener.words.bidi import strip_isolates
from tests.alerts.numbers.seeded import label, mention, seed

ZONE = "Asia/Riyadh"
SETTINGS = Settings.model_validate(
    {
        "service": {"week_starts": "sunday", "timezone": ZONE},
        "brands": [{"name": "رشفان", "keywords": ["رشفان"]}],
    }
)
WEEK = week_of(date(2026, 11, 18), ZONE, "sunday")  # 15 to 21 November
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)  # noon in Riyadh
OVER = datetime(2026, 11, 23, tzinfo=UTC)


async def told(db: Database, days: list[float], *, now: datetime, **gap: Any) -> Summary:
    """The summary of WEEK at ``now``; ``days``: each one mention, so many days after its Sunday."""
    rows = [
        (mention(n, at=WEEK.since + timedelta(days=day, hours=10)), label())
        for n, day in enumerate(days)
    ]
    ids = await seed(db, rows)
    if gap:
        async with db.writing() as connection:
            await connection.execute(insert(ledger), [{**GAP, **gap}])
    return await summed(db, ids, now=now)


async def summed(db: Database, ids: dict[str, int], *, now: datetime) -> Summary:
    async with db.reading() as connection:
        return await summary_of(connection, SETTINGS, SETTINGS.brands[0], WEEK, ids, now=now)


def said(summary: Summary, language: Any = "en") -> str:
    return strip_isolates("\n".join(lines(summary, words(language))))


GAP = {"network": "mastodon", "read": "search:x", "kind": "gap", "at": OVER}


async def test_a_week_that_runs_is_set_against_the_same_days_of_the_one_before(
    db: Database,
) -> None:
    seen = await told(db, [-7, -6, -4.875, -3, -2, -1, 0, 1], now=TUESDAY)
    assert seen.compared.numbers is not None
    assert (seen.now.mentions, seen.compared.numbers.mentions) == (
        2,
        2,
    )  # that Tuesday's came at one
    text = said(seen)
    assert "Not over yet: counted so far, until 17 November 2026, 12:00." in text
    assert "2 mentions (as many as in the same days before)" in text
    assert "لم تنتهِ المدة بعد" in said(seen, "ar")


async def test_a_week_that_is_over_is_set_against_the_whole_one_before(db: Database) -> None:
    seen = await told(db, [-7, -6, -1, 0, 1, 6], now=OVER)
    assert seen.compared.numbers is not None
    assert seen.compared.numbers.mentions == 3
    assert "Not over" not in said(seen)


async def test_a_week_that_has_not_begun_is_counted_and_compared_with_nothing(
    db: Database,
) -> None:
    seen = await told(db, [-7, -6], now=WEEK.since - timedelta(days=1))
    assert seen.compared.refused == "ahead"
    assert said(seen).splitlines()[1:] == [
        "This time has not begun yet; there is nothing to count."
    ]


async def test_nothing_is_compared_with_a_week_that_was_not_listened_for_from_its_beginning(
    db: Database,
) -> None:
    ids = await seed(db, [(mention(n, at=WEEK.since + timedelta(days=n - 3)), label())
                          for n in range(6)])  # fmt: skip
    async with db.writing() as connection:  # an import brought what lies before
        await connection.execute(update(queries).values(since=WEEK.since - timedelta(days=2)))
    seen = await summed(db, ids, now=OVER)
    assert (seen.compared.numbers, seen.compared.refused) == (None, "unwatched")
    assert "fewer" not in said(seen)
    assert "more" not in said(seen).split("\n")[1]


@pytest.mark.parametrize("days", [-4, 2], ids=["the week before", "this week"])
async def test_a_fall_is_not_told_where_windows_were_never_read(db: Database, days: int) -> None:
    at = WEEK.since + timedelta(days=days)
    seen = await told(db, [-7, -6, -5, 0], now=OVER, since=at, until=at + timedelta(hours=3))
    assert (seen.compared.numbers, seen.compared.refused) == (None, "gaps")
    assert "were never read" in said(seen).split("\n")[1]


async def test_a_rise_stands_although_some_of_this_week_was_never_read(db: Database) -> None:
    at = WEEK.since + timedelta(days=2)
    seen = await told(db, [-7, 0, 1], now=OVER, since=at, until=at + timedelta(hours=3))
    assert "100% more than before" in said(seen)


async def test_a_part_of_a_week_whose_rows_are_gone_is_not_guessed(db: Database) -> None:
    ids = await seed(db, [(mention(1, at=WEEK.since + timedelta(hours=1)), label())])
    earlier = before(WEEK, "sunday")
    async with db.writing() as connection:
        of = ids["رشفان"]
        then = await numbers(connection, of, since=earlier.since, until=earlier.until)
        await seal(connection, of, earlier.key, then, now=TUESDAY)
    assert (await summed(db, ids, now=TUESDAY)).compared.refused == "sealed"


@pytest.mark.parametrize(
    ("span", "now", "moment"),
    [
        # noon of the third day in Riyadh is noon of the third day a week before
        (WEEK, TUESDAY, TUESDAY - timedelta(days=7)),
        (WEEK, OVER, WEEK.since),  # over: all of it
        # the 31st of March against a February that ends before: all of February
        (
            month_of(date(2026, 3, 1), ZONE),
            datetime(2026, 3, 31, 9, tzinfo=UTC),
            month_of(date(2026, 3, 1), ZONE).since,
        ),
        # Beirut puts its clocks forward on 29 March 2026: the hours of the clock count
        (
            week_of(date(2026, 4, 1), "Asia/Beirut", "monday"),
            datetime(2026, 4, 1, 6, tzinfo=UTC),
            datetime(2026, 3, 25, 7, tzinfo=UTC),
        ),
    ],
)
def test_as_far_means_as_many_days_and_hours_of_the_clock(
    span: Span, now: datetime, moment: datetime
) -> None:
    starts: Any = "monday" if span.zone == "Asia/Beirut" else "sunday"
    assert as_far(span, before(span, starts), now) == moment
