"""How a Socket Mode connection says it stands, against a real websocket on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerts.channels.slack.channel import web_client
from alerts.inbox.slack_clicks import Clicks
from alerts.inbox.slack_socket import SlackSocket
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.world import RIYADH, World


@pytest_asyncio.fixture
async def socket(world: World, slack: SlackServer) -> AsyncIterator[SlackSocket]:
    clicks = Clicks(world.db, RIYADH, world.clock)
    made = clicks.socket("xapp-1-a", web_client("xoxb-a", slack.url, 10.0))
    made.ping_interval = 0.05  # seconds between the client's own looks
    yield made
    await made.close()  # type: ignore[no-untyped-call]


async def until(socket: SlackSocket, said: Callable[[dict[str, object]], bool]) -> None:
    async with asyncio.timeout(10):
        while not said(socket.standing()):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)


async def test_it_says_since_when_it_is_connected(world: World, socket: SlackSocket) -> None:
    began = world.clock()
    assert socket.standing() == {
        "connected": False, "since": began.isoformat(), "error": None, "disconnects": 0,
    }  # fmt: skip
    world.clock.pass_(minutes=2)
    await socket.connect()
    assert socket.standing() == {
        "connected": True, "since": world.clock().isoformat(), "error": None, "disconnects": 0,
    }  # fmt: skip


async def test_a_connection_that_drops_is_counted_and_comes_back(
    world: World, slack: SlackServer, socket: SlackSocket
) -> None:
    await socket.connect()
    world.clock.pass_(minutes=5)
    await slack.sockets[0].close()
    await until(socket, lambda said: said["disconnects"] == 1)
    await until(socket, lambda said: bool(said["connected"]))
    assert socket.standing()["since"] == world.clock().isoformat()


async def test_while_slack_refuses_it_is_not_connected_and_says_why(
    slack: SlackServer, socket: SlackSocket
) -> None:
    await socket.connect()

    async def refused(_request: web.Request, _body: object) -> web.Response:
        return web.json_response({"ok": False, "error": "invalid_auth"})

    slack._apps_connections_open = refused  # type: ignore[method-assign]
    await slack.sockets[0].close()
    await until(socket, lambda said: said["error"] == "invalid_auth")
    assert socket.standing()["connected"] is False
    assert socket.standing()["disconnects"] == 1


async def test_an_error_is_kept_by_its_kind_never_with_the_address(socket: SlackSocket) -> None:
    socket.failed(ConnectionError("wss://wss.slack.example/link?ticket=s3cret"))
    assert socket.standing()["error"] == "ConnectionError"
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, status_code=200, headers={},
        data={"ok": False, "error": "not_allowed_token_type"},
    )  # fmt: skip
    socket.failed(SlackApiError("refused", answer))
    assert socket.standing()["error"] == "not_allowed_token_type"
