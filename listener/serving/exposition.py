"""Prometheus text from what ``rasid status --json`` says.

No label holds an address or a query: an address may carry a secret, and both change. A source is
its network and a short id; ``rasid status --json`` says which read that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from listener.store.latencies import Histogram, Step

GROUPS = ("mentions", "matches", "alerts", "notices")
MEANING: Mapping[Step, str] = {
    "decided": "from stored to decided, first revisions",
    "delivered": "from decided to shown in the channel, cards and follow-ups",
}


def exposition(status: Mapping[str, Any], latencies: Mapping[Step, Histogram]) -> bytes:
    """``status``: what ``rasid status --json`` prints. Nothing is read but what is handed in."""
    registry = CollectorRegistry()
    registry.register(_Given([*_states(status), *_sources(status["sources"]),
                              *_workers(status["workers"]), *_jobs(status["jobs"]),
                              *_slack(status["slack"]), *_latencies(latencies)]))  # fmt: skip
    return generate_latest(registry)


class _Given(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _states(status: Mapping[str, Any]) -> Iterator[Metric]:
    for group in GROUPS:
        family = GaugeMetricFamily(f"rasid_{group}", f"{group} by state", labels=["state"])
        for state, number in status[group].items():
            family.add_metric([state], number)
        yield family


def _sources(sources: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    names = ["network", "read"]
    lag = GaugeMetricFamily("rasid_source_lag_seconds", "since its last success", labels=names)
    errors = GaugeMetricFamily("rasid_source_errors", "errors in a row", labels=names)
    gaps = GaugeMetricFamily("rasid_source_gaps", "windows never read", labels=names)
    for source in sources:
        at = [source["network"], source["id"]]
        if source["lag_seconds"] is not None:
            lag.add_metric(at, source["lag_seconds"])
        errors.add_metric(at, source["errors"])
        gaps.add_metric(at, source["gaps"])
    yield from (lag, errors, gaps)


def _workers(workers: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    names = ["process", "worker"]
    age = GaugeMetricFamily("rasid_heartbeat_age_seconds", "since it beat", labels=names)
    for worker in workers:
        age.add_metric([worker["process"], worker["worker"]], worker["age_seconds"])
    yield age


def _jobs(jobs: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    names = ["job", "worker"]
    failures = GaugeMetricFamily("rasid_job_failures", "failures in a row", labels=names)
    well = GaugeMetricFamily("rasid_job_up", "1: runs and does not fail", labels=names)
    skipped = GaugeMetricFamily("rasid_job_skipped", "left out: it fails on them", labels=names)
    last = GaugeMetricFamily(
        "rasid_job_last_success_timestamp_seconds", "of its last success", labels=names
    )
    for job in jobs:
        at = [job["job"], job["worker"]]
        failures.add_metric(at, job["failures"])
        well.add_metric(at, float(job["state"] not in ("failing", "late")))
        skipped.add_metric(at, len(job["skipped"]))
        if job["last_success"]:
            last.add_metric(at, datetime.fromisoformat(job["last_success"]).timestamp())
    yield from (failures, well, skipped, last)


def _slack(connections: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    names = ["channel", "worker"]
    up = GaugeMetricFamily("rasid_slack_connected", "1: clicks are heard", labels=names)
    since = GaugeMetricFamily(
        "rasid_slack_since_timestamp_seconds", "since when it is so", labels=names
    )
    lost = CounterMetricFamily("rasid_slack_disconnects", "since serve started", labels=names)
    for connection in connections:
        at = [connection["channel"], connection["worker"]]
        up.add_metric(at, float(connection["connected"]))
        since.add_metric(at, datetime.fromisoformat(connection["since"]).timestamp())
        lost.add_metric(at, connection["disconnects"])
    yield from (up, since, lost)


def _latencies(latencies: Mapping[Step, Histogram]) -> Iterator[Metric]:
    for step, histogram in latencies.items():
        buckets = [("+Inf" if math.isinf(le) else str(le), float(n)) for le, n in histogram.buckets]
        yield HistogramMetricFamily(
            f"rasid_{step}_seconds", MEANING[step], buckets=buckets, sum_value=histogram.seconds
        )
