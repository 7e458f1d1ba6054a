"""What is asked often costs the same at any size: no question walks a table that grows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from alerts.desk.actions import wake_snoozed
from alerts.numbers.changes import changes, mark, stale
from alerts.numbers.due import summary_of
from alerts.numbers.numbers import numbers
from alerts.numbers.rollups import Rollups, recount
from alerts.numbers.spans import last_full, week_of
from alerts.operators.silence import Watch
from alerts.outbox.notice_rows import anything_due, anything_open
from alerts.outbox.reconcile import mark_stale
from benchmarks.numbers import SETTINGS
from benchmarks.year import CROWDED, NOW, TAG, Year, write_year
from listener.cli.counting import usual
from listener.settings import Settings
from listener.store.heartbeats import workers
from listener.store.job_rows import standings
from listener.store.latencies import histograms
from listener.store.overview import overview
from listener.store.prune import KeepRule, expired
from listener.store.session import Database
from listener.store.standing import sources
from listener.store.tables import counts, labels, matches, mentions
from listener.store.tallies import tally
from listener.store.work import DECIDE, LABEL, take
from tests.alerts.numbers.by_hand import by_hand
from tests.alerts.numbers.world import rows_of, size

ROWS = 400
GROWING = ("mentions", "matches", "labels", "decisions", "alerts", "notices", "ledger", "counts")
PARTIAL = ("ix_mentions_collected", "ix_mentions_set_aside", "ix_matches_waiting", "ix_ledger_gaps")
SMALL = ("ix_alerts_state", "ix_notices_state_due")
"""Indexes of all alerts and all notices, a hundredth of the mentions, which ``status`` counts."""


@asynccontextmanager
async def plans(db: Database) -> AsyncIterator[list[str]]:
    """The plan of every statement that is run meanwhile, a line a step."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        if not many and re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", sql):
            statements.append((sql, values))

    engines = {db.read.sync_engine, db.write.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    found: list[str] = []
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if db.dialect == "sqlite" else "EXPLAIN"
    async with db.writing() as connection:
        if db.dialect == "postgresql":  # so few rows are read whole: is there another way at all?
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for sql, values in statements:
            steps = await connection.exec_driver_sql(f"{explain} {sql}", values)
            found += [f"{step[-1]}   <- {' '.join(sql.split())[:300]}" for step in steps]


def walks(plan: list[str]) -> list[str]:
    """Steps that read a growing table, or an index over the whole of it, from end to end."""
    tables = "|".join(GROWING)
    whole = re.compile(rf"(SCAN|Seq Scan on) ({tables})\b")
    return [step for step in plan if whole.search(step) and not any(i in step for i in PARTIAL)]


ASKED: dict[str, Callable[[Database, Year], Awaitable[Any]]] = {}


def asked(question: Callable[[Database, Year], Awaitable[Any]]) -> None:
    ASKED[question.__name__] = question


@asked
async def outbox(db: Database, year: Year) -> None:
    async with db.reading() as connection:
        await anything_due(connection, "care", year.now)
        await anything_open(connection, "care", year.now)
    await mark_stale(db, "care", year.now)


@asked
async def snoozes(db: Database, year: Year) -> None:
    await wake_snoozed(db, now=year.now)


@asked
async def work(db: Database, year: Year) -> None:
    for kind in (LABEL, DECIDE):
        async with db.writing() as connection:
            await take(
                connection, kind, worker="w", now=year.now, lease=timedelta(minutes=1), limit=9
            )


@asked
async def counting(db: Database, year: Year) -> None:
    await Rollups().some(db, now=year.now + timedelta(days=1))
    await tally(db, now=year.now + timedelta(days=1))
    async with db.reading() as connection:
        await changes(connection, year.now - timedelta(hours=1), now=year.now)
        span = (year.now - timedelta(days=9), year.now)
        await stale(connection, 1, span, since=year.now - timedelta(hours=1))


@asked
async def watching(db: Database, year: Year) -> None:
    watch = Watch(Settings(), usual(Settings()))
    await watch.look(db, now=year.now)
    await watch.look(db, now=year.now + timedelta(seconds=30))


@asked
async def health(db: Database, year: Year) -> None:
    async with db.reading() as connection:
        await workers(connection, year.now)
        await standings(connection, year.now)
        await histograms(connection)


@asked
async def status(db: Database, year: Year) -> None:
    async with db.reading() as connection:
        await sources(connection, year.now)
        await overview(connection)


@asked
async def retention(db: Database, year: Year) -> None:
    keep = KeepRule(timedelta(days=400), {"youtube": timedelta(days=300)})
    async with db.reading() as connection:
        await expired(connection, keep, now=year.now, open_from=year.now - timedelta(days=30))


@asked
async def report(db: Database, year: Year) -> None:
    span = week_of(CROWDED.date(), "Asia/Kathmandu", "sunday")
    async with db.reading() as connection:
        await summary_of(
            connection, SETTINGS, SETTINGS.brands[0], span, year.brand_ids, now=year.now
        )


@pytest.mark.parametrize("question", list(ASKED))
async def test_no_question_walks_a_growing_table(db: Database, question: str) -> None:
    year = await write_year(db, ROWS)
    async with db.writing() as connection:
        await mark(connection, NOW)  # as if all had been counted
    async with plans(db) as plan:
        await ASKED[question](db, year)
    assert plan
    bad = [step for step in walks(plan) if not (question == "status" and _small(step))]
    assert bad == []


def _small(step: str) -> bool:
    return any(index in step for index in SMALL)


async def test_the_same_year_is_written_on_both_databases(db: Database) -> None:
    await write_year(db, ROWS)
    assert await size(db, mentions) == ROWS
    assert await size(db, matches) == 412
    assert await size(db, labels) == 3 * ROWS
    rows = await rows_of(db, mentions)
    said = "".join(f"{row.network}{row.author_id}{row.text}{row.created_at}" for row in rows)
    assert hashlib.sha256(said.encode()).hexdigest()[:12] == "ede251d203ca"
    assert sum(CROWDED <= row.created_at < CROWDED + timedelta(hours=1) for row in rows) == 100


async def test_reports_of_a_year_are_those_counted_by_hand(db: Database) -> None:
    year = await write_year(db, ROWS)
    await recount(db, now=NOW)
    async with db.reading() as connection:
        assert (await connection.execute(select(counts.c.hour).distinct())).all()
    for kind in ("week", "month"):
        span = last_full(kind, CROWDED + timedelta(days=30), "Asia/Kolkata", "monday")  # type: ignore[arg-type]
        for brand_id in year.brand_ids.values():
            async with db.reading() as connection:
                found = await numbers(
                    connection, brand_id, since=span.since, until=span.until, hashtags=[TAG]
                )

            expected = await by_hand(db, brand_id, span.since, span.until, [TAG])
            assert found == replace(expected, gaps=found.gaps)
