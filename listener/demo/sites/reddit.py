"""Reddit as the world shows it (https://www.reddit.com/dev/api), one community of it.

What people write by words or tags is a post there, what they say to the brand by its name a comment
under one of these, what they write under the brand's posts a comment under its posts; ratings are
on other networks. A client has to sign in, as itself or for the brand's account, and to say who it
is; it has so many requests in ten minutes.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from listener.demo import reddit_wire as wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.reddit_wire import COMMUNITY, Json, Placed
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

CLIENT, SECRET, REFRESH = "rasid-app", "app-s3cret", "refresh-of-rashfan"
LASTS = 86_400
"""Seconds of a token, as Reddit gives them."""
MOST, SPAN = 1000, 600
"""Requests in so many seconds."""
ME = BRAND_PERSON.handle
Made = Json | list[Json] | tuple[int, Json]


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        mine = sorted((p for p in world.posts if p.network == "reddit"), key=lambda p: p.at)
        self.placed = wire.place(mine)
        self._tokens: dict[str, tuple[datetime, bool]] = {}  # until when, and whether ours
        self.granted: list[str] = []  # by which grant
        self._asked: dict[int, int] = {}

    def routes(self) -> Sequence[web.RouteDef]:
        made: Mapping[str, Callable[[web.Request, datetime], Made]] = {
            "/search": self._search,
            "/r/{name}/comments": self._comments,
            "/comments/{id}": self._thread,
            "/message/inbox": self._inbox,
            "/user/{name}/overview": self._overview,
            "/user/{name}/about": self._account,
            "/api/info": self._info,
            "/subreddits/search": self._communities,
        }

        def route(path: str, make: Callable[[web.Request, datetime], Made]) -> web.RouteDef:
            async def answer(request: web.Request) -> web.StreamResponse:
                return self._answer(request, make)

            return web.get(f"/reddit{path}", answer)

        grant: Callable[[web.Request], Awaitable[web.StreamResponse]] = self._grant
        token = web.post("/reddit/api/v1/access_token", grant)
        return [token, *(route(path, make) for path, make in made.items())]

    def options(self, address: str) -> Mapping[str, Any]:
        return {
            "api_url": address,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "user_agent": "linux:rasid-demo:1 (by /u/rashfan)",
            "subreddits": [COMMUNITY],
        }

    @staticmethod
    def limited() -> web.Response:
        headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "2"}
        told = {"message": "Too Many Requests", "error": 429}
        return web.json_response(told, status=429, headers=headers)

    async def _grant(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        try:
            signed = b64decode(request.headers.get("authorization", "").partition(" ")[2]).decode()
        except (Error, UnicodeDecodeError):
            signed = ""
        if signed != f"{CLIENT}:{SECRET}":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        grant = str(form.get("grant_type"))
        mine = grant == "refresh_token" and form.get("refresh_token") == REFRESH
        if not mine and grant != "client_credentials":
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.granted.append(grant)
        token = f"eyJ-demo-{len(self.granted)}-{'me' if mine else 'app'}"
        self._tokens[token] = (self._clock(), mine)
        told = {"access_token": token, "token_type": "bearer", "expires_in": LASTS, "scope": "*"}
        return web.json_response(told)

    def _answer(
        self, request: web.Request, make: Callable[[web.Request, datetime], Made]
    ) -> web.StreamResponse:
        now = self._clock()
        span = int(now.timestamp()) // SPAN
        self._asked[span] = asked = self._asked.get(span, 0) + 1
        limits = {
            "Date": format_datetime(now, usegmt=True),
            "x-ratelimit-used": str(asked),
            "x-ratelimit-remaining": f"{max(MOST - asked, 0)}.0",
            "x-ratelimit-reset": str(SPAN - int(now.timestamp()) % SPAN),
        }
        if "rasid-demo" not in request.headers.get("user-agent", ""):
            turned = "<html><title>Blocked</title>whoa there, pardner!</html>"
            return web.Response(text=turned, status=403, content_type="text/html")
        if asked > MOST:
            told: Made = (429, {"message": "Too Many Requests", "error": 429})
        elif self._token(request, now) is None:
            told = (401, {"message": "Unauthorized", "error": 401})
        else:
            told = make(request, now)
        status, body = told if isinstance(told, tuple) else (200, told)
        if status == 302 and isinstance(body, dict):
            raise web.HTTPFound(str(body["location"]), headers=limits)
        return web.json_response(body, status=status, headers=limits)

    def _token(self, request: web.Request, now: datetime) -> bool | None:
        """Whether the token is the account's; None where it is none, or has ended."""
        token = request.headers.get("authorization", "").partition(" ")[2]
        at, mine = self._tokens.get(token, (None, False))
        return mine if at is not None and (now - at).total_seconds() < LASTS else None

    def seen(self, now: datetime) -> list[Placed]:
        """What stands and is not deleted, newest first."""
        there = (one for one in self.placed if one.post.visible(now))
        return sorted(there, key=lambda one: one.post.at, reverse=True)

    def _made(self, one: Placed, now: datetime, request: web.Request, replies: Any = "") -> Json:
        comments = sum(o.under == (one.under or one.name) for o in self.seen(now))
        raw = request.query.get("raw_json") == "1"
        return wire.thing(one, now, raw=raw, comments=comments, replies=replies)

    def _page(self, found: Sequence[Placed], now: datetime, request: web.Request) -> Json:
        """``before`` and ``after``: fullnames; one that is no more in the listing ends it."""
        size, names = number(request.query.get("limit"), 25), [one.name for one in found]
        after, before = request.query.get("after"), request.query.get("before")
        if (anchor := after or before) and anchor not in names:
            return wire.listing([])
        start = names.index(after) + 1 if after else 0
        some = found[start : names.index(before) if before else start + size]
        more = some[-1].name if some and start + len(some) < len(found) and not before else None
        return wire.listing([self._made(one, now, request) for one in some], more)

    def _search(self, request: web.Request, now: datetime) -> Made:
        words = request.query.get("q", "").replace('"', "").casefold().split()
        posts = [one for one in self.seen(now) if one.under is None]
        hits = [o for o in posts if all(w in o.post.text_at(now).casefold() for w in words)]
        return self._page(hits, now, request)

    def _comments(self, request: web.Request, now: datetime) -> Made:
        name = request.match_info["name"]
        if name == "banned":
            return 404, {"reason": "banned", "message": "Not Found", "error": 404}
        if name.casefold() != COMMUNITY.casefold():
            return 302, {"location": f"/reddit/subreddits/search?q={name}"}
        return self._page([one for one in self.seen(now) if one.under], now, request)

    def _communities(self, _request: web.Request, _now: datetime) -> Made:
        return wire.listing([{"kind": "t5", "data": {"display_name": COMMUNITY, "subscribers": 9}}])

    def _thread(self, request: web.Request, now: datetime) -> Made:
        name = f"t3_{request.match_info['id']}"
        post = next((o for o in self.placed if o.name == name and o.post.at <= now), None)
        if post is None:
            return 404, {"message": "Not Found", "error": 404}

        def tree(one: Placed) -> Json:
            below = [tree(inner) for inner in one.below if inner.post.at <= now]
            return self._made(one, now, request, wire.listing(below) if below else "")

        comments = [tree(one) for one in post.below if one.post.at <= now]
        return [wire.listing([self._made(post, now, request)]), wire.listing(comments)]

    def _inbox(self, request: web.Request, now: datetime) -> Made:
        if not self._token(request, now):
            return 403, {"message": "Forbidden", "error": 403}
        ours = {one.name for one in self.placed if one.post.own}
        to_us = [o for o in self.seen(now) if o.parent in ours and not o.post.own]
        page = self._page(to_us, now, request)
        data = page["data"]
        children = [wire.in_inbox(made, ME) for made in data["children"]]
        return {**page, "data": {**data, "children": children}}

    def _overview(self, request: web.Request, now: datetime) -> Made:
        if request.match_info["name"] != ME:
            return 404, {"message": "Not Found", "error": 404}
        return self._page([one for one in self.seen(now) if one.post.own], now, request)

    def _account(self, request: web.Request, _now: datetime) -> Made:
        if request.match_info["name"] != ME:
            return 404, {"message": "Not Found", "error": 404}
        profile = {"display_name": f"u_{ME}", "subscribers": BRAND_PERSON.followers}
        told = {"name": ME, "id": wire.account_id(BRAND_PERSON)[3:], "total_karma": 460}
        return {"kind": "t2", "data": {**told, "subreddit": profile}}

    def _info(self, request: web.Request, now: datetime) -> Made:
        names = request.query.get("id", "").split(",")
        there = [one for one in self.placed if one.name in names and one.post.at <= now]
        return wire.listing([self._made(one, now, request) for one in there])
