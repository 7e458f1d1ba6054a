"""Bluesky about the world: its AppView for anybody, the brand's notifications for whoever signs in
with its app password, and the live stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from listener.demo import wire
from listener.demo.jetstream import Jetstream
from listener.demo.people import BRAND_DID, BRAND_HANDLE
from listener.demo.posts import Post
from listener.demo.profiles import MOST, profiles
from listener.demo.sites.base import Clock, dated, number
from listener.demo.world import World

PASSWORD = "abcd-efgh-ijkl-mnop"
LASTS = timedelta(hours=2)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_REASONS = {"mention", "reply", "quote"}


class Site:
    """``password``: the one that is good. ``tokens``: until when each is."""

    password = PASSWORD

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.stream = Jetstream(world, clock)
        self.tokens: dict[str, datetime] = {}

    def options(self, address: str) -> Mapping[str, Any]:
        host = address.removeprefix("http").removesuffix("/bluesky")
        return {"api_url": address, "stream": f"ws{host}/jetstream/subscribe"}

    def routes(self) -> Sequence[web.RouteDef]:
        feed, actor = "app.bsky.feed", "app.bsky.actor"
        handlers: Mapping[str, Handler] = {
            f"{feed}.searchPosts": self.search_posts, f"{feed}.getPosts": self.get_posts,
            f"{feed}.getPostThread": self.get_post_thread, f"{feed}.getQuotes": self.get_quotes,
            f"{feed}.getAuthorFeed": self.get_author_feed, f"{actor}.getProfile": self.get_profile,
            f"{actor}.getProfiles": self.get_profiles,
            "app.bsky.notification.listNotifications": self.list_notifications,
            "com.atproto.server.getSession": self.get_session,
        }  # fmt: skip
        xrpc = "/bluesky/xrpc"
        return [
            *(web.get(f"{xrpc}/{name}", self._known(each)) for name, each in handlers.items()),
            web.post(f"{xrpc}/com.atproto.server.createSession", self.create_session),
            web.get("/jetstream/subscribe", self.stream.subscribe),
        ]

    def posts(self) -> list[Post]:
        """What the AppView shows, newest first."""
        return [p for p in self.world.seen("bluesky", self.clock()) if p.rating is None]

    def view(self, post: Post) -> wire.Json:
        """The brand's own count their answers; others' are what the world says."""
        shown = wire.post_view(post, self.clock())
        if post.own:
            shown["replyCount"] = max(post.replies, len(self._below(post)))
        return shown

    def _known(self, handler: Handler) -> Handler:
        """For guests, and for whoever has a token that is good."""

        async def answer(request: web.Request) -> web.StreamResponse:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if token and token not in self.tokens:
                return _error("InvalidToken", "Token could not be verified")
            if token and self.tokens[token] <= self.clock():
                return _error("ExpiredToken", "Token has expired")
            return dated(await handler(request), self.clock())

        return answer

    async def create_session(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked.get("identifier") != BRAND_HANDLE or asked.get("password") != self.password:
            error = "Invalid identifier or password"
            return _error("AuthenticationRequired", error, 401)
        token = f"access-jwt-{len(self.tokens) + 1}-of-rashfan"
        self.tokens[token] = self.clock() + LASTS
        body = {"accessJwt": token, "refreshJwt": f"refresh-{token}", "handle": BRAND_HANDLE}
        return web.json_response({**body, "did": BRAND_DID, "active": True})

    async def get_session(self, request: web.Request) -> web.Response:
        if "authorization" not in request.headers:
            return _error("AuthMissing", "Authentication Required", 401)
        return web.json_response({"handle": BRAND_HANDLE, "did": BRAND_DID, "active": True})

    async def list_notifications(self, request: web.Request) -> web.Response:
        """Who mentions the brand or answers it, newest first."""
        if "authorization" not in request.headers:
            return _error("AuthMissing", "Authentication Required", 401)
        query, now = request.query, self.clock()
        wanted = set(query.getall("reasons", [])) or _REASONS
        told = [(post, why) for post in self.posts() if (why := reason(post)) in wanted]
        page, cursor = _paged(told, query, lambda entry: entry[0])
        shown = []
        for post, why in page:
            view = wire.post_view(post, now)
            entry = {key: view[key] for key in ("uri", "cid", "author", "record")}
            entry |= {"reason": why, "isRead": False, "indexedAt": view["indexedAt"], "labels": []}
            if why == "reply" and post.reply_to is not None:
                entry["reasonSubject"] = post.reply_to.id
            shown.append(entry)
        body = {"notifications": shown, "priority": False, "seenAt": wire.iso(now), **cursor}
        return web.json_response(body, headers=_limits())

    async def get_author_feed(self, request: web.Request) -> web.Response:
        who = _did(request.query.get("actor", ""))
        written = [post for post in self.posts() if post.author.did == who]
        if not written and who != BRAND_DID:
            return _error("InvalidRequest", "Profile not found")
        page, cursor = _paged(written, request.query, lambda post: post)
        body = {"feed": [{"post": self.view(post)} for post in page], **cursor}
        return web.json_response(body, headers=_limits())

    async def get_post_thread(self, request: web.Request) -> web.Response:
        uri = request.query.get("uri", "")
        root = next((post for post in self.posts() if post.id == uri), None)
        if root is None:
            return _error("NotFound", f"Post not found: {uri}")
        return web.json_response({"thread": self._node(root)}, headers=_limits())

    def _node(self, post: Post) -> wire.Json:
        return {
            "$type": "app.bsky.feed.defs#threadViewPost", "post": self.view(post),
            "replies": [self._node(reply) for reply in self._below(post)], "threadContext": {},
        }  # fmt: skip

    def _below(self, post: Post) -> list[Post]:
        return [p for p in self.posts() if p.reply_to is not None and p.reply_to.id == post.id]

    async def get_quotes(self, request: web.Request) -> web.Response:
        """Nobody quotes anybody in the world."""
        return web.json_response({"uri": request.query["uri"], "posts": []}, headers=_limits())

    async def get_profile(self, request: web.Request) -> web.Response:
        who = _did(request.query.get("actor", ""))
        found = profiles(self.world, [who], self.clock())
        if not found:
            return _error("InvalidRequest", "Profile not found")
        return web.json_response(found[0], headers=_limits())

    async def get_posts(self, request: web.Request) -> web.Response:
        asked = request.query.getall("uris", [])
        if not 1 <= len(asked) <= MOST:
            return _invalid(f"array too big (maximum {MOST}, got {len(asked)})")
        posts = [post for post in self.posts() if post.id in asked]
        body = {"posts": [self.view(post) for post in posts]}
        return web.json_response(body, headers=_limits())

    async def search_posts(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        limit = number(query.get("limit"), 25)
        if "q" not in query or not 1 <= limit <= 100:
            wrong = f"integer too big (maximum 100, got {limit})" if "q" in query else "no q"
            return _invalid(wrong)
        asked = "" if query["q"] == "*" else query["q"]
        words = [word.casefold() for word in asked.replace('"', " ").split()]
        named = _did(query.get("mentions", ""))
        before, _, last = query.get("cursor", "").partition("__")
        posts = [
            post
            for post in self.posts()
            if all(word in post.text_at(now).casefold() for word in words)
            and (not named or (named == BRAND_DID and is_mention(post)))
            and query.get("since", "") <= wire.iso(post.at) < query.get("until", "9")
            and (not before or (_millis(post.at), wire.cid(post.id)) < (number(before, 0), last))
        ]
        posts.sort(key=lambda post: (_millis(post.at), wire.cid(post.id)), reverse=True)
        page = posts[:limit]
        body: dict[str, Any] = {"posts": [self.view(post) for post in page]}
        if len(posts) > limit:
            body["cursor"] = f"{_millis(page[-1].at)}__{wire.cid(page[-1].id)}"
        return web.json_response(body, headers=_limits())

    async def get_profiles(self, request: web.Request) -> web.Response:
        actors = request.query.getall("actors", [])
        if not 1 <= len(actors) <= MOST:
            return _invalid(f"array too big (maximum {MOST}, got {len(actors)})")
        body = {"profiles": profiles(self.world, actors, self.clock())}
        return web.json_response(body, headers=_limits())


def reason(post: Post) -> str | None:
    """Why the brand is told of it."""
    if post.own:
        return None
    if post.reply_to is not None and post.reply_to.own:
        return "reply"
    return "mention" if is_mention(post) else None


def is_mention(post: Post) -> bool:
    return not post.own and post.text.startswith(f"@{BRAND_HANDLE}")


def _paged(
    found: Sequence[Any], query: Mapping[str, str], of: Callable[[Any], Post]
) -> tuple[Sequence[Any], dict[str, str]]:
    """``limit`` of those before the cursor, a time and an id; and what names the next page."""
    before, limit = query.get("cursor"), number(query.get("limit"), 50)
    left = [one for one in found if before is None or _place(of(one)) < before]
    more = len(left) > limit
    return left[:limit], {"cursor": _place(of(left[limit - 1]))} if more else {}


def _place(post: Post) -> str:
    return f"{wire.iso(post.at)}::{post.id}"


def _did(actor: str) -> str:
    return BRAND_DID if actor == BRAND_HANDLE else actor


def _error(kind: str, message: str, status: int = 400) -> web.Response:
    return web.json_response({"error": kind, "message": message}, status=status)


def _invalid(wrong: str) -> web.Response:
    return _error("InvalidRequest", f"Invalid params: {wrong}")


def _limits() -> dict[str, str]:
    reset = str(int(datetime.now(UTC).timestamp()) + 300)
    return {"RateLimit-Limit": "3000", "RateLimit-Remaining": "2900", "RateLimit-Reset": reset}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
