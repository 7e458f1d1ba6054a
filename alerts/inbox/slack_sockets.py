"""Socket Mode: one connection for each Slack app that has an app token, opened by us."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from alerts.channels.slack.channel import web_client
from alerts.inbox.slack_apps import SlackApp, secret_of
from alerts.inbox.slack_clicks import Clicks
from alerts.inbox.slack_socket import SlackSocket
from listener.settings.values import Secret

log = logging.getLogger(__name__)

_LONGEST = 60.0  # seconds between tries while Slack is away
_TIMEOUT = 10.0  # seconds of one call


def socket_of(clicks: Clicks, app: SlackApp) -> SlackSocket:
    """To be opened: answers clicks until ``close()`` is called; reconnects by itself. An envelope
    is acknowledged once its click is written: a click that was lost must look lost."""
    client = web_client(_revealed(app.token), app.api_url, _TIMEOUT)
    socket = SlackSocket(_revealed(app.app_token), client, clicks.clock)

    async def envelope(line: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type == "interactive" and isinstance(request.payload, dict):
            await clicks.handle(request.payload, app)
        await line.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket.socket_mode_request_listeners.append(envelope)
    return socket


def _revealed(secret: Secret | None) -> str:
    return (secret_of(secret) if secret is not None else None) or ""


class Sockets:
    """``async with Sockets(…)``: keeps them open. Slack being away does not keep us from serving:
    each is tried again until it works, and apart from the others."""

    def __init__(
        self,
        clicks: Clicks,
        apps: Sequence[SlackApp],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clicks, self._sleep = clicks, sleep
        self._apps = [app for app in apps if app.app_token is not None]
        self._sockets: dict[str, SlackSocket] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def standings(self) -> Mapping[str, dict[str, Any]]:
        """By the app's name: ``connected``, ``since``, ``error``, ``disconnects``."""
        return {name: socket.standing() for name, socket in self._sockets.items()}

    async def __aenter__(self) -> Sockets:
        self._sockets = {app.name: socket_of(self._clicks, app) for app in self._apps}
        self._tasks = [asyncio.create_task(self._keep(app)) for app in self._apps]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in self._sockets.values():
            with suppress(Exception):  # it is going away in any case
                await socket.close()  # type: ignore[no-untyped-call]

    async def _keep(self, app: SlackApp) -> None:
        socket, pause = self._sockets[app.name], 1.0
        while True:
            try:
                socket.app_token = _revealed(app.app_token)
                # Asked for here: connect() would ask for ever, and never say that it failed.
                socket.wss_uri = await socket.issue_new_wss_url()
                await socket.connect()
                log.info("connected to Slack for %s: clicks are heard", app.name)
                return
            except Exception as error:  # whatever the client raises for a network that is away
                socket.failed(error)
                why = socket.standing()["error"]
                log.warning("Slack is away for %s (%s); again in %.0f s", app.name, why, pause)
                await self._sleep(pause)
                pause = min(pause * 2, _LONGEST)
