"""Rows through one compiled statement are the rows that SQLAlchemy itself writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import DateTime, insert, select, text, update
from sqlalchemy.dialects.sqlite import aiosqlite

from listener.store.bulk import Encoded, insert_rows, new_ids
from listener.store.session import Database
from listener.store.tables import UtcTime, alerts, brands, heartbeats, mentions
from tests.listener.store.rows import NOW, mention, read, store

ODD = datetime(2026, 11, 22, 0, 30, 0, 7, timezone(timedelta(hours=3, minutes=30)))
ROWS: list[dict[str, Any]] = [
    {
        "worker": "a@h:1",
        "process": "a",
        "pid": 1,
        "started_at": NOW,
        "at": NOW,
        "detail": {"ن": [1.5, None, "\u2028"]},
    },
    {
        "worker": "b@h:1",
        "process": "b",
        "pid": 2**31 - 1,
        "started_at": ODD,
        "at": NOW,
        "detail": [],
    },
    {"worker": "ج@h:1", "process": "ج", "pid": 0, "started_at": NOW, "at": ODD, "detail": None},
]


async def _raw(db: Database) -> list[Any]:
    """As the columns hold it, JSON and times unread."""
    async with db.reading() as connection:
        rows = await connection.execute(
            text(
                "SELECT process, pid, CAST(started_at AS TEXT), CAST(at AS TEXT), "
                "CAST(detail AS TEXT) FROM heartbeats ORDER BY pid"
            )
        )
        return [tuple(row) for row in rows]


async def test_they_are_written_as_sqlalchemy_writes_them(db: Database) -> None:
    async with db.writing() as connection:
        await connection.execute(insert(heartbeats), ROWS)
    want = await _raw(db)
    async with db.writing() as connection:
        await connection.execute(heartbeats.delete())
        await insert_rows(connection, heartbeats, ROWS, keys=None)
    assert await _raw(db) == want
    assert [row["started_at"] for row in await read(db, heartbeats)] == [NOW, ODD, NOW]


async def test_what_was_encoded_before_is_stored_as_it_is(db: Database) -> None:
    async with db.writing() as connection:
        row = {**ROWS[0], "detail": Encoded('{"dialect": "glf"}')}
        await insert_rows(connection, heartbeats, [row, {**ROWS[1], "detail": {"x": 1}}])
    assert [row["detail"] for row in await read(db, heartbeats)] == [{"dialect": "glf"}, {"x": 1}]


async def test_a_conflict_replaces_is_left_out_or_is_an_error(db: Database) -> None:
    newer = {**ROWS[0], "pid": 7}
    async with db.writing() as connection:
        await insert_rows(connection, heartbeats, ROWS)
        await insert_rows(connection, heartbeats, [newer])
    assert (await read(db, heartbeats))[0]["pid"] == 1
    async with db.writing() as connection:
        await insert_rows(connection, heartbeats, [newer], keys=["worker"], replace=True)
    assert (await read(db, heartbeats))[0]["pid"] == 7
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with db.writing() as connection:
            await insert_rows(connection, heartbeats, [newer], keys=None)


async def test_a_naive_time_is_a_bug(db: Database) -> None:
    naive = {**ROWS[0], "at": NOW.replace(tzinfo=None)}
    with pytest.raises(Exception, match="naive datetime"):
        async with db.writing() as connection:
            await insert_rows(connection, heartbeats, [naive])


def test_times_are_the_text_that_sqlalchemy_writes_for_sqlite() -> None:
    dialect = aiosqlite.dialect()  # type: ignore[no-untyped-call]
    plain = DateTime().dialect_impl(dialect).bind_processor(dialect)
    ours = UtcTime().bind_processor(dialect)
    back = UtcTime().result_processor(dialect, None)
    assert plain
    assert ours
    assert back
    for moment in (NOW, ODD, datetime(1, 1, 2, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert ours(moment) == plain(moment.astimezone(UTC).replace(tzinfo=None))
        assert back(ours(moment)) == moment
    assert (ours(None), back(None)) == (None, None)


async def test_new_ids_are_nobody_elses(db: Database) -> None:
    [first] = (await store(db, mention(1))).new
    async with db.writing() as connection:
        ids = list(await new_ids(connection, mentions, 3))
        assert len({first, *ids}) == 4
        brand = (await connection.execute(select(brands.c.id).limit(1))).scalar_one()
        row = {"brand_id": brand, "route": "r", "channel": "c", "group_key": "g", "state": "open"}
        times = dict.fromkeys(("opened_at", "published_at", "changed_at"), NOW)
        row |= {"urgency": "low", **times}
        [one] = await new_ids(connection, alerts, 1)
        await insert_rows(connection, alerts, [{"id": one, **row}], keys=None)
        made = await connection.execute(  # by the database's own count
            insert(alerts).values({**row, "group_key": "h"}).returning(alerts.c.id)
        )
        assert made.scalar_one() != one
        await connection.execute(update(mentions).values(state="labelled"))
    assert first not in (await store(db, mention(2), mention(3))).new
