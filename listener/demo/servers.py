"""Servers on loopback that speak the networks' wire formats about a world.

    async with simulated(world, clock) as urls:
        Mastodon(api_url=urls.mastodon) ...

They honour since, limit and cursor, send the rate limit headers of the real services, and do what
the world's faults say: answer 429 with Retry-After, or be down: 503 and dropped connections in
turn, the live stream closed. ``clock`` is a function that gives the world's time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from listener.demo.sites import open_site
from listener.demo.sites.base import RETRY_AFTER, Clock, Site
from listener.demo.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SHOWN = ("mastodon", "bluesky", "hackernews", "rss")
"""What every world is shown on."""


@dataclass(slots=True)
class Urls:
    """Where the servers listen, and what they were asked: (server, path, status), in order."""

    mastodon: str = ""
    bluesky: str = ""
    jetstream: str = ""
    hackernews: str = ""
    feeds: tuple[str, ...] = ()
    journal: list[tuple[str, str, int]] = field(default_factory=list)
    sites: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # sections of those asked for

    def options(self) -> dict[str, Mapping[str, Any]]:
        """The ``[networks.*]`` sections that point a collector here."""
        return {
            **self.sites,
            "mastodon": {"api_url": self.mastodon},
            "bluesky": {"api_url": self.bluesky, "stream": self.jetstream},
            "hackernews": {"api_url": self.hackernews},
            "rss": {"feeds": list(self.feeds)},
        }


@asynccontextmanager
async def simulated(
    world: World, clock: Clock, *, port: int = 0, sites: Sequence[str] = ()
) -> AsyncIterator[Urls]:
    """Serve the world on one port (0: a free one) until the block ends. ``sites``: networks
    (``listener.demo.sites``) whose posts the world has, besides those of ``SHOWN``.

    Raises OSError where the port is taken.
    """
    urls = Urls()
    opened = {name: open_site(name, world, clock) for name in dict.fromkeys((*SHOWN, *sites))}
    app = _app(world, clock, urls, opened)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        told = {name: site.options(f"{address}/{name}") for name, site in opened.items()}
        urls.mastodon = told["mastodon"]["api_url"]
        urls.bluesky, urls.jetstream = told["bluesky"]["api_url"], told["bluesky"]["stream"]
        urls.hackernews = told["hackernews"]["api_url"]
        urls.feeds = tuple(told["rss"]["feeds"])
        urls.sites = {name: told[name] for name in sites}
        yield urls
    finally:
        await runner.cleanup()


def _app(world: World, clock: Clock, urls: Urls, sites: Mapping[str, Site]) -> web.Application:
    @web.middleware
    async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
        server = request.path.split("/")[1]
        fault = world.fault(server, clock())
        if fault and fault.kind == "limited":
            own = getattr(sites.get(server), "limited", _limited)
            answer: web.StreamResponse = own()
        elif fault:
            answer = _down(request, len(urls.journal))
        else:
            answer = await handler(request)
        urls.journal.append((server, request.path_qs, answer.status))
        return answer

    app = web.Application(middlewares=[faults])
    for site in sites.values():
        app.add_routes(site.routes())
    return app


def _limited() -> web.Response:
    """One call too many, of a site that has no answer of its own."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return web.json_response({"error": "Too many requests"}, status=429, headers=headers)


def _down(request: web.Request, turn: int) -> web.Response:
    if turn % 2 and request.transport is not None:
        request.transport.abort()
    return web.Response(status=503, text="<html>Service Unavailable</html>")
