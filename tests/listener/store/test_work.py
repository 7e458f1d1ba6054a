"""Leases: nobody holds a row twice, nothing is lost with who held it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from listener.store import work
from listener.store.abandoned import free_lost
from listener.store.mentions import erase
from listener.store.session import Database, open_database
from listener.store.tables import brands, decisions, matches, mentions
from listener.store.work import DECIDE, LABEL, Work
from tests.listener.store.rows import KEY, NOW, STC, ZAIN, mention, read, store
from tests.plans import plans_of

LEASE = timedelta(minutes=1)
EXPIRED = NOW + LEASE + timedelta(seconds=1)


async def _take(
    db: Database,
    kind: Work = LABEL,
    *,
    worker: str = "a",
    now: datetime = NOW,
    limit: int = 100,
    ids: Sequence[int] | None = None,
) -> list[Any]:
    async with db.writing() as connection:
        return await work.take(
            connection, kind, worker=worker, now=now, lease=LEASE, limit=limit, ids=ids
        )


async def _finish(
    db: Database, rows: list[Any], kind: Work = LABEL, *, worker: str = "a", now: datetime = NOW
) -> int:
    async with db.writing() as connection:
        return await work.finish(connection, kind, rows, worker=worker, now=now)


async def _state(db: Database, **values: Any) -> None:
    async with db.writing() as connection:
        await connection.execute(update(mentions).values(**values))


async def test_two_workers_never_hold_the_same_row(db: Database, database_url: str) -> None:
    """Two processes, as far as the database can tell, two tasks in each."""
    await store(db, *(mention(n) for n in range(60)))
    other = open_database(database_url)
    held: list[int] = []

    async def worker(database: Database, name: str) -> None:
        while rows := await _take(database, worker=name, limit=7):
            held.extend(row.id for row in rows)
            await asyncio.sleep(0)
            assert await _finish(database, rows, worker=name) == len(rows)

    try:
        await asyncio.gather(*(worker(d, f"w{n}") for n, d in enumerate((db, other, db, other))))
    finally:
        await other.close()
    assert len(held) == len(set(held)) == 60
    assert {row["state"] for row in await read(db, mentions)} == {"labelled"}


async def test_a_lease_keeps_others_away_until_it_expires(db: Database) -> None:
    await store(db, mention())
    [row] = await _take(db)
    assert (row.taken_by, row.taken_until, row.tries) == ("a", NOW + LEASE, 1)
    assert await _take(db, worker="b") == []
    [again] = await _take(db, worker="b", now=EXPIRED)
    assert (again.taken_by, again.tries) == ("b", 2)


async def test_who_lost_the_lease_finishes_nothing(db: Database) -> None:
    await store(db, mention(1), mention(2))
    rows = await _take(db)
    assert await _finish(db, rows, now=EXPIRED) == 0
    await _take(db, worker="b", now=EXPIRED, limit=1)
    assert await _finish(db, rows, now=NOW) == 1  # the one that nobody took over


async def test_an_edit_meanwhile_is_not_finished(db: Database) -> None:
    await store(db, mention(1), mention(2))
    rows = await _take(db)
    await store(db, mention(1, text="نص آخر"))
    async with db.writing() as connection:
        still = await work.held(connection, LABEL, rows, worker="a", now=NOW)
    assert [row.native_id for row in still] == ["2"]
    assert await _finish(db, rows) == 1
    assert [row.native_id for row in await _take(db)] == ["1"]


async def test_ids_are_a_filter_and_the_oldest_come_first(db: Database) -> None:
    ids = (await store(db, *(mention(n) for n in range(5)))).new
    assert [row.id for row in await _take(db, limit=2)] == ids[:2]
    assert [row.id for row in await _take(db, ids=[ids[4], ids[0], 12345])] == [ids[4]]
    assert await _take(db, ids=[]) == []


async def test_released_rows_are_free_at_once_and_not_suspect(db: Database) -> None:
    await store(db, mention())
    for _ in range(5):
        rows = await _take(db)
        async with db.writing() as connection:
            assert await work.release(connection, LABEL, rows, worker="a", now=NOW) == 1
    assert [row.tries for row in await _take(db)] == [1]


async def test_rows_of_a_worker_that_died_need_not_wait_for_its_lease(db: Database) -> None:
    await store(db, *[mention(n) for n in range(4)])
    await _take(db, worker="label@here:1", limit=2)
    await _take(db, worker="label@here:2", limit=2)
    async with db.writing() as connection:
        freed = await free_lost(connection, LABEL, gone=lambda name: name.endswith(":1"))
    assert freed == 2
    again = await _take(db, worker="label@here:3")
    assert [row.tries for row in again] == [2, 2]  # it counts: a row may have killed its worker


async def test_a_row_that_kills_its_workers_is_found_and_set_aside(db: Database) -> None:
    """Workers that die at once when they hold row 5; all others are done in the end."""
    ids = (await store(db, *(mention(n) for n in range(16)))).new
    poison = ids[5]
    now, deaths = NOW, 0
    sizes = []
    for _ in range(60):
        rows = await _take(db, now=now, limit=8)
        if not rows:
            if not await _free_later(db):
                break
            now += LEASE + timedelta(seconds=1)
        elif poison in {row.id for row in rows}:
            deaths += 1
            sizes.append(len(rows))
        else:
            await _finish(db, rows, now=now)
    rows = await read(db, mentions)
    assert [row["id"] for row in rows if row["state"] == "set_aside"] == [poison]
    assert sum(row["state"] == "labelled" for row in rows) == 15
    assert sizes == [8, 8, 4, 2, 1]
    [bad] = [row for row in rows if row["id"] == poison]
    assert bad["reason"] == "its worker was lost 5 times while it held it"


async def _free_later(db: Database) -> bool:
    async with db.reading() as connection:
        rows = await connection.execute(
            select(mentions.c.id).where(mentions.c.state == "collected")
        )
        return rows.first() is not None


async def test_matches_wait_for_their_labels(db: Database) -> None:
    await store(db, mention(1), mention(2), hits=(ZAIN, STC))
    assert await _take(db, DECIDE) == []
    await _state(db, state="labelled")
    rows = await _take(db, DECIDE, limit=3)
    assert len({(row.mention_id, row.brand_id) for row in rows}) == 3
    assert await _finish(db, rows, DECIDE) == 3
    assert [row.tries for row in await _take(db, DECIDE)] == [1]
    assert sum(row["state"] == "decided" for row in await read(db, matches)) == 3


@pytest.mark.parametrize("how", ["set_aside", "deleted"])
async def test_matches_without_labels_are_decided_too(db: Database, how: str) -> None:
    await store(db, mention())
    if how == "set_aside":
        await _state(db, state="set_aside")
    else:
        async with db.writing() as connection:
            await erase(connection, "mastodon", ["1"], key=KEY, now=NOW)
    assert len(await _take(db, DECIDE)) == 1


async def test_setting_a_match_aside_leaves_a_decision(db: Database) -> None:
    await store(db, mention())
    await _state(db, state="labelled")
    rows = await _take(db, DECIDE)
    async with db.writing() as connection:
        done = await work.set_aside(
            connection, DECIDE, rows, worker="a", reason="KeyError: route", now=NOW
        )
    assert done == 1
    [decision] = await read(db, decisions)
    assert (decision["route"], decision["reason"]) == (None, "failed")
    assert decision["detail"] == {"error": "KeyError: route"}
    assert await _take(db, DECIDE, now=EXPIRED) == []


async def test_read_modify_write_loses_nothing(db: Database) -> None:
    """SQLite's plain defaults lose most of these without an error (BEGIN IMMEDIATE prevents it);
    on PostgreSQL the row is read FOR UPDATE, as the store does."""
    async with db.writing() as connection:
        await connection.execute(insert(brands), [{"id": 1, "name": "n", "role": "0"}])

    async def add_one() -> None:
        for _ in range(10):
            async with db.writing() as connection:
                found = await connection.execute(
                    select(brands.c.role).where(brands.c.id == 1).with_for_update()
                )
                count = int(found.scalar_one())
                await connection.execute(update(brands).values(role=str(count + 1)))

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert [row["role"] for row in await read(db, brands)] == ["200"]


async def test_a_match_is_decided_though_an_older_mention_waits_for_its_label(db: Database) -> None:
    ids = (await store(db, *(mention(n) for n in range(4)))).new
    async with db.writing() as connection:
        labelled = update(mentions).where(mentions.c.id.in_([ids[0], ids[3]]))
        await connection.execute(labelled.values(state="labelled"))
    assert await _take(db, DECIDE, ids=ids[1:3]) == []
    first = await _take(db, DECIDE, now=NOW)  # older than all that wait: a range of the index
    assert [row.mention_id for row in first] == [ids[0]]
    assert [row.mention_id for row in await _take(db, DECIDE, now=NOW)] == [ids[3]]
    assert await _take(db, DECIDE, now=NOW) == []


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_next_matches_are_found_without_reading_the_decided_ones(db: Database) -> None:
    await store(db, *(mention(n) for n in range(4)))
    await _state(db, state="labelled")
    with plans_of(db) as plans:
        rows = await _take(db, DECIDE)
        async with db.writing() as connection:
            assert len(await work.finish_mine(connection, DECIDE, rows, worker="a", now=NOW)) == 4
    steps = [plan for plan in plans if "matches" in plan]
    assert any("ix_matches_waiting" in step for step in steps)
    assert not [step for step in steps if "SCAN" in step and "ix_matches_waiting" not in step]


async def test_finish_mine_returns_what_it_finished_and_nobody_elses(db: Database) -> None:
    await store(db, *(mention(n) for n in range(3)), hits=(ZAIN, STC))
    mine = await _take(db, limit=2)
    async with db.writing() as connection:
        await connection.execute(
            update(mentions).where(mentions.c.id == mine[0].id).values(taken_by="b")
        )
        done = await work.finish_mine(connection, LABEL, mine, worker="a", now=NOW)
        assert done == mine[1:]
        assert await work.finish_mine(connection, LABEL, mine, worker="a", now=NOW) == []
        assert await work.finish_mine(connection, LABEL, [], worker="a", now=NOW) == []
    states = [row["state"] for row in await read(db, mentions)]
    assert states == ["collected", "labelled", "collected"]
    await _state(db, state="labelled")
    late = await _take(db, DECIDE)
    async with db.writing() as connection:
        assert await work.finish_mine(connection, DECIDE, late, worker="a", now=EXPIRED) == []
        assert await work.finish_mine(connection, DECIDE, late, worker="a", now=NOW) == late
