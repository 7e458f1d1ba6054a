"""What a monitoring system is told: read back with Prometheus' own parser."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from listener.serving.exposition import exposition
from listener.serving.health import readyz, slack_of
from listener.store.heartbeats import FRESH, HEALTHY, beat
from listener.store.latencies import Histogram
from listener.store.session import Database
from listener.store.standing import read_id

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADDRESS = "feed:https://news.example/rss?token=s3cret"
QUERY = 'search:"a rival\'s name" OR زين'
PROCESSES = frozenset({"label", "serve"})


def job(**values: Any) -> dict[str, Any]:
    row = {"every": 5.0, "failures": 0, "last_success": NOW, "last_failure": None, "why": None}
    return {"job": "rollups", **row, "next_at": None, "skipped": [], **values}


async def beats(db: Database, worker: str, now: datetime = NOW, **more: Any) -> None:
    given: dict[str, Any] = {"pid": 1, "started": NOW, "detail": {}, **more}
    await beat(db, worker, worker.partition("@")[0], now=now, **given)


def source(read: str) -> dict[str, Any]:
    row = {"network": "rss", "read": read, "id": read_id("rss", read)}
    return {**row, "lag_seconds": 3, "errors": 0, "gaps": 1}


def status(**more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {name: {} for name in ("mentions", "matches", "alerts", "notices")}
    return {**empty, "sources": [], "workers": [], "jobs": [], "slack": [], **more}


def families(found: dict[str, Any], **latencies: Any) -> dict[str, Metric]:
    text = exposition(found, latencies).decode()  # type: ignore[arg-type]
    return {family.name: family for family in text_string_to_metric_families(text)}


async def test_ready_when_each_process_has_a_worker_that_beats(db: Database) -> None:
    await beats(db, "label@a:1")
    assert await readyz(db, PROCESSES, NOW) == (
        503, {"ready": False, "silent": ["serve"], "degraded": []},
    )  # fmt: skip
    await beats(db, "serve@a:2")
    assert await readyz(db, PROCESSES, NOW) == (
        200, {"ready": True, "silent": [], "degraded": []},
    )  # fmt: skip


async def test_one_of_two_workers_that_died_is_named_and_takes_nothing_away(db: Database) -> None:
    later = NOW + FRESH + timedelta(seconds=1)
    await beats(db, "label@a:1")
    await beats(db, "label@b:1", later)
    await beats(db, "serve@a:2", later)
    code, said = await readyz(db, PROCESSES, later)
    assert (said["degraded"], code) == (["worker:label@a:1"], 200)


async def test_a_failing_job_and_a_lost_slack_connection_are_named(db: Database) -> None:
    lost = {"connected": False, "since": NOW.isoformat(), "error": "invalid_auth", "disconnects": 2}
    await beats(db, "label@a:1", standings=[job(failures=1, why="KeyError")])
    await beats(db, "serve@a:2", detail={"slack": {"care": lost}})
    code, said = await readyz(db, PROCESSES, NOW)
    assert (said["degraded"], code) == (["job:rollups", "slack:care"], 200)


async def test_a_database_that_cannot_be_read_is_503_with_its_fault(db: Database) -> None:
    async with db.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE heartbeats")
    code, said = await readyz(db, PROCESSES, NOW)
    assert (said["ready"], code) == (False, 503)
    assert said["database"] == "tables"


async def test_who_died_is_seen_at_once_and_not_after_a_minute(db: Database) -> None:
    for worker in ("label@a:1", "serve@a:2"):
        await beats(db, worker)
    code, said = await readyz(db, PROCESSES, NOW, gone=lambda worker: worker == "label@a:1")
    assert (code, said["silent"]) == (503, ["label"])


async def test_who_dies_again_and_again_is_not_ready_until_it_has_lived_a_minute(
    db: Database,
) -> None:
    await beats(db, "serve@a:2")
    for deaths, ready in ((1, 200), (2, 503)):
        await beats(db, "label@a:1", detail={"deaths": deaths})
        assert (await readyz(db, PROCESSES, NOW))[0] == ready
    await beats(db, "label@a:1", NOW + HEALTHY, detail={"deaths": 2})
    assert (await readyz(db, PROCESSES, NOW + HEALTHY))[0] == 200


async def test_while_no_heartbeat_can_be_written_only_the_dead_are_blamed(db: Database) -> None:
    for worker in ("label@a:1", "serve@a:2"):
        await beats(db, worker)
    later = NOW + 10 * FRESH
    for gone, silent in ((lambda _: False, []), (lambda worker: "label" in worker, ["label"])):
        code, said = await readyz(db, PROCESSES, later, gone=gone, trouble="full")
        assert (code, said["database"], said["silent"]) == (503, "full", silent)


def test_no_label_holds_an_address_or_a_query() -> None:
    found = families(status(sources=[source(ADDRESS), source(QUERY)]))
    labels = [s.labels for s in found["rasid_source_errors"].samples]
    assert [each["network"] for each in labels] == ["rss", "rss"]
    assert [each["read"] for each in labels] == [read_id("rss", ADDRESS), read_id("rss", QUERY)]
    text = exposition(status(sources=[source(ADDRESS), source(QUERY)]), {}).decode()
    for secret in ("s3cret", "news.example", "rival", "زين"):
        assert secret not in text


def test_the_short_name_of_a_read_stays_and_tells_two_apart() -> None:
    assert read_id("rss", ADDRESS) == "8dcbca4df8"  # dashboards are written with it
    assert read_id("rss", ADDRESS) != read_id("rss", QUERY)


def test_latencies_are_a_histogram_that_prometheus_reads() -> None:
    decided = Histogram(((0.5, 2), (60.0, 5), (math.inf, 6)), 4_000.5)
    family = families(status(), decided=decided)["rasid_decided_seconds"]
    assert family.type == "histogram"
    found = {(s.name, s.labels.get("le")): s.value for s in family.samples}
    assert found == {
        ("rasid_decided_seconds_bucket", "0.5"): 2,
        ("rasid_decided_seconds_bucket", "60.0"): 5,
        ("rasid_decided_seconds_bucket", "+Inf"): 6,
        ("rasid_decided_seconds_count", None): 6,
        ("rasid_decided_seconds_sum", None): 4_000.5,
    }


def test_workers_jobs_and_slack_are_there_by_name() -> None:
    worker = {"process": "label", "worker": "label@a:1", "age_seconds": 4}
    run = {"job": "rollups", "worker": "count@a:1", "failures": 3, "state": "failing",
           "skipped": [{}], "last_success": NOW.isoformat()}  # fmt: skip
    slack = {"channel": "care", "worker": "serve@a:2", "connected": True,
             "since": NOW.isoformat(), "error": None, "disconnects": 2}  # fmt: skip
    found = families(status(workers=[worker], jobs=[run], slack=[slack]))
    values = {name: [s.value for s in family.samples] for name, family in found.items()}
    assert values["rasid_heartbeat_age_seconds"] == [4]
    assert (values["rasid_job_failures"], values["rasid_job_up"]) == ([3], [0])
    assert values["rasid_job_skipped"] == [1]
    assert values["rasid_job_last_success_timestamp_seconds"] == [NOW.timestamp()]
    assert (values["rasid_slack_connected"], values["rasid_slack_disconnects"]) == ([1], [2])
    assert found["rasid_job_up"].samples[0].labels == {"job": "rollups", "worker": "count@a:1"}


def test_a_serve_that_died_says_nothing_of_its_connection() -> None:
    standing = {"connected": True, "since": NOW.isoformat(), "error": None, "disconnects": 0}
    dead = {"worker": "serve@a:1", "state": "silent", "detail": {"slack": {"care": standing}}}
    assert slack_of([dead]) == []
    assert slack_of([{**dead, "state": "ok"}]) == [
        {"channel": "care", "worker": "serve@a:1", **standing}
    ]
