"""Cursors and the ledger: what is written is what is read, and what status makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from listener.collecting import cursors, ledger
from listener.collecting.cursors import Cursor
from listener.collecting.ledger import Entry
from listener.collecting.pace import Pace
from listener.collecting.walk import Walk
from listener.store import standing
from listener.store import tables as t
from listener.store.session import Database
from tests.upstream import START

CURSOR = Cursor(
    "plain",
    "search:زين",
    Walk("1", "9", "p2", "7", START, START + timedelta(seconds=1), 3),
    Pace("waiting", "HTTP 429", 2, START + timedelta(minutes=9), START),
    "c0ffee",
)


async def test_a_cursor_comes_back_as_it_was(db: Database) -> None:
    async with db.writing() as connection:
        assert await cursors.load(connection, "plain", "search:زين") == Cursor(
            "plain", "search:زين"
        )
        await cursors.save(connection, CURSOR)
        changed = replace(CURSOR, walk=Walk("9"), pace=Pace("ok"), config=None)
        await cursors.save(connection, replace(CURSOR, read="another"))
        await cursors.save(connection, replace(changed, read="another"))
        assert await cursors.load(connection, "plain", "search:زين") == CURSOR
        assert await cursors.load(connection, "plain", "another") == replace(
            changed, read="another"
        )


async def test_status_shows_every_source_as_json_and_no_backfill(db: Database) -> None:
    async with db.writing() as connection:
        await cursors.save(connection, CURSOR)
        await cursors.save(connection, Cursor("plain", "new"))
        await cursors.save(connection, Cursor("plain", f"{cursors.BACKFILL}2026 search:زين"))
        for note in ("a", "b"):
            await ledger.record(connection, Entry("plain", "search:زين", "gap", note=note), START)
        shown = await standing.sources(connection, START + timedelta(seconds=90))
    assert json.loads(json.dumps(shown)) == [
        {
            "network": "plain",
            "read": "new",
            "id": standing.read_id("plain", "new"),
            "state": "new",
            "why": None,
            "last_success": None,
            "lag_seconds": None,
            "errors": 0,
            "gaps": 0,
            "children": {},
            "next_try": None,
        },
        {
            "network": "plain",
            "read": "search:زين",
            "id": standing.read_id("plain", "search:زين"),
            "state": "waiting",
            "why": "HTTP 429",
            "last_success": "2026-11-22T09:00:00+00:00",
            "lag_seconds": 90,
            "errors": 2,
            "gaps": 2,
            "children": {},
            "next_try": "2026-11-22T09:09:00+00:00",
        },
    ]


async def test_the_ledger_keeps_one_row_an_hour(db: Database) -> None:
    page = Entry("plain", "r", since=START, fetched=10, matched=3, skipped=1)
    async with db.writing() as connection:
        await ledger.record(connection, page, START)
        earlier = replace(page, since=START - timedelta(days=1), until=START)
        await ledger.record(connection, earlier, START + timedelta(minutes=59))
        await ledger.record(connection, page, START + timedelta(minutes=59))
        await ledger.record(connection, replace(page, read="s"), START)
        await ledger.record(connection, page, START + timedelta(minutes=60))
        c = t.ledger.c
        rows = (
            await connection.execute(select(t.ledger).where(c.read == "r").order_by(c.id))
        ).all()
    assert [(r.fetched, r.matched, r.skipped) for r in rows] == [(30, 9, 3), (10, 3, 1)]
    assert (rows[0].since, rows[0].until) == (START - timedelta(days=1), START)
    assert (rows[1].since, rows[1].until) == (START, None)


async def test_gaps_are_told_apart_by_their_reason(db: Database) -> None:
    async with db.writing() as connection:
        for note in ("circle", "circle", "too many"):
            await ledger.record(connection, Entry("plain", "r", "gap", note=note), START)
        rows = (await connection.execute(select(t.ledger.c.note))).scalars().all()
    assert sorted(rows) == ["circle", "too many"]
