"""Without internet and without a queue server: it stays up, says so, and the sweep does it all."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from listener.cli import main, trying
from listener.collecting.source import Source
from listener.collecting.sources import queries_of
from listener.networks import BUILT, build
from tests.e2e.running import (
    ENVIRONMENT,
    ROUTES,
    Installation,
    brands,
    call,
    free_port,
    installation,
    networks,
    until,
)

SECRET = "between us"


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    """Every network refuses connections; no queue; mentions can be handed in."""
    away = f"127.0.0.1:{free_port()}"
    sections = {
        "mastodon": {"api_url": f"http://{away}", "every": "1s"},
        "bluesky": {"api_url": f"http://{away}", "stream": f"ws://{away}/subscribe"},
        "hackernews": {"api_url": f"http://{away}"},
        "rss": {"feeds": [f"http://{away}/feed.xml"]},
        "webhook": {"secret": "env:HOOK"},
    }
    slack = '[channels.desk]\nkind = "slack"\nchannel = "C1"\ntoken = "env:HOOK"\n'
    slack += f'signing_secret = "env:HOOK"\napi_url = "http://{away}/api/"\n'
    folder = Path(tempfile.mkdtemp(prefix="re"))
    ENVIRONMENT["HOOK"] = SECRET
    body = brands("رشفان", hashtags=["رشفان"]) + networks(sections) + ROUTES + slack
    with installation(folder, body, redis="none") as made:
        made.start()
        made.ready()
        yield made
        assert made.end(signal.SIGTERM) == 0
    del ENVIRONMENT["HOOK"]
    shutil.rmtree(folder)


def sent(house: Installation, value: object, signature: str | None = None) -> httpx.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return house.post("/mentions", body, X_Rasid_Signature=signature or f"sha256={digest}")


def test_status_says_what_is_unreachable_and_when_it_is_tried_again(house: Installation) -> None:
    def told() -> list[dict[str, object]]:
        status = call("--config", house.config, "status", "--json")
        assert status.returncode == 0, status.stderr
        found = json.loads(status.stdout)
        groups = {"sources", "mentions", "matches", "alerts", "notices", "workers", "jobs", "slack"}
        assert groups | {"service", "channels", "database", "version"} <= set(found)
        # A round of what is stored has nothing to ask for here.
        sources = [source for source in found["sources"] if source["read"] != "refresh"]
        names = {source["network"] for source in sources}
        whole = names == {"mastodon", "bluesky", "hackernews", "rss", "jetstream"}
        return sources if whole and {s["state"] for s in sources} == {"unreachable"} else []

    keys = {"network", "read", "state", "last_success", "lag_seconds", "errors", "gaps", "next_try"}
    for source in until(told, "every source is unreachable"):
        assert keys <= set(source)
        assert source["last_success"] is None
        assert source["lag_seconds"] is None
        assert source["errors"] > 0
        assert datetime.fromisoformat(source["next_try"]).tzinfo is not None
    said = call("--config", house.config, "status").stdout
    assert "Mastodon, hashtag:رشفان: unreachable" in said
    assert "next try" in said
    assert house.get("/readyz").status_code == 200
    assert "Traceback" not in house.err.read_text()


def test_a_mention_handed_in_is_labelled_and_decided_by_the_sweep(house: Installation) -> None:
    now = datetime.now(UTC).isoformat()
    record = {"id": "a1", "text": "طلبي من رشفان ما وصل للحين، وش السالفة؟", "author": "nora"}
    record["created_at"] = now
    answer = sent(house, record)
    assert answer.status_code == 202
    assert answer.json()["stored"] == answer.json()["matched"] == 1
    query = (
        "SELECT m.id, m.state, d.reason FROM mentions m JOIN decisions d ON d.mention_id = m.id"
        " WHERE m.native_id = ?"
    )
    ((number, state, reason),) = until(lambda: house.rows(query, "a1"), "it is decided")
    assert (state, reason) == ("labelled", "matched_route")
    assert house.rows("SELECT value FROM labels WHERE mention_id = ? AND head='sentiment'", number)
    until(lambda: "طلبي من رشفان" in house.out.read_text(encoding="utf-8"), "its card is printed")
    why = call("--config", house.config, "why", str(number))
    assert "matched_route by route needs an answer" in why.stdout
    again = sent(house, record)
    assert (again.status_code, again.json()["stored"], again.json()["duplicates"]) == (202, 0, 1)
    assert len(house.rows("SELECT id FROM alerts")) == 1


def test_a_forged_request_stores_nothing(house: Installation) -> None:
    assert sent(house, {"id": "f1", "text": "رشفان"}, "sha256=" + "0" * 64).status_code == 401
    assert house.post("/mentions", b'{"text": "x"}').status_code == 401
    assert house.rows("SELECT id FROM mentions WHERE native_id = 'f1'") == []


def test_a_malformed_record_is_named_and_the_good_one_is_stored(house: Installation) -> None:
    answer = sent(house, [{"id": "g1", "text": "رشفان ممتاز"}, {"id": "g2", "followers": "many"}])
    assert answer.status_code == 400
    found = answer.json()
    assert (found["stored"], found["rejected"]) == (1, 1)
    assert found["errors"][0]["record"] == 1
    assert found["errors"][0]["error"].startswith("text: ")
    unknown = sent(house, {"id": "g3", "text": "رشفان", "followers": "many"})
    assert (unknown.status_code, unknown.json()["stored"]) == (202, 1)  # nobody loses a row for it
    body = b"{"
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert house.post("/mentions", body, X_Rasid_Signature=f"sha256={digest}").status_code == 400


def test_too_much_at_once_is_refused_whole(house: Installation) -> None:
    assert sent(house, [{"text": f"رشفان {n}"} for n in range(1001)]).status_code == 413
    assert house.rows("SELECT id FROM mentions WHERE text = 'رشفان 7'") == []
    large = house.post("/mentions", b" " * (6 * 1024 * 1024))
    assert large.status_code == 413


def test_a_forged_click_changes_nothing(house: Installation) -> None:
    now = str(int(datetime.now(UTC).timestamp()))
    body = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
    forged = house.post(
        "/slack/actions",
        body,
        X_Slack_Request_Timestamp=now,
        X_Slack_Signature="v0=" + "0" * 64,
    )
    assert forged.status_code == 401
    base = b"v0:" + now.encode() + b":" + body
    genuine = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    ours = house.post(
        "/slack/actions", body, X_Slack_Request_Timestamp=now, X_Slack_Signature=genuine
    )
    assert ours.status_code == 200
    assert house.rows("SELECT id FROM actions") == []


def test_no_log_line_holds_a_secret(house: Installation) -> None:
    assert SECRET not in house.err.read_text() + house.out.read_text()


def test_a_look_with_no_network_says_which_failed_and_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"http://127.0.0.1:{free_port()}"

    def away(found: list[object]) -> list[Source]:
        built = [build(name, {"api_url": address}) for name in BUILT if name != "rss"]
        return [Source(net, net.reads(queries_of(found), ["زين"])) for net in built]

    monkeypatch.setattr(trying, "glances", away)
    look = CliRunner().invoke(main, ["try", "زين", "--plain"])
    assert look.exit_code == 1
    for name in ("mastodon", "bluesky", "hackernews"):
        assert f"{name}: 0 found" in look.stderr
    assert "looks failed: ConnectError" in look.stderr
    assert "is this machine online" in look.stderr
    assert look.stdout == ""
