"""Socket Mode: one connection for each Slack app that has an app token, opened by us."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channels.slack.channel import web_client
from alerts.inbox.slack_apps import SlackApp, secret_of
from alerts.inbox.slack_clicks import Clicks
from listener.logs.lines import Lines

log = logging.getLogger(__name__)

_LONGEST = 60.0  # seconds between tries while Slack is away
_TIMEOUT = 10.0  # seconds of one call


async def connect(clicks: Clicks, app: SlackApp, client: AsyncWebClient) -> SocketModeClient:
    """Opens the connection and answers clicks until ``close()`` is called on what is returned;
    reconnects by itself. An envelope is acknowledged once its click is written: a click that was
    lost must look lost. Raises what the client raises where Slack is away."""
    token = secret_of(app.app_token) if app.app_token else None
    socket = SocketModeClient(
        app_token=token or "",
        logger=Lines(log),  # type: ignore[arg-type]  # it asks no more of it than an adapter has
        web_client=client,
        proxy=client.proxy,
    )

    async def envelope(line: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type == "interactive" and isinstance(request.payload, dict):
            await clicks.handle(request.payload, app)
        await line.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket.socket_mode_request_listeners.append(envelope)
    try:
        # Asked for here: connect() itself would ask again and again, and never say that it failed.
        socket.wss_uri = await socket.issue_new_wss_url()
        await socket.connect()  # type: ignore[no-untyped-call]
    except BaseException:
        await socket.close()  # type: ignore[no-untyped-call]
        raise
    return socket


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
        self._open: dict[str, SocketModeClient] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def connected(self) -> Mapping[str, bool]:
        """App name → whether clicks are heard now."""
        return {app.name: self._hears(app.name) for app in self._apps}

    async def __aenter__(self) -> Sockets:
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
        for socket in self._open.values():
            with suppress(Exception):  # it is going away in any case
                await socket.close()  # type: ignore[no-untyped-call]

    async def _keep(self, app: SlackApp) -> None:
        pause = 1.0
        while True:
            token = secret_of(app.token) if app.token else None
            client = web_client(token or "", app.api_url, _TIMEOUT)
            try:
                self._open[app.name] = await connect(self._clicks, app, client)
                log.info("connected to Slack for %s: clicks are heard", app.name)
                return
            except Exception as error:  # whatever the client raises for a network that is away
                why = type(error).__name__
                log.warning("Slack is away for %s (%s); again in %.0f s", app.name, why, pause)
                await self._sleep(pause)
                pause = min(pause * 2, _LONGEST)

    def _hears(self, name: str) -> bool:
        socket = self._open.get(name)
        session = socket.current_session if socket else None
        return session is not None and not session.closed
