"""People answer: over Socket Mode and over signed HTTP, each click once, one state for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from alerts.channels.slack.channel import Slack
from alerts.desk.actions import wake_snoozed
from alerts.inbox.slack_clicks import Clicks, parse
from alerts.inbox.slack_routes import slack_routes, verified
from alerts.inbox.slack_sockets import socket_of
from listener.store.tables import actions, decisions, labels, notices, users
from tests.alerts.channels.slack_press import click, sign
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.two_apps import app
from tests.alerts.channels.world import RIYADH, World
from tests.served import serving

CARE = "C0CUSTCARE"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
APP = app("care", signing_secret=SECRET)


@pytest_asyncio.fixture
async def care(world: World, slack: SlackServer) -> Slack:
    """A Slack channel with one card."""
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    await world.deliver(channel)
    return channel


@pytest.fixture
def clicks(world: World) -> Clicks:
    return Clicks(world.db, RIYADH, world.clock)


def card(slack: SlackServer) -> dict[str, Any]:
    return slack.store.messages[CARE][0]


def offered(slack: SlackServer) -> set[str]:
    elements = [e for b in card(slack)["blocks"] for e in b.get("elements", [])]
    return {e["action_id"] for e in elements if "action_id" in e}


async def test_claim_resolve_reopen(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    assert await clicks.handle(click(CARE, card(slack), "rasid_claim", "U0NOURA")) == "done"
    await world.deliver(care)
    assert "<@U0NOURA>" in str(card(slack)["blocks"])
    assert "rasid_claim" not in offered(slack)
    world.clock.pass_(minutes=9)
    assert await clicks.handle(click(CARE, card(slack), "rasid_resolve", "U0FAHAD")) == "done"
    await world.deliver(care)
    assert "مغلق" in card(slack)["text"]
    assert "rasid_reopen" in offered(slack)
    alert = await world.alert()
    assert (alert.claimed_by, alert.resolved_by) == ("U0NOURA", "U0FAHAD")
    assert (alert.resolved_at - alert.claimed_at).total_seconds() == 9 * 60
    assert await clicks.handle(click(CARE, card(slack), "rasid_reopen", "U0FAHAD")) == "done"
    await world.deliver(care)
    assert "rasid_claim" in offered(slack)
    assert {u.id: u.name for u in await world.rows(users)} == {
        "U0NOURA": "u0noura",
        "U0FAHAD": "u0fahad",
    }


async def test_only_one_of_two_claims_wins(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    both = [click(CARE, card(slack), "rasid_claim", user) for user in ("U0NOURA", "U0FAHAD")]
    outcomes = await asyncio.gather(*(clicks.handle(payload) for payload in both))
    assert sorted(map(str, outcomes)) == ["done", "refused"]
    assert len([n for n in await world.rows(notices) if n.kind == "update"]) == 1


async def test_the_same_click_delivered_twice_counts_once(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    payload = click(CARE, card(slack), "rasid_claim", "U0NOURA", at=1.0)
    outcomes = await asyncio.gather(*(clicks.handle(payload) for _ in range(4)))
    assert sorted(map(str, outcomes)) == ["already"] * 3 + ["done"]
    assert len(await world.rows(actions)) == 1
    assert (await world.alert()).version == 2


async def test_a_follow_up_reopens_what_was_resolved(
    world: World, slack: SlackServer, clicks: Clicks
) -> None:
    channel = world.slack(slack.url)
    await world.mention(author_id="sara")
    await world.decide()
    await world.deliver(channel)
    await clicks.handle(click(CARE, card(slack), "rasid_resolve", "U0NOURA"))
    await world.mention("ما زالت المشكلة قائمة", author_id="sara")
    await world.decide()
    await world.deliver(channel)
    alert = await world.alert()
    assert (alert.state, alert.claimed_by) == ("open", None)
    assert alert.claimed_at is not None  # the first answer stays the first answer
    assert "الحالة: مفتوح" in card(slack)["text"]
    assert len([m for m in slack.store.messages[CARE] if "thread_ts" not in m]) == 1


async def test_snooze_and_wake(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    payload = click(CARE, card(slack), "rasid_snooze", "U0NOURA", option="4h")
    assert await clicks.handle(payload) == "done"
    await world.deliver(care)
    assert "مؤجَّلة حتى" in card(slack)["text"]
    world.clock.pass_(hours=3, minutes=59)
    assert await wake_snoozed(world.db, now=world.clock()) == 0
    world.clock.pass_(minutes=2)
    assert await wake_snoozed(world.db, now=world.clock()) == 1
    await world.deliver(care)
    assert "الحالة: مفتوح" in card(slack)["text"]
    assert slack.store.messages[CARE][1]["thread_ts"] == card(slack)["ts"]


async def test_corrections_are_kept_as_labels_of_the_person(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    payload = click(CARE, card(slack), "rasid_sentiment", "U0NOURA", option="neutral")
    assert await clicks.handle(payload) == "done"
    await world.deliver(care)
    assert "محايدة (بتصحيح الفريق)" in card(slack)["text"]
    assert await clicks.handle(click(CARE, card(slack), "rasid_not_us", "U0NOURA")) == "done"
    said = {(r.head, r.value, r.source) for r in await world.rows(labels)}
    assert {
        ("sentiment", "neutral", "user:U0NOURA"),
        ("sentiment", "negative", "model:1"),
        ("about:1", "no", "user:U0NOURA"),
    } <= said
    assert (await world.alert()).state == "dismissed"
    assert [d.reason for d in await world.rows(decisions)] == ["matched_route"]


async def test_socket_mode_acknowledges_once_it_is_written(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks
) -> None:
    woken = asyncio.Event()

    async def wake() -> None:
        woken.set()

    clicks.wake = wake
    socket = socket_of(clicks, replace(APP, api_url=slack.url))
    await socket.connect()
    try:
        ack = await slack.press("rasid_claim", "U0NOURA", message=card(slack))
        assert ack["envelope_id"]
        assert (await world.alert()).state == "claimed"
        assert woken.is_set()
    finally:
        await socket.close()


@pytest_asyncio.fixture
async def endpoint(clicks: Clicks) -> AsyncIterator[str]:
    async with serving(*slack_routes(clicks, [APP])) as served:
        yield f"http://127.0.0.1:{served.port}/slack/actions"


async def test_signed_http(
    world: World, slack: SlackServer, care: Slack, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.alerts.channels.slack_server.time.time", lambda: world.clock().timestamp()
    )
    pressed = {"message": card(slack), "to": endpoint}
    assert await slack.press("rasid_claim", "U0EVIL", **pressed, secret="guessed") == 401
    assert (await world.alert()).state == "open"
    assert await slack.press("rasid_claim", "U0NOURA", **pressed, secret=SECRET) == 200
    assert (await world.alert()).claimed_by == "U0NOURA"


def test_the_documented_signature() -> None:
    # docs.slack.dev/authentication/verifying-requests-from-slack: the example's secret and time.
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = sign(SECRET, body, 1531420618)
    assert headers["X-Slack-Signature"] == signature
    for seconds, right in ((0, True), (299, True), (301, False), (-301, False)):
        clock = _at(1531420618 + seconds)
        assert verified(headers, body, signing_secret=SECRET, clock=clock) is right
    assert not verified(headers, body + b"x", signing_secret=SECRET, clock=_at(1531420618))
    for stamp in ("", "soon", "1e9"):
        forged = headers | {"X-Slack-Request-Timestamp": stamp}
        assert not verified(forged, body, signing_secret=SECRET, clock=_at(1531420618))
    assert not verified({}, body, signing_secret=SECRET, clock=_at(1531420618))


def _at(stamp: int) -> Any:
    return lambda: datetime.fromtimestamp(stamp, UTC)


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload=%7B", b"payload=%5B%5D" * 2, b"\xff\xfe", b"a=b"]
)
async def test_a_broken_body_is_a_400_at_most(clicks: Clicks, endpoint: str, body: bytes) -> None:
    headers = sign(SECRET, body, clicks.clock().timestamp())
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(endpoint, content=body, headers=headers)
    assert answer.status_code in (200, 400, 401)  # 401: what is no text bears no signature


@pytest.mark.parametrize(
    "change",
    [
        {"type": "view_submission"},
        {"actions": []},
        {"actions": "x"},
        {"actions": [{"action_id": "rasid_open"}]},
        {"actions": [{"action_id": "rasid_claim", "value": "١"}]},
        {"actions": [{"action_id": "rasid_claim", "value": "1" * 40}]},
        {"actions": [{"action_id": "other", "value": "1"}]},
        {"user": None},
    ],
)
def test_what_is_not_ours_is_none(change: dict[str, Any]) -> None:
    message = {"ts": "1", "blocks": [{"elements": [{
        "action_id": "rasid_claim", "type": "button", "value": "1"}]}]}  # fmt: skip
    payload = click(CARE, message, "rasid_claim", "U0NOURA")
    assert parse(payload) is not None
    assert parse(payload | change) is None
