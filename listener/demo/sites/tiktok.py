"""TikTok's Display API about the world: the brand's videos and numbers, for its token alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.base import Clock, dated
from listener.demo.world import World

CLIENT_KEY, CLIENT_SECRET, FIRST = "aw-rashfan-key", "tiktok-app-secret", "rft.first-of-rashfan"
LASTS = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


class Site:
    """``scopes``: those that were granted. ``most``: calls a minute. A refresh token is good once:
    ``refresh`` is the one that is."""

    scopes: frozenset[str] = frozenset({"user.info.basic", "user.info.stats", "video.list"})
    most = 600

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.refresh = FIRST
        self.tokens: dict[str, datetime] = {}
        self.calls: list[datetime] = []

    def options(self, address: str) -> Mapping[str, Any]:
        return {
            "api_url": address, "client_id": CLIENT_KEY, "client_secret": CLIENT_SECRET,
            "refresh_token": FIRST,
        }  # fmt: skip

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.post("/tiktok/oauth/token/", self._token),
            web.get("/tiktok/user/info/", self._user),
            web.post("/tiktok/video/list/", self._list),
        ]

    def limited(self) -> web.Response:
        return _error("rate_limit_exceeded", "The API rate limit was exceeded.", 429)

    def videos(self) -> list[Post]:
        """Newest first; no answer under a video is a video."""
        shown = self.world.seen("tiktok", self.clock())
        return [post for post in shown if post.own and post.reply_to is None]

    async def _token(self, request: web.Request) -> web.Response:
        asked, now = await request.post(), self.clock()
        app = asked.get("client_key") == CLIENT_KEY and asked.get("client_secret") == CLIENT_SECRET
        if not app or asked.get("refresh_token") != self.refresh:
            error = {"error": "invalid_grant", "error_description": "Refresh token is invalid."}
            return web.json_response({**error, "log_id": "20261122"}, status=400)
        number = len(self.tokens) + 1
        self.refresh, token = f"rft.{number}-of-rashfan", f"act.{number}-of-rashfan"
        self.tokens[token] = now + LASTS
        return web.json_response(
            {
                "access_token": token, "expires_in": int(LASTS.total_seconds()),
                "refresh_token": self.refresh, "refresh_expires_in": 15_552_000,
                "open_id": "_000rashfan", "scope": ",".join(sorted(self.scopes)),
                "token_type": "Bearer",
            }
        )  # fmt: skip

    async def _user(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request, "user.info.stats")) is not None:
            return refused
        user = {
            "open_id": "_000rashfan", "display_name": BRAND_PERSON.name,
            "follower_count": BRAND_PERSON.followers, "following_count": 120,
            "likes_count": sum(post.likes for post in self.videos()),
            "video_count": len(self.videos()),
        }  # fmt: skip
        return self._told({"user": _chosen(user, request)})

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request, "video.list")) is not None:
            return refused
        asked = await request.json()
        count, before = asked.get("max_count", 10), asked.get("cursor")
        if not 1 <= count <= 20:
            return _error("invalid_params", "max_count must be between 1 and 20", 400)
        left = [post for post in self.videos() if before is None or _millis(post) < before]
        page = left[:count]
        told = {
            "videos": [_chosen(_video(post, self.clock()), request) for post in page],
            "cursor": _millis(page[-1]) if page else 0,
            "has_more": len(left) > count,
        }
        return self._told(told)

    def _refused(self, request: web.Request, scope: str) -> web.Response | None:
        now = self.clock()
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, now) <= now:
            return _error("access_token_invalid", "The access token is invalid.", 401)
        if scope not in self.scopes:
            return _error("scope_not_authorized", f"The user did not authorize {scope}.", 401)
        self.calls = [at for at in self.calls if at > now - MINUTE]
        if len(self.calls) >= self.most:
            return self.limited()
        self.calls.append(now)
        return None

    def _told(self, data: Mapping[str, Any]) -> web.StreamResponse:
        error = {"code": "ok", "message": "", "log_id": "20261122"}
        return dated(web.json_response({"data": data, "error": error}), self.clock())


def _video(post: Post, now: datetime) -> dict[str, Any]:
    text = post.text_at(now)
    address = f"https://www.tiktok.com/@{post.author.handle}/video/{post.native}"
    return {
        "id": post.native, "create_time": int(post.at.timestamp()),
        "share_url": f"{address}?utm_campaign=tt4d_open_api&utm_source={CLIENT_KEY}",
        "title": text[:40], "video_description": text, "like_count": post.likes,
        "comment_count": post.replies, "share_count": post.shares, "view_count": views(post),
    }  # fmt: skip


def views(post: Post) -> int:
    return post.likes * 17 + 80


def _chosen(shown: Mapping[str, Any], request: web.Request) -> dict[str, Any]:
    """Only the fields that are asked for."""
    return {key: shown[key] for key in request.query.get("fields", "").split(",") if key in shown}


def _millis(post: Post) -> int:
    return int(post.at.timestamp() * 1000)


def _error(code: str, message: str, status: int) -> web.Response:
    error = {"code": code, "message": message, "log_id": "20261122"}
    return web.json_response({"data": {}, "error": error}, status=status)
