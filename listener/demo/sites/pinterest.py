"""Pinterest's API about the world: the brand's pins and numbers, for its token alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.base import Clock, dated, number
from listener.demo.world import World

TOKEN = "pina_token-of-rashfan"


class Site:
    """``token``: the one that is good. ``left``: calls until the limit."""

    token = TOKEN
    left = 1000

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": TOKEN}

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.get("/pinterest/pins", self._pins),
            web.get("/pinterest/user_account", self._account),
        ]

    def limited(self) -> web.Response:
        error = {"code": 8, "message": "You have exceeded your rate limit. Try again later."}
        return web.json_response(error, status=429, headers=self._limits(0))

    def pins(self) -> list[Post]:
        """Newest first."""
        shown = self.world.seen("pinterest", self.clock())
        return [post for post in shown if post.own and post.reply_to is None]

    async def _pins(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        query, pins = request.query, self.pins()
        size, metrics = number(query.get("page_size"), 25), query.get("pin_metrics") == "true"
        if not 1 <= size <= 250:
            return _error(1, f"Parameter 'page_size' is invalid: {size}", 400)
        start = next((n for n, p in enumerate(pins) if _mark(p) == query.get("bookmark")), 0)
        page = pins[start : start + size]
        more = _mark(pins[start + size]) if len(pins) > start + size else None
        items = [_pin(post, self.clock(), metrics=metrics) for post in page]
        return self._told({"items": items, "bookmark": more})

    async def _account(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        return self._told(
            {
                "account_type": "BUSINESS", "id": "549755885170", "profile_image": "",
                "website_url": "https://rashfan.example", "username": BRAND_PERSON.handle,
                "about": "", "business_name": BRAND_PERSON.name, "board_count": 8,
                "pin_count": len(self.pins()), "follower_count": BRAND_PERSON.followers,
                "following_count": 31, "monthly_views": 150_233,
            }
        )  # fmt: skip

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _error(2, "Authentication failed.", 401)
        return None

    def _told(self, body: Mapping[str, Any]) -> web.StreamResponse:
        return dated(web.json_response(body, headers=self._limits(self.left)), self.clock())

    @staticmethod
    def _limits(left: int) -> dict[str, str]:
        limit = {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": str(left)}
        return {**limit, "x-ratelimit-reset": "2"}


def _pin(post: Post, now: datetime, *, metrics: bool) -> dict[str, Any]:
    title, _, text = post.text_at(now).partition(":")
    sizes = {"150x150": 150, "400x300": 400, "600x": 600, "1200x": 1200}
    shown = {
        key: {"width": wide, "height": wide, "url": f"https://i.pinimg.com/{key}/{post.native}.jpg"}
        for key, wide in sizes.items()
    }
    return {
        "id": post.native, "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}", "title": title,
        "description": text.strip(), "link": "https://rashfan.example/", "alt_text": None,
        "board_id": "549755885175", "board_owner": {"username": post.author.handle},
        "board_section_id": None, "creative_type": "REGULAR", "dominant_color": "#6E7874",
        "has_been_promoted": False, "is_owner": True, "is_standard": False, "parent_pin_id": None,
        "media": {"images": shown, "media_type": "image"},
        "pin_metrics": _metrics(post) if metrics else None,
    }  # fmt: skip


def _metrics(post: Post) -> dict[str, Any]:
    clicks = {"pin_click": post.shares, "impression": seen_times(post), "clickthrough": 3}
    return {"90d": clicks, "lifetime_metrics": {
        **clicks, "reaction": post.likes, "comment": post.replies,
    }}  # fmt: skip


def seen_times(post: Post) -> int:
    return post.likes * 23 + 90


def _mark(post: Post) -> str:
    return f"LT4x{post.native}"


def _error(code: int, message: str, status: int) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
