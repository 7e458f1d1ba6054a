"""Threads' API about the world: search, mentions, the brand's threads and what is said below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from listener.demo import graph_site as g
from listener.demo.posts import Post
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

USER, HANDLE = "17841499999999999", "rashfan"
DAY = timedelta(hours=24)


class Site(g.GraphSite):
    """``approved``: for searching what others write; before, only the own posts are searched.
    ``most``: searches of a day that find something."""

    name, version = "threads", "v1.0"
    approved, most = True, 2200

    def __init__(self, world: World, clock: Clock) -> None:
        super().__init__(world, clock)
        self.searches: list[datetime] = []

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": g.TOKEN, "user": USER, "app_token": g.APP_TOKEN}

    def routes(self) -> Sequence[web.RouteDef]:
        return [*super().routes(), web.get(f"/{self.name}/refresh_access_token", self._refresh)]

    def answer(self, path: str, params: g.Params) -> Any:
        first, _, rest = path.partition("/")
        if path == "keyword_search":
            return self._search(params)
        if first == USER:
            return self._account(rest, params)
        post = next((p for p in self.posts() if p.native == first and p.rating is None), None)
        if post is None or not post.own:
            raise g.missing(first)
        if rest == "insights":
            return g.insights(_numbers(post), params, self.refused, first)
        if rest in ("conversation", "replies"):
            below = [p for p in self.posts() if p.reply_to and _root(p).native == first]
            return [self._thread(p) for p in below]
        return g.chosen(self._thread(post), g.fields_of(params.get("fields", "")))

    def _account(self, rest: str, params: g.Params) -> Any:
        posts = [post for post in self.posts() if post.rating is None]
        match rest:
            case "":
                shown: dict[str, Any] = {"id": USER, "username": HANDLE}
                shown["recently_searched_keywords"] = []
                return g.chosen(shown, g.fields_of(params.get("fields", "")))
            case "threads":
                return [self._thread(p) for p in posts if p.own and p.reply_to is None]
            case "replies":
                return [self._thread(p) for p in posts if p.own and p.reply_to is not None]
            case "mentions":
                return [self._thread(p) for p in self._since(posts, params) if is_mention(p)]
            case "threads_insights":
                day = {"views": 210, "likes": 480, "replies": 62, "reposts": 30, "quotes": 4}
                day |= {"followers_count": 41_800}
                return g.insights(day, {**params, "period": "day"}, self.refused, USER)
        raise g.GraphError(f"(#100) Tried accessing nonexisting field ({rest})", 100)

    def _search(self, params: g.Params) -> list[dict[str, Any]]:
        now, words = self.clock(), params.get("q", "").casefold()
        self.searches = [at for at in self.searches if at > now - DAY]
        if len(self.searches) >= self.most:
            raise g.GraphError("(#613) Calls to this api have exceeded the rate limit.", 613)
        if "owner" in g.fields_of(params.get("fields", "")):
            raise g.GraphError("(#100) Tried accessing nonexisting field (owner)", 100)
        found = []
        for post in self._since(self.posts(), params):
            if post.rating is not None or not (self.approved or post.own):
                continue
            if params.get("search_mode") == "TAG":
                hit = words in map(str.casefold, post.hashtags)
            else:
                hit = all(word in post.text_at(now).casefold() for word in words.split())
            if hit:
                found.append(self._thread(post))
        if found:
            self.searches.append(now)
        return found

    def _since(self, posts: Sequence[Post], params: g.Params) -> list[Post]:
        since = number(params.get("since"), 0)
        return [post for post in posts if post.at.timestamp() >= since]

    def _thread(self, post: Post) -> dict[str, Any]:
        code = sha256(post.native.encode()).hexdigest()[:11]
        shown: dict[str, Any] = {
            "id": post.native, "text": post.text_at(self.clock()), "media_type": "TEXT_POST",
            "permalink": f"https://www.threads.net/@{post.author.handle}/post/{code}",
            "timestamp": g.stamp(post.at), "username": post.author.handle,
            "has_replies": any(p.reply_to and p.reply_to.native == post.native
                               for p in self.posts()),
            "is_quote_post": False, "is_reply": post.reply_to is not None,
        }  # fmt: skip
        if post.hashtags:
            shown["topic_tag"] = post.hashtags[0]
        if post.reply_to is not None:
            shown["root_post"] = {"id": _root(post).native}
            shown["replied_to"] = {"id": post.reply_to.native}
            shown["is_reply_owned_by_me"] = post.own
        return shown

    async def _refresh(self, request: web.Request) -> web.Response:
        asked = request.query
        right = asked.get("grant_type") == "th_refresh_token"
        if not right or asked.get("access_token") != self.token:
            error = g.GraphError("Error validating access token", 190)
            return web.json_response({"error": error.body}, status=400)
        told = {"access_token": self.token, "token_type": "bearer", "expires_in": 5_183_944}
        return web.json_response(told)


def is_mention(post: Post) -> bool:
    return not post.own and f"@{HANDLE}" in post.text


def _root(post: Post) -> Post:
    while post.reply_to is not None:
        post = post.reply_to
    return post


def _numbers(post: Post) -> dict[str, int]:
    return {
        "views": post.likes * 13 + 60, "likes": post.likes, "replies": post.replies,
        "reposts": post.shares, "quotes": 0, "shares": post.shares // 2,
    }  # fmt: skip
