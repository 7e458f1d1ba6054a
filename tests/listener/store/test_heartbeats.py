"""Who is alive is told by worker, not by the name of a process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from listener.store.heartbeats import FRESH, REMEMBERED, arrive, beat, farewell, silent, workers
from listener.store.job_rows import LATE, standings
from listener.store.session import Database

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def beats(db: Database, worker: str, now: datetime = NOW, **more: Any) -> None:
    given = {"pid": 1, "started": NOW, "detail": {}, **more}
    await beat(db, worker, worker.partition("@")[0], now=now, **given)


async def found(db: Database, now: datetime = NOW) -> dict[str, str]:
    async with db.reading() as connection:
        return {each["worker"]: each["state"] for each in await workers(connection, now)}


def job(name: str = "rollups", **values: Any) -> dict[str, Any]:
    row = {"every": 5.0, "failures": 0, "last_success": NOW, "last_failure": None, "why": None}
    return {"job": name, **row, "next_at": NOW, "skipped": [], **values}


async def test_of_two_that_label_the_one_that_died_is_seen(db: Database) -> None:
    await beats(db, "label@a:1")
    await beats(db, "label@b:1")
    later = NOW + FRESH + SECOND
    await beats(db, "label@b:1", later)
    assert await found(db, later) == {"label@a:1": "silent", "label@b:1": "ok"}
    async with db.reading() as connection:
        assert silent(await workers(connection, later), {"label", "alert"}) == ["alert"]


async def test_a_process_none_of_whose_workers_beats_is_silent(db: Database) -> None:
    await beats(db, "label@a:1")
    await beats(db, "label@b:1")
    async with db.reading() as connection:
        assert silent(await workers(connection, NOW + FRESH), {"label"}) == []
        assert silent(await workers(connection, NOW + FRESH + SECOND), {"label"}) == ["label"]


async def test_who_stops_in_good_order_says_farewell_for_itself_alone(db: Database) -> None:
    await beats(db, "label@a:1", standings=[job()])
    await beats(db, "label@b:1", standings=[job()])
    await farewell(db, "label@a:1", now=NOW)
    assert await found(db) == {"label@b:1": "ok"}
    async with db.reading() as connection:
        assert [each["worker"] for each in await standings(connection, NOW)] == ["label@b:1"]


async def test_a_new_worker_takes_the_place_of_one_that_died_here(db: Database) -> None:
    for name in ("label@a:1", "label@a:2", "alert@a:1", "label@b:1"):
        await beats(db, name)
    assert await arrive(db, "label", gone=lambda worker: worker.endswith("@a:1"), now=NOW) == 1
    assert set(await found(db)) == {"label@a:2", "alert@a:1", "label@b:1"}


async def test_deaths_in_a_row_are_counted_until_one_has_lived_a_minute(db: Database) -> None:
    now, counted = NOW, []
    for lived in (5, 5, 5, 61, 5):
        deaths = await arrive(db, "label", gone=lambda _worker: True, now=now)
        counted.append(deaths)
        died = now + lived * SECOND
        await beats(db, "label@a:1", died, started=now, detail={"deaths": deaths})
        now = died + 10 * SECOND
    assert counted == [0, 1, 2, 3, 1]
    await farewell(db, "label@a:1", now=NOW)
    assert await arrive(db, "label", gone=lambda _worker: True, now=now) == 0


async def test_who_died_a_day_ago_is_forgotten(db: Database) -> None:
    await beats(db, "label@pod-1:1")
    later = NOW + REMEMBERED + SECOND
    assert await found(db, later) == {}
    await arrive(db, "serve", gone=lambda _worker: False, now=later)
    assert await found(db, NOW) == {}


async def test_jobs_are_told_by_worker_with_what_they_leave_out(db: Database) -> None:
    left = [{"item": "زين", "why": "ValueError", "until": NOW.isoformat()}]
    failing = job("summaries", failures=3, why="KeyError: x", last_success=None, skipped=left)
    await beats(db, "count@a:1", standings=[job(), failing, job("new", last_success=None)])
    async with db.reading() as connection:
        rows = {each["job"]: each for each in await standings(connection, NOW)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "rollups": "ok", "summaries": "failing", "new": "new",
    }  # fmt: skip
    assert (rows["summaries"]["why"], rows["summaries"]["skipped"]) == ("KeyError: x", left)
    assert rows["rollups"]["last_success"] == NOW.isoformat()


async def test_a_job_that_hangs_is_late(db: Database) -> None:
    later = NOW + LATE + SECOND
    await beats(db, "count@a:1", later, standings=[job(), job("woken", next_at=None)])
    async with db.reading() as connection:
        rows = {each["job"]: each["state"] for each in await standings(connection, later)}
    assert rows == {"rollups": "late", "woken": "ok"}


async def test_jobs_of_a_worker_that_no_longer_beats_are_not_told(db: Database) -> None:
    await beats(db, "count@a:1", standings=[job()])
    async with db.reading() as connection:
        assert await standings(connection, NOW + FRESH + SECOND) == []
