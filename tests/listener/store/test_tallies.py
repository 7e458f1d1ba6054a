"""How many rows there are, without reading them all, is how many there are."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from listener.records import Hit
from listener.store import tallies as module
from listener.store.mentions import Arrival, add
from listener.store.overview import overview
from listener.store.prune import remove
from listener.store.session import Database
from listener.store.tables import matches, mentions, tallies
from listener.store.tallies import OVERLAP, Totals, tally, totals
from tests.alerts.numbers.seeded import NOW, mention, seed


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 4)


async def counted(db: Database) -> Totals:
    """By reading them all."""
    async with db.reading() as connection:
        return Totals(
            *[
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (mentions, matches)
            ]
        )


async def told(db: Database) -> Totals:
    async with db.reading() as connection:
        return await totals(connection)


async def kept(db: Database) -> int:
    async with db.reading() as connection:
        found = await connection.execute(select(func.count()).select_from(tallies))
        return int(found.scalar_one())


@pytest.mark.parametrize("seed_number", range(4))
async def test_totals_are_those_of_the_rows_whatever_changes(
    db: Database, seed_number: int
) -> None:
    rng = random.Random(seed_number)
    ids = await seed(db, [(mention(n), None) for n in range(1, 12)])
    now = NOW
    for number in range(20, 60):
        now += timedelta(seconds=rng.choice((1, 70, 400)))
        way = rng.random()
        async with db.writing() as connection:
            if way < 0.4:  # new, or known and now matched by another brand as well
                hits = tuple(Hit(name, ()) for name in rng.choice((["منافس"], [], list(ids))))
                arrival = Arrival(mention(rng.choice((number, number % 11 + 1))), hits)
                await add(connection, [arrival], brand_ids=ids, source="collect", now=now)
            elif way < 0.6:
                every = (await connection.execute(select(mentions.c.id))).scalars().all()
                await remove(connection, rng.sample(every, k=min(2, len(every))))
            elif way < 0.8:
                await connection.execute(update(matches).values(state="decided", changed_at=now))
        if rng.random() < 0.5:
            await tally(db, now=now)
        assert await told(db) == await counted(db)


async def test_blocks_that_are_whole_are_counted_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seed(db, [(mention(n), None) for n in range(1, 14)])
    async with db.writing() as connection:
        await connection.execute(update(matches).values(state="decided"))
    later = NOW + 2 * OVERLAP
    assert await tally(db, now=NOW) == 0  # a row of an earlier id might still be on its way
    assert await tally(db, now=later) == 3
    assert await tally(db, now=later + 2 * OVERLAP) == 0
    asked: list[tuple[int, int]] = []
    inner = module._count

    async def watched(connection: object, first: int, end: int) -> Totals:
        asked.append((first, end))
        return await inner(connection, first, end)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_count", watched)
    assert await told(db) == Totals(13, 13)
    assert asked == [(3, 4)]  # the newest alone


async def test_rows_that_are_removed_are_counted_no_more(db: Database) -> None:
    await seed(db, [(mention(n), None) for n in range(1, 14)])
    async with db.writing() as connection:
        await connection.execute(update(matches).values(state="decided"))
    await tally(db, now=NOW + 2 * OVERLAP)
    assert await kept(db) == 3
    async with db.writing() as connection:
        await remove(connection, [1, 2, 9])
    assert await kept(db) == 1
    assert await told(db) == Totals(10, 10)


async def test_the_overview_adds_up(db: Database) -> None:
    await seed(db, [(mention(n), None) for n in range(1, 10)])
    async with db.writing() as connection:
        for state, ids in (("labelled", range(1, 7)), ("set_aside", (7,))):
            await connection.execute(
                update(mentions).where(mentions.c.id.in_(ids)).values(state=state)
            )
        await connection.execute(
            update(matches).where(matches.c.mention_id < 7).values(state="decided")
        )
    await tally(db, now=NOW + 2 * OVERLAP)
    async with db.reading() as connection:
        found = await overview(connection)
    assert found["mentions"] == {"collected": 2, "labelled": 6, "set_aside": 1}
    assert found["matches"] == {"waiting": 3, "decided": 6}


async def test_what_changes_after_the_clock_was_set_back_is_told(db: Database) -> None:
    ids = await seed(db, [(mention(n), None) for n in range(1, 14)])
    async with db.writing() as connection:
        await connection.execute(update(matches).values(state="decided"))
    assert await tally(db, now=NOW + timedelta(days=1)) > 0
    back = NOW + timedelta(hours=1)
    async with db.writing() as connection:
        arrival = Arrival(mention(1), (Hit("منافس", ()),))
        await add(connection, [arrival], brand_ids=ids, source="collect", now=back)
        await connection.execute(update(matches).values(state="decided"))
    await tally(db, now=back + timedelta(minutes=10))
    assert await told(db) == await counted(db)
