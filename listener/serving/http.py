"""Serves routes handed to it on ``service.listen``; knows nothing of what they mean."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

log = logging.getLogger(__name__)

LARGEST_BODY = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request: header names in lower case, the body as it came (signatures are over it)."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, status: int = 200) -> Answer:
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, body, "application/json; charset=utf-8")


class CannotListenError(OSError):
    """The address cannot be had; says what to change."""


Handler = Callable[[Incoming], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler


async def serve(
    routes: Sequence[Route],
    listen: str,
    stop: asyncio.Event,
    *,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serves until ``stop``. ``listen`` is "host:port"; port 0 takes a free one, told to ``ready``.

    A handler that raises is a 500 and a log line, never an end. Raises CannotListenError where the
    address is taken or not ours.
    """
    host, _, port = listen.rpartition(":")
    app = web.Application(client_max_size=LARGEST_BODY)
    for route in routes:
        app.router.add_route(route.method, route.path, _wrapped(route))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host.strip("[]") or None, int(port))
        try:
            await site.start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise CannotListenError(
                f"cannot listen on {listen} ({why.lower()}): stop what listens there, or set "
                "service.listen to another address"
            ) from error
        bound = runner.addresses[0][1]
        log.info("listening on %s:%s", host, bound)
        if ready is not None:
            ready(bound)
        await stop.wait()
    finally:
        await runner.cleanup()


def _wrapped(route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            answer = Answer.json({"error": f"more than {LARGEST_BODY} bytes"}, 413)
        else:
            headers = {name.lower(): value for name, value in request.headers.items()}
            try:
                answer = await route.handler(Incoming(body, headers))
            except Exception:
                log.exception("%s %s failed", route.method, route.path)
                answer = Answer.json({"error": "internal error; see the log"}, 500)
        return web.Response(
            status=answer.status,
            body=answer.body,
            headers={"Content-Type": answer.content_type, **answer.headers},
        )

    return handle
