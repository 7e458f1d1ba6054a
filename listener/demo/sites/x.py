"""X, API v2, as it answers about the world: searches, timelines, lookups, counts, accounts, the
filtered stream and its rules. It bills: ``bill`` holds each item that was served, once a UTC day.

Answers are in the naming that the query asks for (``post.fields``: the newer). 450 searches in 15
minutes, told in ``x-rate-limit-*`` as X tells it; ``since_id`` below seven days is refused.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from listener.demo import x_wire as wire
from listener.demo.posts import Post
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

TOKEN = "x-bearer-of-the-demo"
WEEK = timedelta(days=7)
_WINDOW = timedelta(minutes=15)
_LIMITS = {"search": 450, "mentions": 450, "counts": 300}
_OTHERWISE = 900
_TERM = re.compile(r'(-?)(conversation_id:\d+|from:\w+|lang:\w+|[#@]?[\w]+|"[^"]*")')
PRICES = {"post": 0.005, "own": 0.001, "user": 0.010, "count": 0.005}


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self._world, self._clock = world, clock
        self._calls: dict[str, list[datetime]] = {}
        self.rules: dict[str, dict[str, str]] = {}
        self._numbered = 0
        self.bill: dict[tuple[str, str], float] = {}
        """(UTC day, item) → USD."""
        self.served = 0
        """Items, each as often as it was served."""

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.get("/x/tweets/search/recent", self.search),
            web.get("/x/tweets/search/stream", self.stream),
            web.get("/x/tweets/search/stream/rules", self.listed),
            web.post("/x/tweets/search/stream/rules", self.changed),
            web.get("/x/tweets/counts/recent", self.count),
            web.get("/x/tweets", self.lookup),
            web.get("/x/bill", self.billed),
            web.get("/x/users/by/username/{name}", self.account),
            web.get("/x/users/{id:[0-9]+}", self.account),
            web.get("/x/users/{id:[0-9]+}/{which:mentions|tweets}", self.timeline),
        ]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": TOKEN}

    def limited(self) -> web.Response:
        reset = str(int((self._clock() + _WINDOW).timestamp()))
        now = format_datetime(self._clock(), usegmt=True)
        headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset, "Date": now}
        problem = wire.problem(429, "Too Many Requests")
        return web.json_response(problem, status=429, headers=headers)

    async def billed(self, request: web.Request) -> web.Response:
        """The site's own books, which X shows in its console: USD, and how much was served."""
        usd = round(sum(self.bill.values()), 6)
        return web.json_response({"usd": usd, "served": self.served, "items": len(self.bill)})

    async def search(self, request: web.Request) -> web.Response:
        query = request.query
        wrong = self._refused(request, "search") or self._too_old(query.get("since_id"))
        if wrong is not None:
            return wrong
        words = query.get("query", "")
        if not words or len(words) > 512:
            return wire.invalid("query", f"must be 1 to 512 characters, is {len(words)}")
        now = self._clock()
        posts = [p for p in self._posts(now) if p.at > now - WEEK and matches(p, words, now)]
        return self._page(request, posts, "search", "next_token")

    async def timeline(self, request: web.Request) -> web.Response:
        which = request.match_info["which"]
        if (wrong := self._refused(request, which)) is not None:
            return wrong
        user, now = request.match_info["id"], self._clock()
        posts = self._posts(now)
        if which == "tweets":
            posts = [p for p in posts if wire.user_id(p.author) == user]
        else:  # also who answers is one who mentions
            names = {p.author.handle for p in posts if wire.user_id(p.author) == user}
            posts = [p for p in posts if not names.isdisjoint(wire.named_in(p, now))]
        return self._page(request, posts, which, "pagination_token")

    async def lookup(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request, "lookup")) is not None:
            return wrong
        now, ids = self._clock(), request.query.get("ids", "").split(",")
        if len(ids) > 100:
            return wire.invalid("ids", f"at most 100, got {len(ids)}")
        shown = {version: p for p in self._posts(now) for version in wire.chain(p, now)}
        naming = wire.naming(request.query)
        found = [shown[key] for key in ids if key in shown]
        data = [wire.post(p, now, naming, key) for key, p in shown.items() if key in ids]
        body: dict[str, Any] = {"data": data} if data else {}
        errors = [wire.missing(key, naming) for key in ids if key not in shown]
        if errors:
            body["errors"] = errors
        if "edit_history" in request.query.get("expansions", ""):
            other = [p for p in found if len(wire.chain(p, now)) > 1]
            versions = [wire.post(p, now, naming, key) for p in other for key in wire.chain(p, now)]
            body |= {"includes": {f"{naming}s": versions}} if versions else {}
        self._bill(body, "post")
        return self._answer(body, "lookup")

    async def count(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request, "counts")) is not None:
            return wrong
        now, query = self._clock(), request.query
        since = number(query.get("since_id"), 0)
        posts = [p for p in self._posts(now) if matches(p, query.get("query", ""), now)]
        left = [p for p in posts if p.at > now - WEEK and int(wire.newest(p, now)) > since]
        self.bill[now.date().isoformat(), f"count {len(self.bill)}"] = PRICES["count"]
        naming = wire.naming(query)
        return self._answer({"data": [], "meta": {f"total_{naming}_count": len(left)}}, "counts")

    async def account(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request, "users")) is not None:
            return wrong
        told = request.match_info
        people = {p.author.handle: p.author for p in self._posts(self._clock())}
        wanted = told.get("name") or told.get("id")
        low = (wanted or "").lower()  # X tells no names apart by their case
        names = {p.handle.lower(): p for p in people.values()}
        names |= {wire.user_id(p): p for p in people.values()}
        person = names.get(low)
        if person is None:
            return self._answer({"errors": [wire.nobody(wanted or "")]}, "users")
        body = {"data": wire.user(person, wire.naming(request.query), following=120, posts=300)}
        self._bill(body, "user")
        return self._answer(body, "users")

    async def listed(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request, "rules")) is not None:
            return wrong
        data = [{"id": key, **rule} for key, rule in self.rules.items()]
        meta = {"sent": wire.iso(self._clock()), "result_count": len(data)}
        return self._answer({"data": data, "meta": meta} if data else {"meta": meta}, "rules")

    async def changed(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request, "rules")) is not None:
            return wrong
        body = await request.json()
        for key in body.get("delete", {}).get("ids", []):
            self.rules.pop(key, None)
        for rule in body.get("add", []):
            if len(rule["value"]) > 1024:
                return wire.invalid("add", "a rule is longer than 1024 characters")
            self._numbered += 1
            self.rules[str(1_700_000_000_000_000_000 + self._numbered)] = rule
        return self._answer({"meta": {"sent": wire.iso(self._clock()), "summary": {}}}, "rules")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """What is written from now on and matches a rule; a sign of life in between."""
        if (wrong := self._refused(request, "stream")) is not None:
            return wrong
        if not self.rules:
            return web.json_response(wire.problem(409, "RuleConfigurationIssue"), status=409)
        answer = web.StreamResponse(headers={"content-type": "application/json"})
        await answer.prepare(request)
        since, naming = self._clock(), wire.naming(request.query)
        try:
            while True:
                now = self._clock()
                for post in reversed(self._posts(now)):
                    if since < wire.changed_at(post, now) <= now and self._wanted(post, now):
                        body = {"data": wire.post(post, now, naming)}
                        body |= self._includes([post], naming, request.query.get("expansions", ""))
                        self._bill(body, "post")
                        await answer.write(json.dumps(body, ensure_ascii=False).encode() + b"\r\n")
                since = now
                await answer.write(b"\r\n")
                await asyncio.sleep(0.05)
        except ConnectionError:
            return answer  # the client left

    def _wanted(self, post: Post, now: datetime) -> bool:
        return any(matches(post, rule["value"], now) for rule in self.rules.values())

    def _posts(self, now: datetime) -> list[Post]:
        return self._world.seen("x", now)

    def _page(
        self, request: web.Request, posts: list[Post], endpoint: str, token: str
    ) -> web.Response:
        now, query = self._clock(), request.query
        naming, most = wire.naming(query), number(query.get("max_results"), 10)
        if not 5 <= most <= 100:
            return wire.invalid("max_results", f"is not between 10 and 100: {most}")
        since, before = number(query.get("since_id"), 0), query.get(token, "")
        if before and not before.startswith("b26v"):
            return wire.invalid(token, "is not a token of ours")
        last = number(before.removeprefix("b26v"), 2**63)
        posts.sort(key=lambda p: int(wire.newest(p, now)), reverse=True)
        left = [p for p in posts if since < int(wire.newest(p, now)) < last]
        page = left[:most]
        meta: dict[str, Any] = {"result_count": len(page)}
        body: dict[str, Any] = {"meta": meta}  # a page without posts has no data
        if page:
            meta |= {
                "newest_id": wire.newest(page[0], now),
                "oldest_id": wire.newest(page[-1], now),
            }
            body["data"] = [wire.post(p, now, naming) for p in page]
            body |= self._includes(page, naming, query.get("expansions", ""))
        if len(left) > most:
            meta["next_token"] = f"b26v{wire.newest(page[-1], now)}"
        self._bill(body, "post" if endpoint == "search" else "own")
        return self._answer(body, endpoint)

    def _includes(self, page: Sequence[Post], naming: str, expansions: str) -> dict[str, Any]:
        told, now = dict[str, Any](), self._clock()
        if "author_id" in expansions.split(","):
            people = {p.author.handle: p.author for p in page}.values()
            told["users"] = [wire.user(p, naming, following=120, posts=300) for p in people]
        if f"referenced_{naming}s.id" in expansions.split(","):
            parents = {p.reply_to.native: p.reply_to for p in page if p.reply_to}.values()
            here = [p for p in self._posts(now) if p.native in {one.native for one in parents}]
            if here:
                told[f"{naming}s"] = [wire.post(p, now, naming) for p in here]
        return {"includes": told} if told else {}

    def _bill(self, body: Mapping[str, Any], price: str) -> None:
        day = self._clock().date().isoformat()
        data = body.get("data", [])
        told = body.get("includes", {})
        items = [(price, one["id"]) for one in ([data] if isinstance(data, dict) else data)]
        items += [("post", one["id"]) for key in ("tweets", "posts") for one in told.get(key, [])]
        items += [("user", one["id"]) for one in told.get("users", [])]
        self.served += len(items)
        for kind, key in items:
            name = "user" if kind == "user" else "post"
            self.bill.setdefault((day, f"{name} {key}"), PRICES[kind])

    def _refused(self, request: web.Request, endpoint: str) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response(wire.problem(401, "Unauthorized"), status=401)
        now = self._clock()
        calls = self._calls.setdefault(endpoint, [])
        calls[:] = [at for at in calls if at > now - _WINDOW]
        if len(calls) >= _LIMITS.get(endpoint, _OTHERWISE):
            return self.limited()
        calls.append(now)
        return None

    def _too_old(self, since: str | None) -> web.Response | None:
        """As X words it."""
        least = self._clock() - WEEK
        if since is None or wire.time_of(since) >= least:
            return None
        told = f"'since_id' must be a tweet id created after {least:%Y-%m-%dT%H:%M}Z."
        return wire.invalid("since_id", f"{told} Please use a 'since_id' that is larger")

    def _answer(self, body: Mapping[str, Any], endpoint: str) -> web.Response:
        most = _LIMITS.get(endpoint, _OTHERWISE)
        left = most - len(self._calls.get(endpoint, []))
        reset = str(int((self._clock() + _WINDOW).timestamp()))
        headers = {
            "x-rate-limit-limit": str(most), "x-rate-limit-remaining": str(max(left, 0)),
            "x-rate-limit-reset": reset, "Date": format_datetime(self._clock(), usegmt=True),
        }  # fmt: skip
        return web.json_response(body, headers=headers)


def matches(post: Post, words: str, now: datetime) -> bool:
    """Whether a post is what a query of X looks for: alternatives of terms, each as X reads it."""
    text = post.text_at(now).casefold()
    tokens = set(re.findall(r"[#@]?\w+", text)) | {
        t.lstrip("#@") for t in re.findall(r"#\w+", text)
    }
    for alternative in words.replace("(", " ").replace(")", " ").split(" OR "):
        terms = _TERM.findall(alternative)
        if terms and all((sign == "-") != _holds(term, post, text, tokens) for sign, term in terms):
            return True
    return False


def _holds(term: str, post: Post, text: str, tokens: set[str]) -> bool:
    name, _, value = term.casefold().partition(":")
    if name == "conversation_id":
        return wire.key_of(wire.root(post)) == value
    if name == "from" and value:
        return post.author.handle.casefold() == value
    if name == "lang" and value:
        return wire.language(post) == value
    if term.startswith('"'):
        return term.strip('"').casefold() in text
    return term.casefold() in tokens
