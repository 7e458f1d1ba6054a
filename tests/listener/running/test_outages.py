"""After an outage of the database work resumes at once, and nothing is called well before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import text

from listener.labelling import label
from listener.labelling.label import Labeller
from listener.running import sweep
from listener.running.pulse import ReportRun
from listener.running.queues import LABEL
from listener.running.sweep import work
from listener.running.workers import release_mine
from listener.store.session import Database
from listener.store.tables import mentions
from listener.store.work import LABEL as LABELLING
from tests.listener.store.rows import NOW, Model, mention, read, store

OURS = "label@here:1"


def _refuse(table: str) -> list[str]:
    """As on a full disk: nothing can be written to ``table``."""
    return [
        "CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
        f"CREATE TRIGGER full_ BEFORE INSERT ON {table} EXECUTE FUNCTION full_()",
    ]


async def _execute(db: Database, *statements: str) -> None:
    async with db.writing() as connection:
        for statement in statements:
            await connection.execute(text(statement))


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_a_worker_takes_back_what_it_holds_itself(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk filled up between taking rows and writing their labels, so that they could not even
    be given back: the clock stands still here, and no lease runs out."""
    await store(db, *(mention(n, f"نص {n}") for n in range(20)))
    await _execute(db, *_refuse("labels"))

    async def away(*_given: object, **_more: object) -> None:
        return None

    monkeypatch.setattr(label, "hand_back", away)
    labeller, stop = Labeller(db, Model(), worker=OURS), asyncio.Event()
    report = ReportRun("label", 3.0, lambda: NOW)
    failures: list[int] = []

    async def some(ids: Sequence[int] | None) -> int:
        return await labeller.label_some(ids, now=NOW)

    async def waited(_stop: asyncio.Event, _woken: asyncio.Event, seconds: float) -> None:
        assert seconds <= sweep.AWAY
        failures.append(report.failures)
        if len(failures) == 4:
            await _execute(db, "DROP TRIGGER full_ ON labels")
        if len(failures) == 5:
            stop.set()

    monkeypatch.setattr(sweep, "_either", waited)
    give_back = partial(release_mine, db, LABELLING, OURS, now=NOW)
    with caplog.at_level(logging.INFO):
        await work(some, stop, queue=LABEL, url=None, report=report, give_back=give_back)
    assert failures == [1, 2, 3, 4, 0]
    rows = await read(db, mentions)
    assert {(row["state"], row["tries"]) for row in rows} == {("labelled", 0)}
    assert len(rows) == 20
    assert not any(record.exc_info for record in caplog.records), "an outage has no traces"


async def test_what_cannot_be_given_back_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Errors in a row" does not fall to zero on a good answer while nothing can be stored."""
    report, stop = ReportRun("label", 3.0, lambda: NOW), asyncio.Event()
    calls: list[str] = []
    failures: list[int] = []

    async def some(_ids: Sequence[int] | None) -> int:
        calls.append("some")
        if len(calls) == 1:
            raise OSError("no space left")
        return 0  # nothing is free: we hold it ourselves

    async def give_back() -> None:
        calls.append("give back")
        if len(calls) < 4:
            raise OSError("no space left")

    async def waited(_stop: asyncio.Event, _woken: asyncio.Event, _seconds: float) -> None:
        failures.append(report.failures)
        if len(failures) == 4:
            stop.set()

    monkeypatch.setattr(sweep, "_either", waited)
    await work(some, stop, queue=LABEL, url=None, report=report, give_back=give_back)
    assert failures == [1, 2, 3, 0]
    assert calls == ["some", "give back", "give back", "give back", "some"]


async def test_another_error_is_told_with_its_trace_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    waits: list[float] = []

    async def some(_ids: Sequence[int] | None) -> int:
        raise ValueError("a bug")

    async def waited(_stop: asyncio.Event, _woken: asyncio.Event, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 50:
            stop.set()

    monkeypatch.setattr(sweep, "_either", waited)
    await work(some, stop, queue=LABEL, url=None)
    assert [bool(record.exc_info) for record in caplog.records] == [True] + 49 * [False]
