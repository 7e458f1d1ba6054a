"""The jobs of ``count`` share nothing but the process: one that fails stops no other."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alerts.numbers import retention, rollups
from listener.cli import counting
from listener.cli.house import House
from listener.cli.processes import count
from listener.clock import SteeredClock
from listener.running.queues import asleep
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.store.brand_rows import sync_brands
from listener.store.session import Database
from listener.store.tables import counts, cursors, matches, mentions, notices, queries
from tests.alerts.numbers.seeded import BRANDS, label, mention, seed

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = ("rollups", "tallies", "summaries", "silence", "tokens", "retention")
ODD, FINE = (brand.name for brand in BRANDS)
SETTINGS: dict[str, Any] = {
    "service": {"operators": "ops", "language": "en", "timezone": "UTC"},
    "channels": {"ops": {"kind": "console"}},
    "retention": {"mentions": "30d"},
    "brands": [
        {"name": name, "keywords": [name], "summary": {"channel": "ops"}} for name in (ODD, FINE)
    ],
}


async def house_of(db: Database, clock: SteeredClock) -> House:
    settings = Settings.model_validate(SETTINGS)
    brands = brands_of(settings)
    async with db.writing() as connection:
        ids = await sync_brands(connection, brands, clock.now() - timedelta(days=60))
    return House(settings, db, brands, ids, None, asleep, clock, True)


async def seeded(db: Database) -> None:
    """Work for every job: a mention past its time, a silent source, a week without a summary."""
    await seed(db, [(mention(1, at=START - timedelta(days=50)), label())])
    async with db.writing() as connection:
        old = START - timedelta(days=50)
        await connection.execute(mentions.update().values(collected_at=old))
        await connection.execute(matches.update().values(state="decided"))
        source = {"network": "mastodon", "read": "hashtag:a", "state": "refused", "errors": 1}
        await connection.execute(insert(cursors), [source])
        await connection.execute(queries.update().values(since=old))


async def lived(house: House, clock: SteeredClock, seconds: float = 600) -> dict[str, Any]:
    """The reports of the jobs after so long."""
    stop = asyncio.Event()
    running = asyncio.create_task(count(house, stop))
    async with asyncio.timeout(30):  # each job sleeps by itself: with fewer this never settles
        await clock.advance(seconds, sleepers=len(NAMES))
    stop.set()
    await running
    return {report.job: report.row() for report in house.pulse.unwritten()}


@pytest.mark.parametrize("broken", NAMES)
async def test_a_job_that_fails_keeps_no_other_from_its_work(
    db: Database, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_args: Any, **_more: Any) -> None:
        raise OverflowError("the year 9999")

    place = {
        "rollups": (counting.Rollups, "some"),
        "tallies": (counting, "tally"),
        "summaries": (counting, "make_due"),
        "silence": (counting.Watch, "look"),
        "tokens": (counting.TokenWatch, "look"),
        "retention": (counting.Pruner, "some"),
    }[broken]
    monkeypatch.setattr(*place, fails)
    clock = SteeredClock(START)
    house = await house_of(db, clock)
    await seeded(db)
    rows = await lived(house, clock)
    assert set(rows) == set(NAMES)
    assert {name for name, row in rows.items() if row["failures"]} == {broken}
    assert "9999" in rows[broken]["why"]
    assert all(rows[name]["last_success"] for name in NAMES if name != broken)
    async with db.reading() as connection:
        subjects = set((await connection.execute(select(notices.c.subject))).scalars())
        left = (await connection.execute(select(mentions.c.id))).all()
    assert any(s.startswith("summary:") for s in subjects) is (broken != "summaries")
    assert any(s.endswith(":refused") for s in subjects) is (broken != "silence")
    assert any(s.endswith(":job") for s in subjects)  # the operators hear of the broken one
    assert (left == []) is (broken != "retention")


async def test_a_brand_whose_summary_fails_leaves_the_others_theirs(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_due = counting.make_due

    async def poisoned(db: Database, settings: Settings, *args: Any, **more: Any) -> int:
        if any(brand.name == ODD for brand in settings.brands):
            raise ValueError("an odd row")
        return await make_due(db, settings, *args, **more)

    monkeypatch.setattr(counting, "make_due", poisoned)
    clock = SteeredClock(START)
    house = await house_of(db, clock)
    await seeded(db)
    rows = await lived(house, clock, seconds=60)
    assert rows["summaries"]["failures"] == 0
    assert [each["item"] for each in rows["summaries"]["skipped"]] == [ODD]
    async with db.reading() as connection:
        subjects = (await connection.execute(select(notices.c.subject))).scalars().all()
    ours = house.brand_ids[FINE]
    assert {s.split(":")[1] for s in subjects if s.startswith("summary:")} == {str(ours)}


async def test_an_hour_that_cannot_be_counted_leaves_the_others_counted_and_the_mark_behind(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteeredClock(START)
    house = await house_of(db, clock)
    await seed(db, [(mention(1, at=START - timedelta(days=2)), label())])
    await lived(house, clock, seconds=10)
    odd, fine = START - timedelta(hours=5), START - timedelta(hours=3)
    count_hours = rollups.count_hours

    async def poisoned(db: Database, wanted: Any, *, now: datetime) -> int:
        hours = list(wanted)
        if any(hour == odd for _brand, hour in hours):
            raise OverflowError("an odd row")
        return await count_hours(db, hours, now=now)

    monkeypatch.setattr(rollups, "count_hours", poisoned)
    await seed(db, [(mention(2, at=odd), label()), (mention(3, at=fine), label())])
    async with db.writing() as connection:
        await connection.execute(matches.update().values(changed_at=clock.now()))
    rows = await lived(house, clock, seconds=900)  # longer than a late commit is waited for
    assert rows["rollups"]["failures"] == 0
    (left,) = rows["rollups"]["skipped"]
    assert left["item"] == f"brand 1, {odd:%Y-%m-%d %H}:00"
    async with db.reading() as connection:
        hours = set((await connection.execute(select(counts.c.hour))).scalars())
    assert fine in hours
    assert odd not in hours
    monkeypatch.setattr(rollups, "count_hours", count_hours)
    await lived(house, clock, seconds=30)  # another life: the mark has waited
    async with db.reading() as connection:
        hours = set((await connection.execute(select(counts.c.hour))).scalars())
    assert odd in hours


async def test_a_mention_that_cannot_be_removed_leaves_the_others_removed(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteeredClock(START)
    house = await house_of(db, clock)
    old = START - timedelta(days=50)
    await seed(db, [(mention(number, at=old), label()) for number in range(40)])
    async with db.writing() as connection:
        await connection.execute(matches.update().values(state="decided"))
        await connection.execute(mentions.update().values(collected_at=old))
    remove = retention.remove

    async def poisoned(connection: Any, ids: Any) -> int:
        if 7 in ids:
            raise ValueError("an odd row")
        return await remove(connection, ids)

    monkeypatch.setattr(retention, "remove", poisoned)
    rows = await lived(house, clock, seconds=90)
    assert rows["retention"]["failures"] == 0
    assert [each["item"] for each in rows["retention"]["skipped"]] == ["mention 7"]
    async with db.reading() as connection:
        assert (await connection.execute(select(mentions.c.id))).scalars().all() == [7]
