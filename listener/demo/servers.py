"""Servers on loopback that speak the networks' wire formats about a world.

    async with simulated(world, clock) as urls:
        Mastodon(api_url=urls.mastodon) ...

They honour since, limit and cursor, send the rate limit headers of the real services, and do what
the world's faults say: answer 429 with Retry-After, or be down: 503 and dropped connections in
turn, the live stream closed. ``clock`` is a function that gives the world's time.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from aiohttp import WSCloseCode, web

from listener.demo import wire
from listener.demo.profiles import MOST, profiles
from listener.demo.sites import open_site
from listener.demo.sites.base import Site
from listener.demo.world import Fault, World, changes

Clock = Callable[[], datetime]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RETRY_AFTER = 2  # seconds of real time
_STREAM_TICK = 0.02
_FILTER = re.compile(r"created_at_i(>=|<=|>|<)(\d+)")


@dataclass(slots=True)
class Urls:
    """Where the servers listen, and what they were asked: (server, path, status), in order."""

    mastodon: str = ""
    bluesky: str = ""
    jetstream: str = ""
    hackernews: str = ""
    feeds: tuple[str, ...] = ()
    journal: list[tuple[str, str, int]] = field(default_factory=list)
    sites: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # sections of further ones

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
    """Serve the world on one port (0: a free one) until the block ends. ``sites``: further
    networks (``listener.demo.sites``), whose posts the world has.

    Raises OSError where the port is taken.
    """
    urls = Urls()
    more = {name: open_site(name, world, clock) for name in sites}
    runner = web.AppRunner(_app(world, clock, urls, more), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        address = f"127.0.0.1:{runner.addresses[0][1]}"
        urls.mastodon = f"http://{address}/mastodon"
        urls.bluesky = f"http://{address}/bluesky"
        urls.jetstream = f"ws://{address}/jetstream/subscribe"
        urls.hackernews = f"http://{address}/hackernews"
        urls.feeds = (f"http://{address}/rss/ar.atom", f"http://{address}/rss/en.rss")
        urls.sites = {n: site.options(f"http://{address}/{n}") for n, site in more.items()}
        yield urls
    finally:
        await runner.cleanup()


def _app(world: World, clock: Clock, urls: Urls, sites: Mapping[str, Site]) -> web.Application:
    servers = _Servers(world, clock)

    @web.middleware
    async def faults(request: web.Request, handler: Handler) -> web.StreamResponse:
        server = request.path.split("/")[1]
        fault = servers.fault(server)
        if fault and fault.kind == "limited":
            own = getattr(sites.get(server), "limited", servers.limited)
            answer: web.StreamResponse = own()
        elif fault:
            answer = servers.down(request, len(urls.journal))
        else:
            answer = await handler(request)
        urls.journal.append((server, request.path_qs, answer.status))
        return answer

    app = web.Application(middlewares=[faults])
    app.router.add_get("/mastodon/api/v1/timelines/tag/{tag}", servers.tag_timeline)
    app.router.add_get("/mastodon/api/v1/statuses", servers.statuses)
    app.router.add_get("/mastodon/api/v2/search", servers.no_guest_search)
    app.router.add_get("/bluesky/xrpc/app.bsky.feed.searchPosts", servers.search_posts)
    app.router.add_get("/bluesky/xrpc/app.bsky.feed.getPosts", servers.get_posts)
    app.router.add_get("/bluesky/xrpc/app.bsky.actor.getProfiles", servers.get_profiles)
    app.router.add_get("/jetstream/subscribe", servers.subscribe)
    app.router.add_get("/hackernews/api/v1/search_by_date", servers.search_by_date)
    app.router.add_get("/rss/{edition}", servers.feed)
    for site in sites.values():
        app.add_routes(site.routes())
    return app


class _Servers:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.events = [
            wire.event(when, operation, what, order)
            for order, (when, operation, what) in enumerate(changes(world))
        ]

    def fault(self, server: str) -> Fault | None:
        now = self.clock()
        current = (f for f in self.world.faults if f.server == server and f.start <= now < f.end)
        return next(current, None)

    def limited(self) -> web.Response:
        headers = self._limits(0) | {"Retry-After": str(RETRY_AFTER)}
        return web.json_response({"error": "Too many requests"}, status=429, headers=headers)

    def down(self, request: web.Request, turn: int) -> web.Response:
        if turn % 2 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=503, text="<html>Service Unavailable</html>")

    def _limits(self, remaining: int) -> dict[str, str]:
        reset = datetime.now(UTC) + timedelta(seconds=RETRY_AFTER if not remaining else 300)
        return {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": reset.isoformat().replace("+00:00", "Z"),
        }

    async def no_guest_search(self, request: web.Request) -> web.Response:
        error = {"error": "The access token is invalid"}
        return web.json_response(error, status=401, headers=self._limits(299))

    async def tag_timeline(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        tags = {t.casefold() for t in (request.match_info["tag"], *query.getall("any[]", []))}
        limit = min(max(_int(query.get("limit"), 20), 1), 40)
        upper = _int(query.get("max_id"), 2**63)
        lower = max(_int(query.get("since_id"), 0), _int(query.get("min_id"), 0))
        posts = [
            post
            for post in self.world.seen("mastodon", now)
            if not tags.isdisjoint(name.casefold() for name in post.hashtags)
            and lower < int(post.native) < upper
        ]
        posts.sort(key=lambda post: int(post.native), reverse=True)
        if "min_id" in query:  # counts up from the id, unlike since_id
            posts = posts[-limit:]
        page = posts[:limit]
        headers = self._limits(291)
        if page:
            base = f"{request.url.origin()}{request.url.raw_path}?limit={limit}"
            headers["Link"] = (
                f'<{base}&max_id={page[-1].native}>; rel="next", '
                f'<{base}&min_id={page[0].native}>; rel="prev"'
            )
        host = str(request.url.origin())
        body = [wire.status(post, now, host) for post in page]
        headers["ETag"] = f'W/"{sha256(json.dumps(body).encode()).hexdigest()[:32]}"'
        return web.json_response(body, headers=headers)

    async def statuses(self, request: web.Request) -> web.Response:
        now, asked = self.clock(), request.query.getall("id[]", [])
        if len(asked) > 20:
            return web.json_response({"error": "Validation failed"}, status=422)
        posts = [post for post in self.world.seen("mastodon", now) if post.native in asked]
        body = [wire.status(post, now, str(request.url.origin())) for post in posts]
        return web.json_response(body, headers=self._limits(291))

    async def get_posts(self, request: web.Request) -> web.Response:
        now, asked = self.clock(), request.query.getall("uris", [])
        if not 1 <= len(asked) <= MOST:
            return _invalid(f"array too big (maximum {MOST}, got {len(asked)})")
        posts = [post for post in self.world.seen("bluesky", now) if post.id in asked]
        body = {"posts": [wire.post_view(post, now) for post in posts]}
        return web.json_response(body, headers=_bluesky_limits())

    async def search_posts(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        limit = _int(query.get("limit"), 25)
        if "q" not in query or not 1 <= limit <= 100:
            wrong = f"integer too big (maximum 100, got {limit})" if "q" in query else "no q"
            return _invalid(wrong)
        words = [word.casefold() for word in query["q"].replace('"', " ").split()]
        before, _, last = query.get("cursor", "").partition("__")
        posts = [
            post
            for post in self.world.seen("bluesky", now)
            if all(word in post.text_at(now).casefold() for word in words)
            and query.get("since", "") <= wire.iso(post.at) < query.get("until", "9")
            and (not before or (_millis(post.at), wire.cid(post.id)) < (_int(before, 0), last))
        ]
        posts.sort(key=lambda post: (_millis(post.at), wire.cid(post.id)), reverse=True)
        page = posts[:limit]
        body: dict[str, Any] = {"posts": [wire.post_view(post, now) for post in page]}
        if len(posts) > limit:
            body["cursor"] = f"{_millis(page[-1].at)}__{wire.cid(page[-1].id)}"
        return web.json_response(body, headers=_bluesky_limits())

    async def get_profiles(self, request: web.Request) -> web.Response:
        actors = request.query.getall("actors", [])
        if not 1 <= len(actors) <= MOST:
            return _invalid(f"array too big (maximum {MOST}, got {len(actors)})")
        body = {"profiles": profiles(self.world, actors, self.clock())}
        return web.json_response(body, headers=_bluesky_limits())

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        start = _int(request.query.get("cursor"), _millis(self.clock()) * 1000)
        due = [event for event in self.events if event["time_us"] >= start]
        reader = asyncio.create_task(self._until_closed(socket))
        try:
            while not socket.closed and not reader.done():
                if self.fault("jetstream"):
                    await socket.close(code=WSCloseCode.SERVICE_RESTART)
                    break
                now = _millis(self.clock()) * 1000 + 999  # an event of this very millisecond is due
                while due and due[0]["time_us"] <= now:
                    await socket.send_str(json.dumps(due.pop(0), ensure_ascii=False))
                await asyncio.sleep(_STREAM_TICK)
        except ConnectionError:
            pass  # the client left in the middle of a send
        finally:
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader
        return socket

    async def _until_closed(self, socket: web.WebSocketResponse) -> None:
        async for _ in socket:
            pass

    async def search_by_date(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        limit = min(max(_int(query.get("hitsPerPage"), 20), 1), 1000)
        words = query.get("query", "").replace('"', "").casefold()
        bounds = _FILTER.findall(query.get("numericFilters", ""))
        posts = [
            post
            for post in self.world.seen("hackernews", now)
            if all(word in post.text.casefold() for word in words.split())
            and all(_holds(int(post.at.timestamp()), sign, int(bound)) for sign, bound in bounds)
        ]
        reach = posts[:1000]
        page = _int(query.get("page"), 0)
        hits = reach[page * limit : (page + 1) * limit]
        return web.json_response(
            {
                "exhaustive": {"nbHits": True, "typo": True},
                "exhaustiveNbHits": True,
                "exhaustiveTypo": True,
                "hits": [wire.hit(post, words) for post in hits],
                "hitsPerPage": limit,
                "nbHits": len(posts),
                "nbPages": -(-len(reach) // limit),
                "page": page,
                "params": f"advancedSyntax=true&analyticsTags=backend&hitsPerPage={limit}",
                "processingTimeMS": 3,
                "processingTimingsMS": {"_request": {"roundTrip": 12}, "total": 3},
                "query": words,
                "serverTimeMS": 4,
            }
        )

    async def feed(self, request: web.Request) -> web.Response:
        now, edition = self.clock(), request.match_info["edition"]
        arabic = edition == "ar.atom"
        if not arabic and edition != "en.rss":
            return web.Response(status=404)
        posts = [p for p in self.world.seen("rss", now) if (p.dialect != "en") == arabic][:20]
        body = wire.atom(posts, str(request.url), now) if arabic else wire.rss(posts)
        etag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
        newest = max((post.at for post in posts), default=now)
        headers = {"ETag": etag, "Last-Modified": format_datetime(newest, usegmt=True)}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        kind = "application/atom+xml" if arabic else "application/rss+xml"
        return web.Response(text=body, content_type=kind, charset="utf-8", headers=headers)


def _invalid(wrong: str) -> web.Response:
    error = {"error": "InvalidRequest", "message": f"Invalid params: {wrong}"}
    return web.json_response(error, status=400)


def _bluesky_limits() -> dict[str, str]:
    reset = str(int(datetime.now(UTC).timestamp()) + 300)
    return {"RateLimit-Limit": "3000", "RateLimit-Remaining": "2900", "RateLimit-Reset": reset}


def _int(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdecimal() else default


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _holds(value: int, sign: str, bound: int) -> bool:
    return {
        ">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound,
    }[sign]  # fmt: skip
