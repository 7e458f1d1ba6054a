"""Roll-ups say what the rows say, whatever happened to them and however far the counting is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alerts.numbers import rollups as module
from alerts.numbers.changes import OVERLAP, known_times, marked, stale
from alerts.numbers.numbers import numbers
from alerts.numbers.rollups import Rollups, recount
from alerts.numbers.spans import day_of, month_of, week_of
from listener.records import Author, Engagement, Evidence, Hit
from listener.store.forget import erase
from listener.store.label_rows import as_labels, label_rows
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import counts, labels, matches, mentions
from listener.store.upsert import upsert
from tests.alerts.numbers.by_hand import by_hand
from tests.alerts.numbers.changing import FIRST, Changing
from tests.alerts.numbers.seeded import NOW, label, mention, seed
from tests.alerts.numbers.world import rows_of

TAGS = ("قهوة_رشفان",)
ZONES = ("UTC", "Asia/Riyadh", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")
WEEK = {"since": NOW - timedelta(days=7), "until": NOW}


async def report(db: Database, brand_id: int, since: datetime, until: datetime) -> Any:
    async with db.reading() as connection:
        return await numbers(connection, brand_id, since=since, until=until, hashtags=TAGS)


@pytest.mark.parametrize("seed_number", range(4))
async def test_a_report_from_roll_ups_is_the_report_counted_by_hand(
    db: Database, seed_number: int
) -> None:
    world = await Changing.begin(db, seed_number)
    rng = random.Random(seed_number)
    rollups = Rollups()
    for number in range(60):
        await world.step()
        if rng.random() < 0.4:
            await rollups.some(db, now=world.now)
        if rng.random() < 0.05:
            rollups = Rollups()  # the process was started anew
        if number % 4 == 0:
            day = (FIRST + timedelta(days=rng.randrange(9))).date()
            zone = rng.choice(ZONES)
            make = rng.choice((day_of, month_of, lambda d, z: week_of(d, z, "sunday")))
            span = make(day, zone)
            for brand_id in world.ids.values():
                found = await report(db, brand_id, span.since, span.until)
                assert found == await by_hand(db, brand_id, span.since, span.until, TAGS)


@pytest.mark.parametrize("seed_number", range(2))
async def test_once_all_is_counted_the_roll_ups_alone_say_it(
    db: Database, seed_number: int
) -> None:
    world = await Changing.begin(db, 100 + seed_number)
    rollups = Rollups()
    for _ in range(40):
        await world.step()
        await rollups.some(db, now=world.now)
    await world.decide()
    later = world.now
    for _ in range(3):  # the changes of the last minutes leave the window
        later += OVERLAP + timedelta(seconds=1)
        await rollups.some(db, now=later)
    span = (FIRST - timedelta(days=1), NOW + timedelta(days=1))
    span = (span[0].replace(minute=0), span[1].replace(minute=0))
    for brand_id in world.ids.values():
        async with db.reading() as connection:
            reached = await marked(connection)
            assert reached is not None
            assert not await stale(connection, brand_id, span, since=reached - OVERLAP)
        assert await report(db, brand_id, *span) == await by_hand(db, brand_id, *span, TAGS)


async def test_reports_are_read_from_roll_ups(db: Database) -> None:
    ids = await seed(db, [(mention(1, likes=2), label("negative"))])
    await settled(db)
    async with db.writing() as connection:
        await connection.execute(update(counts).values(mentions=41))
    assert (await report(db, ids["رشفان"], **WEEK)).mentions == 41


async def test_what_is_not_counted_yet_is_read_from_rows(db: Database) -> None:
    ids = await seed(db, [(mention(1), label())])
    await settled(db)
    await seed(db, [(mention(2), label("positive"))])
    found = await report(db, ids["رشفان"], **WEEK)
    assert (found.mentions, found.sentiment) == (2, {"neutral": 1, "positive": 1})


async def test_a_change_that_comes_while_its_hour_is_counted_is_counted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await seed(db, [(mention(1), label("negative"))])
    rollups = await settled(db)
    inner = module.cells_by_hour

    async def counting(*given: Any) -> Any:
        cells = await inner(*given)
        monkeypatch.setattr(module, "cells_by_hour", inner)
        await say(db, 1, "positive", at=NOW + timedelta(hours=1))
        return cells

    await say(db, 1, "neutral", at=NOW + timedelta(hours=1))
    monkeypatch.setattr(module, "cells_by_hour", counting)
    await rollups.some(db, now=NOW + timedelta(hours=1))
    assert await rolled(db) == {"neutral": 1}  # what it saw
    assert (await report(db, ids["رشفان"], **WEEK)).sentiment == {"positive": 1}
    await rollups.some(db, now=NOW + timedelta(hours=1, seconds=5))
    assert await rolled(db) == {"positive": 1}


async def test_a_change_committed_late_is_counted(db: Database) -> None:
    """It was made before the last pass looked, and its transaction ended after."""
    ids = await seed(db, [(mention(1), label("negative"))])
    rollups = await settled(db)
    reached = NOW + timedelta(hours=1)
    await say(db, 1, "neutral", at=reached)
    await rollups.some(db, now=reached)
    await say(db, 1, "positive", at=reached - OVERLAP + timedelta(seconds=10))
    assert (await report(db, ids["رشفان"], **WEEK)).sentiment == {"positive": 1}
    await rollups.some(db, now=reached + timedelta(seconds=5))
    assert await rolled(db) == {"positive": 1}


async def test_an_hour_whose_rows_all_vanish_keeps_no_row(db: Database) -> None:
    ids = await seed(db, [(mention(1), label()), (mention(2), label())])
    rollups = await settled(db)
    assert await rolled(db) == {"neutral": 2}
    later = NOW + timedelta(hours=1)
    async with db.writing() as connection:
        await erase(connection, "mastodon", ["1", "2"], key=b"k" * 32, now=later)
    await rollups.some(db, now=later)
    assert await rows_of(db, counts) == []
    assert (await report(db, ids["رشفان"], **WEEK)).mentions == 0


async def test_an_hour_is_not_counted_again_because_a_late_commit_might_come(db: Database) -> None:
    await seed(db, [(mention(1), label())])
    rollups = await settled(db)
    later = NOW + timedelta(hours=1)
    await say(db, 1, "positive", at=later)
    assert await rollups.some(db, now=later + timedelta(seconds=1)) == 1
    assert await rollups.some(db, now=later + timedelta(seconds=5)) == 0
    assert await Rollups().some(db, now=later + timedelta(seconds=10)) == 1  # remembers nothing


async def test_with_nothing_new_nothing_is_written(db: Database) -> None:
    await seed(db, [(mention(1), label())])
    rollups = await settled(db)
    async with db.reading() as connection:
        before = await marked(connection)
    assert await rollups.some(db, now=NOW + timedelta(days=1)) == 0
    async with db.reading() as connection:
        assert await marked(connection) == before


@pytest.mark.parametrize(
    "odd", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
async def test_a_row_of_an_impossible_time_stops_nothing(db: Database, odd: datetime) -> None:
    ids = await seed(db, [(mention(1), label()), (mention(2), label())])
    async with db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.native_id == "2").values(created_at=odd)
        )
    assert await recount(db, now=NOW) > 0  # the first count of everything
    await recount(db, since=NOW - timedelta(days=1), now=NOW)
    assert await rolled(db) == {"neutral": 1}
    assert (await report(db, ids["رشفان"], **WEEK)).mentions == 1
    first, last = known_times(NOW)
    assert not first <= odd < last


async def test_unknown_stays_unknown_in_a_roll_up(db: Database) -> None:
    ids = await seed(db, [(mention(1), label())])
    await settled(db)
    row = (await rows_of(db, counts))[0]
    assert (row.engagement, row.elsewhere) == (None, None)
    found = await report(db, ids["رشفان"], **WEEK)
    assert (found.engagement, found.elsewhere) == (None, None)


async def test_days_that_part_an_hour_are_whole(db: Database) -> None:
    """The day of Nepal begins at 18:15 UTC, that of India at 18:30."""
    minutes = [0, 14, 15, 29, 30, 59]
    evening = datetime(2026, 11, 18, 18, tzinfo=UTC)
    ids = await seed(
        db, [(mention(n, at=evening + timedelta(minutes=n)), label()) for n in minutes]
    )
    await settled(db)
    for zone, before in (("Asia/Kathmandu", 2), ("Asia/Kolkata", 4)):
        for day, expected in ((18, before), (19, len(minutes) - before)):
            span = day_of(date(2026, 11, day), zone)
            found = await report(db, ids["رشفان"], span.since, span.until)
            assert (found.mentions, found.authors) == (expected, 1), (zone, day)


async def test_a_busy_pass_lets_the_next_one_wait(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "A_SECOND", 1)
    await seed(db, [(mention(n), label()) for n in range(9)])
    rollups = await settled(db)
    later = NOW + timedelta(hours=1)
    async with db.writing() as connection:
        await connection.execute(update(matches).values(changed_at=later))
    assert await rollups.some(db, now=later) == 1
    await say(db, 1, "positive", at=later)
    assert await rollups.some(db, now=later + timedelta(seconds=8)) == 0
    assert await rollups.some(db, now=later + timedelta(seconds=9)) == 1


async def test_an_author_who_is_told_later_is_unknown_no_more(db: Database) -> None:
    ids = await seed(db, [(mention(1, author=None), label())])
    await settled(db)
    assert (await report(db, ids["رشفان"], **WEEK)).authors_unknown == 1
    named = replace(mention(1), author=Author("mastodon", handle="nora"))
    async with db.writing() as connection:
        later = NOW + timedelta(hours=1)
        hits = (Hit("رشفان", (Evidence("رشفان", "text", "رشفان"),)),)
        await add(connection, [Arrival(named, hits)], brand_ids=ids, source="collect", now=later)
    found = await report(db, ids["رشفان"], **WEEK)
    assert (found.authors, found.authors_unknown) == (1, 0)


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> set[tuple[int, datetime]]:
    """(brand id, hour) that cannot be counted, while they stand in it."""
    real, bad = module.count_hours, set[tuple[int, datetime]]()

    async def count_hours(db: Database, wanted: Any, *, now: datetime) -> int:
        hours = list(wanted)
        if bad.intersection(hours):
            raise ValueError("odd")
        return await real(db, hours, now=now)

    monkeypatch.setattr(module, "count_hours", count_hours)
    return bad


async def test_an_hour_that_was_left_out_is_counted_once_it_can_be(
    db: Database, odd: set[tuple[int, datetime]]
) -> None:
    day_before = NOW - timedelta(days=2)
    ids = await seed(db, [(mention(1), label()), (mention(2, at=day_before), label())])
    rollups, later = await settled(db), NOW + timedelta(hours=1)
    odd.add((ids["رشفان"], day_before))
    for number in (1, 2):
        await say(db, number, "positive", at=later)
    for seconds in (0, 5):
        await rollups.some(db, now=later + timedelta(seconds=seconds))
    assert await rolled(db) == {"positive": 1, "neutral": 1}
    odd.clear()
    await rollups.some(db, now=later + timedelta(minutes=2))
    assert await rolled(db) == {"positive": 2}
    assert not rollups.poison


async def test_an_hour_that_the_first_count_left_out_is_in_every_report(
    db: Database, odd: set[tuple[int, datetime]]
) -> None:
    day_before = NOW - timedelta(days=2)
    ids = await seed(db, [(mention(1), label()), (mention(2, at=day_before), label())])
    async with db.writing() as connection:
        past = {"state": "decided", "changed_at": day_before}
        await connection.execute(update(matches).values(past))
    odd.add((ids["رشفان"], day_before))
    await Rollups().some(db, now=NOW)
    assert (await report(db, ids["رشفان"], **WEEK)).mentions == 2
    odd.clear()
    await Rollups().some(db, now=NOW + timedelta(minutes=1))  # after a restart
    assert (await report(db, ids["رشفان"], **WEEK)).mentions == 2
    assert await rolled(db) == {"neutral": 2}


async def test_what_changes_after_the_clock_was_set_back_is_counted(db: Database) -> None:
    ids = await seed(db, [(mention(1), label())])
    rollups = await settled(db)
    ahead, back = NOW + timedelta(days=1), NOW + timedelta(hours=1)
    await say(db, 1, "negative", at=ahead)
    await rollups.some(db, now=ahead)
    await say(db, 1, "positive", at=back)
    await rollups.some(db, now=back + timedelta(minutes=10))
    assert (await report(db, ids["رشفان"], **WEEK)).sentiment == {"positive": 1}
    assert await rolled(db) == {"positive": 1}


async def test_counts_that_nothing_has_stop_no_report(db: Database) -> None:
    most = 2**63 - 1
    rows = [
        replace(
            mention(number, author=f"a{number}", followers=most),
            engagement=Engagement(likes=most, replies=most),
        )
        for number in (1, 2)
    ]
    ids = await seed(db, [(each, label()) for each in [*rows, mention(3, likes=5)]])
    await settled(db)
    found = await report(db, ids["رشفان"], **WEEK)
    assert (found.mentions, found.engagement, found.potential_reach) == (3, 5, None)


async def settled(db: Database) -> Rollups:
    """All that is there is counted, decided, and long past."""
    async with db.writing() as connection:
        await connection.execute(update(matches).values(state="decided"))
    rollups = Rollups()
    await rollups.some(db, now=NOW)
    for minutes in (6, 12):
        await rollups.some(db, now=NOW + timedelta(minutes=minutes))
    return rollups


async def say(db: Database, number: int, sentiment: str, *, at: datetime) -> None:
    """A model relabels the mention with this native id."""
    async with db.writing() as connection:
        row = await connection.execute(
            select(mentions.c.id).where(mentions.c.native_id == str(number))
        )
        of = row.scalar_one()
        said = label_rows(of, 1, as_labels(label(sentiment), "model-1"), now=at)
        await upsert(connection, labels, said, keys=["mention_id", "revision", "head", "source"])
        await connection.execute(
            update(matches).where(matches.c.mention_id == of).values(changed_at=at)
        )


async def rolled(db: Database) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in await rows_of(db, counts):
        found[row.sentiment] = found.get(row.sentiment, 0) + row.mentions
    return found
