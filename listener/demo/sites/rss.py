"""Two feeds of one paper about the world: Atom in Arabic, RSS 2.0 in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from aiohttp import web

from listener.demo import wire
from listener.demo.sites.base import Clock
from listener.demo.world import World


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def options(self, address: str) -> Mapping[str, Any]:
        return {"feeds": [f"{address}/ar.atom", f"{address}/en.rss"]}

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get("/rss/{edition}", self.feed)]

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
