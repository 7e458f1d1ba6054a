"""`rasid run` on the simulated networks: what it says of itself, and every kind of killing."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from listener.demo.world import BRAND
from tests.e2e.conftest import needs_server
from tests.e2e.running import (
    PROCESSES,
    ROUTES,
    Installation,
    alive,
    below,
    brands,
    call,
    installation,
    naming,
    networks,
    until,
)
from tests.e2e.worlds import Served, world

pytestmark = needs_server
DAY = 6.0


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with world(DAY) as found:
        yield found


@pytest.fixture(scope="module")
def made(served: Served) -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="re"))
    with installation(folder, body(served)) as found:
        yield found
    shutil.rmtree(folder)


@pytest.fixture
def house(made: Installation, served: Served) -> Installation:
    """Running and ready, whatever the test before did to it."""
    if made.process is None or made.process.poll() is not None:
        made.write(body(served))
        made.start()
    made.ready()
    return made


def body(served: Served, more: str = "") -> str:
    sections = {name: {**each, "every": "1s"} for name, each in served.urls.options().items()}
    brand = brands(BRAND.name, *BRAND.keywords[1:], hashtags=BRAND.hashtags)
    return brand + networks(sections) + ROUTES + more


def settled(house: Installation, served: Served) -> bool:
    stored = set(house.rows("SELECT network, native_id FROM mentions WHERE gone_at IS NULL"))
    waiting = house.rows(
        "SELECT 1 FROM mentions WHERE state = 'collected'"
        " UNION ALL SELECT 1 FROM matches WHERE state = 'waiting'"
        " UNION ALL SELECT 1 FROM notices WHERE state IN ('pending', 'sending')"
    )
    return served.standing() <= stored and not waiting


def polled(house: Installation) -> dict[str, Metric]:
    """The metrics by name once more than one network was read; the first may come alone."""
    text = house.get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    networks = {s.labels["network"] for s in families["rasid_source_errors"].samples}
    return families if len(networks) > 1 else {}


def test_health_readiness_and_metrics(house: Installation) -> None:
    assert house.get("/healthz").status_code == 200
    assert house.get("/readyz").json() == {"ready": True, "silent": [], "degraded": []}
    families = until(lambda: polled(house), "every source was read once")
    ages = families["rasid_heartbeat_age_seconds"].samples
    assert {sample.labels["process"] for sample in ages} == set(PROCESSES)
    assert {s.labels["state"] for s in families["rasid_matches"].samples} == {"waiting", "decided"}
    assert {s.labels["network"] for s in families["rasid_source_errors"].samples} > {"mastodon"}


def test_a_second_run_on_the_same_folder_is_refused(house: Installation) -> None:
    second = call("--config", house.config, "run")
    assert second.returncode == 1
    assert f"pid {house.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    assert house.get("/healthz").status_code == 200


def test_every_process_is_killed_and_nothing_is_lost(house: Installation, served: Served) -> None:
    served.clock.start()
    before = house.children()
    assert set(before) == {*PROCESSES, "queue"}
    for name in ("collect", "label", "alert", "serve", "queue", "count"):
        os.kill(house.child(name), signal.SIGKILL)
    for name, pid in before.items():
        until(lambda name=name, pid=pid: house.child(name) != pid, f"{name} is started again")
    until(lambda: settled(house, served), "all that was written is stored, labelled, decided")
    house.ready()
    # One server and its watcher: nothing of the one that was killed is on its files.
    until(lambda: len(naming(f"{house.data}/redis.sock")) == 2, "one queue server")
    # A week lay there at the first start: its newest cards come once the backlog is in.
    settled_at = "SELECT at FROM marks WHERE name = 'first_start:settled'"
    until(lambda: house.rows(settled_at), "the first cards are chosen")
    waiting = "SELECT id FROM notices WHERE kind = 'card' AND state != 'sent'"
    until(lambda: not house.rows(waiting), "the first cards are sent")
    cards = house.rows("SELECT id FROM notices WHERE kind = 'card'")
    assert len(cards) == len(house.rows("SELECT id FROM alerts"))
    assert 0 < len(cards) <= 10


def test_the_queue_server_itself_is_killed(house: Installation) -> None:
    server = house.child("queue")
    (watcher,) = until(lambda: below(server), "the server has its watcher")
    os.kill(server, signal.SIGKILL)
    until(lambda: house.child("queue") != server, "the queue is started again")
    until(lambda: not alive(watcher), "the watcher ends with its server")
    assert house.get("/healthz").status_code == 200


def test_sigterm_stops_in_order(house: Installation) -> None:
    running = [house.pid, *below(house.pid)]
    assert house.end(signal.SIGTERM) == 0
    assert not any(alive(pid) for pid in running)
    assert naming(str(house.folder)) == []
    assert house.rows("SELECT process FROM heartbeats") == []
    held = house.rows("SELECT id FROM mentions WHERE state = 'collected' AND taken_by IS NOT NULL")
    assert held == []
    assert "Traceback" not in house.err.read_text()


def test_a_killed_parent_takes_all_with_it(house: Installation) -> None:
    until(lambda: below(house.child("queue")), "the queue server has its watcher")
    running = [house.pid, *below(house.pid)]
    assert len(running) == 2 + len(PROCESSES) + 1  # the queue has a watcher
    house.end(signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in running), "children and queue end", within=40)


def test_sighup_with_errors_names_them_all_and_changes_nothing(
    house: Installation, served: Served
) -> None:
    before = house.children()
    house.write(body(served, '[[routes]]\nname = "lost"\nchannel = "nowhere"\n[colours]\n'))
    os.kill(house.pid, signal.SIGHUP)
    until(lambda: house.said("refused"), "the refusal is logged")
    until(lambda: house.said("colours") and house.said("nowhere"), "each error is named")
    assert house.children() == before
    assert house.get("/readyz").status_code == 200
    killed = house.child("alert")
    os.kill(killed, signal.SIGKILL)  # what is started again has the configuration from before
    again = until(lambda: (pid := house.child("alert")) != killed and pid, "it is started again")
    until(lambda: str(again) in str(house.rows("SELECT worker FROM heartbeats")), "it works")
    house.write(body(served))


def test_sighup_takes_the_new_configuration(house: Installation, served: Served) -> None:
    before = house.children()
    another = '[[brands]]\nname = "مذاق"\nkeywords = ["مذاق"]\n'
    house.write(body(served, another))
    os.kill(house.pid, signal.SIGHUP)
    until(
        lambda: all(house.child(name) != before[name] for name in PROCESSES),
        "all five are started again",
    )
    house.ready()
    assert house.child("queue") == before["queue"]
    assert ("مذاق",) in house.rows("SELECT name FROM brands")


def test_one_process_alone_is_up_but_not_ready(folder: Path) -> None:
    with installation(folder, brands("زين")) as made:
        made.start("serve")
        until(lambda: made.get("/healthz").status_code == 200, "it listens")
        answer = until(lambda: "count" in (a := made.get("/readyz").json())["silent"] and a, "beat")
        assert set(answer["silent"]) == set(PROCESSES) - {"serve"}
        assert made.get("/readyz").status_code == 503
        assert made.end(signal.SIGTERM) == 0


def test_metrics_with_an_address_of_their_own_are_not_where_slack_reaches(folder: Path) -> None:
    with installation(folder, brands("زين")) as made:
        made.metrics_apart()
        made.start("serve")
        until(lambda: made.get("/healthz").status_code == 200, "it listens")
        assert made.get("/metrics").status_code == 404
        apart = httpx.get(f"http://127.0.0.1:{made.apart}/metrics")
        assert "rasid_mentions" in apart.text
        assert httpx.post(f"http://127.0.0.1:{made.apart}/mentions").status_code == 404
        for file in made.data.iterdir():
            assert file.stat().st_mode & 0o077 == 0, file
        assert made.end(signal.SIGTERM) == 0


def test_an_address_that_is_taken_is_said_in_one_line(folder: Path) -> None:
    with installation(folder, brands("زين")) as made, closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", made.port))
        taken.listen()
        alone = call("--config", made.config, "run", "serve")
        assert alone.returncode == 1
        assert "service.listen" in alone.stderr
        assert "Traceback" not in alone.stderr
