"""A Mastodon server about the world: timelines for anybody; the brand's account, its statuses and
what is below them; search and notifications for whoever has the account's token."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from listener.demo import wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.base import RETRY_AFTER, Clock, dated, number
from listener.demo.world import World

TOKEN = "mastodon-token-of-rashfan"
HANDLE = "rashfan"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """``token``: the one that is good."""

    token = TOKEN

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address}

    def routes(self) -> Sequence[web.RouteDef]:
        api = "/mastodon/api"
        return [
            web.get(f"{api}/v1/timelines/tag/{{tag}}", self._known(self.tag_timeline)),
            web.get(f"{api}/v1/statuses", self._known(self.statuses)),
            web.get(f"{api}/v1/statuses/{{id}}/context", self._known(self.context)),
            web.get(f"{api}/v1/accounts/lookup", self._known(self.account)),
            web.get(f"{api}/v1/accounts/verify_credentials", self._signed(self.account)),
            web.get(f"{api}/v1/accounts/{{id}}", self._known(self.account)),
            web.get(f"{api}/v1/accounts/{{id}}/statuses", self._known(self.written)),
            web.get(f"{api}/v1/notifications", self._signed(self.notifications)),
            web.get(f"{api}/v2/search", self._signed(self.search)),
        ]

    def limited(self) -> web.Response:
        headers = limits(0) | {"Retry-After": str(RETRY_AFTER)}
        return web.json_response({"error": "Too many requests"}, status=429, headers=headers)

    def posts(self) -> list[Post]:
        """What the server shows, newest first."""
        return [p for p in self.world.seen("mastodon", self.clock()) if p.rating is None]

    def _known(self, handler: Handler) -> Handler:
        """For guests, and for whoever has the right token."""

        async def answer(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("authorization")
            right = given in (None, f"Bearer {self.token}")
            return dated(await handler(request) if right else _refused(), self.clock())

        return answer

    def _signed(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            right = request.headers.get("authorization") == f"Bearer {self.token}"
            return dated(await handler(request) if right else _refused(), self.clock())

        return answer

    async def tag_timeline(self, request: web.Request) -> web.Response:
        query = request.query
        tags = {t.casefold() for t in (request.match_info["tag"], *query.getall("any[]", []))}
        limit = min(max(number(query.get("limit"), 20), 1), 40)
        upper = number(query.get("max_id"), 2**63)
        lower = max(number(query.get("since_id"), 0), number(query.get("min_id"), 0))
        posts = [
            post
            for post in self.posts()
            if not tags.isdisjoint(name.casefold() for name in post.hashtags)
            and lower < int(post.native) < upper
        ]
        posts.sort(key=lambda post: int(post.native), reverse=True)
        if "min_id" in query:  # counts up from the id, unlike since_id
            posts = posts[-limit:]
        return self._page(request, posts[:limit])

    def _page(self, request: web.Request, posts: Sequence[Post]) -> web.Response:
        body = [self._status(post, request) for post in posts]
        return _linked(request, body, [post.native for post in posts])

    def _status(self, post: Post, request: web.Request) -> wire.Json:
        """The brand's own count their answers; others' are what the world says."""
        shown = wire.status(post, self.clock(), str(request.url.origin()))
        if post.own:
            answers = sum(p.reply_to is not None and p.reply_to.id == post.id for p in self.posts())
            shown["replies_count"] = max(post.replies, answers)
        return shown

    async def statuses(self, request: web.Request) -> web.Response:
        asked = request.query.getall("id[]", [])
        if len(asked) > 20:
            return web.json_response({"error": "Validation failed"}, status=422)
        posts = [post for post in self.posts() if post.native in asked]
        body = [self._status(post, request) for post in posts]
        return web.json_response(body, headers=limits(291))

    async def context(self, request: web.Request) -> web.Response:
        root = request.match_info["id"]
        if not any(post.native == root for post in self.posts()):
            return _missing()
        below = [p for p in reversed(self.posts()) if root in _ancestors(p)]
        body = {"ancestors": [], "descendants": [self._status(p, request) for p in below]}
        return web.json_response(body, headers=limits(291))

    async def account(self, request: web.Request) -> web.Response:
        """By its name, by its id, or whose token it is."""
        now = self.clock()
        home = f"https://{BRAND_PERSON.server}/@{HANDLE}"
        shown = wire.account(BRAND_PERSON, home, now)
        named = request.match_info.get("id") or request.query.get("acct", shown["id"])
        if named not in (shown["id"], HANDLE, shown["acct"]):
            return _missing()
        return web.json_response(shown, headers=limits(291))

    async def written(self, request: web.Request) -> web.Response:
        """Of the brand; the other accounts' are no concern of this server."""
        query = request.query
        upper = number(query.get("max_id"), 2**63)
        posts = [p for p in self.posts() if p.own and int(p.native) < upper]
        return self._page(request, posts[: number(query.get("limit"), 20)])

    async def notifications(self, request: web.Request) -> web.Response:
        """Who mentions the brand; ids count up."""
        named = [p for p in self.world.posts if p.network == "mastodon" and is_mention(p)]
        ids = {post.id: at for at, post in enumerate(named, start=1)}
        query = request.query
        upper, lower = number(query.get("max_id"), 2**63), number(query.get("since_id"), 0)
        told = [p for p in self.posts() if p.id in ids and lower < ids[p.id] < upper]
        told = told[: number(query.get("limit"), 40)]
        body = [
            {
                "id": str(ids[post.id]), "type": "mention", "created_at": wire.iso(post.at),
                "group_key": f"ungrouped-{ids[post.id]}",
                "account": (shown := self._status(post, request))["account"], "status": shown,
            }
            for post in told
        ]  # fmt: skip
        return _linked(request, body, [entry["id"] for entry in body])

    async def search(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        words = query.get("q", "").replace('"', "").casefold().split()
        upper = number(query.get("max_id"), 2**63)
        lower = number(query.get("min_id"), 0)
        found = [
            post
            for post in self.posts()
            if all(word in post.text_at(now).casefold() for word in words)
            and lower < int(post.native) < upper
        ]
        found.sort(key=lambda post: int(post.native), reverse=True)
        body = [self._status(p, request) for p in found[: number(query.get("limit"), 20)]]
        return web.json_response(
            {"accounts": [], "statuses": body, "hashtags": []}, headers=limits(291)
        )


def is_mention(post: Post) -> bool:
    return not post.own and post.rating is None and f"@{HANDLE} " in f"{post.text} "


def limits(remaining: int) -> dict[str, str]:
    reset = datetime.now(UTC) + timedelta(seconds=RETRY_AFTER if not remaining else 300)
    return {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": reset.isoformat().replace("+00:00", "Z"),
    }


def _linked(request: web.Request, body: Sequence[wire.Json], ids: Sequence[str]) -> web.Response:
    headers = limits(291)
    if ids:
        limit = request.query.get("limit", "20")
        base = f"{request.url.origin()}{request.url.raw_path}?limit={limit}"
        headers["Link"] = (
            f'<{base}&max_id={ids[-1]}>; rel="next", <{base}&min_id={ids[0]}>; rel="prev"'
        )
    headers["ETag"] = f'W/"{sha256(json.dumps(body).encode()).hexdigest()[:32]}"'
    return web.json_response(body, headers=headers)


def _ancestors(post: Post) -> set[str]:
    found = set()
    while post.reply_to is not None:
        post = post.reply_to
        found.add(post.native)
    return found


def _refused() -> web.Response:
    error = {"error": "The access token is invalid"}
    return web.json_response(error, status=401, headers=limits(299))


def _missing() -> web.Response:
    return web.json_response({"error": "Record not found"}, status=404, headers=limits(291))
