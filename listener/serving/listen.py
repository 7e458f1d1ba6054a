"""Serves an application on ``service.listen`` until told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from typing import Any

from aiohttp import web

from listener.logs.tracebacks import TracebackLines
from listener.serving.app import LIMITS, HttpLimits

log = logging.getLogger(__name__)

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nContent-Length: 33\r\n\r\n"
    b'{"error": "too many connections"}'
)


class CannotListenError(OSError):
    """``listen`` cannot be had; ``why``: as the system says it. ``key``: of the settings."""

    def __init__(self, listen: str, why: str, key: str) -> None:
        super().__init__(f"{key}: cannot listen on {listen} ({why})")
        self.listen, self.why, self.key = listen, why, key


async def serve(
    app: web.Application,
    listen: str,
    stop: asyncio.Event,
    *,
    key: str = "service.listen",
    limits: HttpLimits = LIMITS,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serves until ``stop``. ``listen`` is "host:port", configured as ``key``; port 0 takes a free
    one, told to ``ready``.

    Raises CannotListenError where the address is taken or not ours.
    """
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_Requests(log),
        keepalive_timeout=limits.idle,
        lingering_time=min(2.0, limits.read),  # for the rest of a body that was refused
        shutdown_timeout=5.0,
    )
    await runner.setup()
    server = None
    try:
        try:
            server = await asyncio.get_running_loop().create_server(
                _door(runner, limits), host.strip("[]") or None, int(port), backlog=128
            )
        except OSError as error:
            known = error.errno and not isinstance(error, socket.gaierror)
            why = os.strerror(error.errno or 0) if known else error.strerror or str(error)
            raise CannotListenError(listen, why.lower(), key) from error
        bound = server.sockets[0].getsockname()[1]
        log.info("listening on %s:%s", host, bound)
        if ready is not None:
            ready(bound)
        await stop.wait()
    finally:
        if server is not None:
            server.close()
        await runner.cleanup()


def _door(runner: web.AppRunner, limits: HttpLimits) -> Callable[[], asyncio.BaseProtocol]:
    """aiohttp bounds the size of a request, not the number of connections."""
    web_server = runner.server
    assert web_server is not None

    def protocol() -> asyncio.BaseProtocol:
        if len(web_server.connections) >= limits.connections:
            return _Full()
        return web_server()

    return protocol


class _Full(asyncio.Protocol):
    """Says so and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        log.warning("too many open connections: one was refused")
        transport.write(_FULL)
        transport.close()


class _Requests(TracebackLines):
    """aiohttp tells a malformed request, and one that breaks off, with its traceback: anybody could
    fill the disk with those. Errors of our own handlers never come here; see ``app``."""

    def exception(self, msg: object, *args: Any, **more: Any) -> None:
        error = more.get("exc_info")
        if isinstance(error, web.RequestPayloadError):
            return  # the handler's side has told it: see ``app``
        why = type(error).__name__ if isinstance(error, BaseException) else "no reason"
        super().exception("a request was refused: %s", why)
