"""Two Slack apps, two signing secrets, two connections: each is heard, and presses its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update

from alerts.channels.slack.channel import Slack
from alerts.inbox import slack_routes as routes
from alerts.inbox.slack_apps import SlackApp, apps_of
from alerts.inbox.slack_clicks import Clicks
from alerts.inbox.slack_routes import signer, slack_routes
from alerts.inbox.slack_sockets import Sockets
from listener.settings import Settings
from listener.settings.values import Secret
from listener.store.tables import actions, alerts
from tests.alerts.channels.slack_press import click, form, sign
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.two_apps import app, named
from tests.alerts.channels.world import RIYADH, World
from tests.served import Served, serving

CARE = "C0CUSTCARE"
ZAIN = app("care", "vip", app_token="xapp-zain", signing_secret="a" * 32)
STC = app("stc", app_token="xapp-stc", token="xoxb-stc", signing_secret="b" * 32)


@pytest_asyncio.fixture
async def care(world: World, slack: SlackServer) -> Slack:
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    await world.deliver(channel)
    return channel


@pytest.fixture
def clicks(world: World) -> Clicks:
    return Clicks(world.db, RIYADH, world.clock, (ZAIN, STC))


@pytest_asyncio.fixture
async def served(clicks: Clicks) -> AsyncIterator[Served]:
    async with serving(*slack_routes(clicks, clicks.apps)) as one:
        yield one


def claim(slack: SlackServer, user: str = "U0NOURA", **more: Any) -> dict[str, Any]:
    return click(CARE, slack.store.messages[CARE][0], "rasid_claim", user, **more)


async def pressed(served: Served, world: World, payload: dict[str, Any], secret: str) -> int:
    body = form(payload)
    headers = sign(secret, body, world.clock().timestamp())
    answer: httpx.Response = await served.client.post(
        "/slack/actions", content=body, headers=headers
    )
    return answer.status_code


async def move(world: World, channel: str) -> None:
    async with world.db.writing() as connection:
        await connection.execute(update(alerts).values(channel=channel))


@pytest.mark.parametrize(("one", "channel"), [(ZAIN, "care"), (ZAIN, "vip"), (STC, "stc")])
async def test_a_click_signed_with_either_secret_counts_and_names_its_app(
    world: World, slack: SlackServer, care: Slack, served: Served, one: SlackApp, channel: str
) -> None:
    await move(world, channel)
    secret = one.signing_secret.reveal() if one.signing_secret else ""
    assert await pressed(served, world, claim(slack), secret) == 200
    assert (await world.alert()).claimed_by == "U0NOURA"
    assert [row.detail for row in await world.rows(actions)] == [{"app": one.name}]


async def test_a_click_signed_with_a_third_secret_is_refused(
    world: World, slack: SlackServer, care: Slack, served: Served
) -> None:
    assert await pressed(served, world, claim(slack), "c" * 32) == 401
    assert await world.rows(actions) == []


async def test_an_app_presses_nothing_on_the_cards_of_another(
    world: World, slack: SlackServer, care: Slack, served: Served
) -> None:
    assert await pressed(served, world, claim(slack), "b" * 32) == 200  # Slack's ack
    assert (await world.alert()).state == "open"
    assert await world.rows(actions) == []


async def test_a_card_of_a_channel_that_is_configured_no_longer_can_be_pressed(
    world: World, slack: SlackServer, care: Slack, served: Served
) -> None:
    await move(world, "gone")
    assert await pressed(served, world, claim(slack), "b" * 32) == 200
    assert (await world.alert()).state == "claimed"


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_every_secret_is_tried_also_after_one_fits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    real = routes.verified

    def counted(*args: Any, signing_secret: str, **more: Any) -> bool:
        tried.append(signing_secret[0])
        return real(*args, signing_secret=signing_secret, **more)

    monkeypatch.setattr(routes, "verified", counted)
    headers = sign("a" * 32, b"x", world.clock().timestamp())
    assert signer(headers, b"x", (ZAIN, STC), clock=world.clock) == ZAIN
    assert tried == ["a", "b"]


async def test_each_app_has_its_line_and_a_click_over_both_ways_is_one(
    world: World, slack: SlackServer, care: Slack, clicks: Clicks, served: Served
) -> None:
    apps = [_at(one, slack.url) for one in (ZAIN, STC)]
    clicks.apps = apps
    async with Sockets(clicks, apps) as sockets:
        await asyncio.wait(sockets._tasks, timeout=5)
        assert connected(sockets) == {"care": True, "stc": True}
        assert set(slack.lines) == {"xapp-zain", "xapp-stc"}
        payload = claim(slack, at=1.0)
        await slack.envelope(payload, "xapp-stc")  # not its card
        assert (await world.alert()).state == "open"
        await slack.envelope(payload, "xapp-zain")
        assert await pressed(served, world, payload, "a" * 32) == 200
        assert await slack.envelope(payload, "xapp-zain")
    assert (await world.alert()).claimed_by == "U0NOURA"
    assert [row.outcome for row in await world.rows(actions)] == ["done"]


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_line_that_cannot_be_had_does_not_keep_the_other(
    slack: SlackServer, clicks: Clicks, caplog: pytest.LogCaptureFixture
) -> None:
    refused = app("bad", app_token="no-token", api_url=slack.url)
    pauses: list[float] = []
    paused = asyncio.Event()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        paused.set()
        await asyncio.Event().wait()

    good = _at(ZAIN, slack.url)
    async with Sockets(clicks, [refused, good], sleep=sleep) as sockets:
        await asyncio.wait(sockets._tasks[1:], timeout=5)
        await asyncio.wait_for(paused.wait(), 5)
        assert connected(sockets) == {"bad": False, "care": True}
        assert sockets.standings()["bad"]["error"] == "not_authed"
    assert pauses == [1.0]
    assert all(record.exc_info is None for record in caplog.records)


def connected(sockets: Sockets) -> dict[str, bool]:
    return {name: standing["connected"] for name, standing in sockets.standings().items()}


def _at(one: SlackApp, url: str) -> SlackApp:
    return SlackApp(one.name, one.channels, url, one.token, one.app_token, one.signing_secret)


def channel(**secrets: str) -> dict[str, Any]:
    named_ = {key: named(value).name for key, value in secrets.items()}
    return {"kind": "slack", "channel": "#x", **named_}


def test_channels_that_share_a_secret_are_one_app() -> None:
    settings = Settings.model_validate(
        {
            "channels": {
                "care": channel(token="xoxb-1", signing_secret="s1"),
                "screen": {"kind": "console"},
                "other": channel(token="xoxb-2", signing_secret="s2", app_token="xapp-2"),
                "vip": channel(token="xoxb-1", app_token="xapp-1"),
                "desk": channel(token="xoxb-3", signing_secret="s1"),
            }
        }
    )
    found = apps_of(settings)
    assert [(one.name, sorted(one.channels)) for one in found] == [
        ("care", ["care", "desk", "vip"]),
        ("other", ["other"]),
    ]
    first = found[0]
    assert first.app_token is not None
    assert first.signing_secret is not None
    assert (first.app_token.reveal(), first.signing_secret.reveal()) == ("xapp-1", "s1")


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_signing_secret_that_was_replaced_counts_at_once(
    world: World, tmp_path: Path
) -> None:
    kept = tmp_path / "signing"
    kept.write_text("old")
    one = SlackApp("care", frozenset({"care"}), "", signing_secret=Secret(f"file:{kept}"))
    headers = sign("new", b"x", world.clock().timestamp())
    assert signer(headers, b"x", [one], clock=world.clock) is None
    kept.write_text("new\n")
    assert signer(headers, b"x", [one], clock=world.clock) == one
    kept.unlink()
    assert signer(headers, b"x", [one], clock=world.clock) is None
