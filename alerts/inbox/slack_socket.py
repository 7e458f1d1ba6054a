"""One Socket Mode connection that knows how it stands.

Slack's client reconnects by itself and tells nobody: it fetches a new address, connects, and logs
what fails. Each of the two is watched here. What is kept of an error is its code or kind, never
its text, which holds the address with its ticket.
"""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channels.base import Clock

log = logging.getLogger(__name__)


class SlackSocket(SocketModeClient):
    """``standing()`` at any moment; the rest is Slack's client."""

    def __init__(self, app_token: str, client: AsyncWebClient, clock: Clock) -> None:
        self._clock = clock
        self._up = False
        self._since = clock()
        self._error: str | None = None
        self._disconnects = 0
        super().__init__(
            app_token=app_token, web_client=client, proxy=client.proxy, logger=_logger(self)
        )

    async def issue_new_wss_url(self) -> str:
        self._down()  # asked for only when there is no connection, or Slack wants a new one
        try:
            return str(await super().issue_new_wss_url())
        except Exception as error:
            self.failed(error)
            raise

    async def connect(self) -> None:
        self._down()
        await super().connect()  # type: ignore[no-untyped-call]
        if not self.closed:
            self._up, self._since, self._error = True, self._clock(), None

    def failed(self, error: BaseException) -> None:
        """Remembers the last error."""
        code = error.response.get("error") if isinstance(error, SlackApiError) else None
        self._error = str(code or type(error).__name__)[:80]

    def standing(self) -> dict[str, Any]:
        """``connected``, ``since`` when (ISO 8601, UTC), the last ``error`` since the last
        connection, and ``disconnects`` since the process started, those that Slack asks for
        included."""
        session = self.current_session
        if self._up and (session is None or session.closed or self.stale):
            self._down()
        return {
            "connected": self._up,
            "since": self._since.isoformat(),
            "error": self._error,
            "disconnects": self._disconnects,
        }

    def _down(self) -> None:
        if self._up:
            self._up, self._since = False, self._clock()
            self._disconnects += 1


class _Errors(logging.Handler):
    """What Slack's client only logs, every few seconds and with a traceback: one line of ours."""

    def __init__(self, socket: SlackSocket) -> None:
        super().__init__(logging.ERROR)
        self._socket = socket

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._socket.failed(error)
            log.warning("Slack's connection: %s", self._socket.standing()["error"])


def _logger(socket: SlackSocket) -> logging.Logger:
    """The client's own, below the one it logs to without us, and for this connection alone."""
    logger = logging.getLogger(f"slack_sdk.socket_mode.aiohttp.{id(socket):x}")
    logger.handlers, logger.propagate = [_Errors(socket)], False
    return logger
