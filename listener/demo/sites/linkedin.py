"""LinkedIn as it answers about the world to a page's administrator: notifications of the last sixty
days, the page's posts, comments, numbers.

Who names the page is a notification, and who comments under its posts; an edit and a deletion of a
comment are told as such. Calls have a daily limit, until midnight UTC; versions older than a year
are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.people import Person
from listener.demo.posts import Post
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

TOKEN = "linkedin-token-of-the-demo"
ORGANIZATION = "2414183"
URN = f"urn:li:organization:{ORGANIZATION}"
A_DAY = 2000
"""Calls."""
_KEPT = timedelta(days=60)
_RANGE = re.compile(r"\(start:(\d+)\)")
Json = dict[str, Any]


def key_of(post: Post) -> str:
    """Its URN: of a share, or of a comment on one."""
    if post.reply_to is None:
        return f"urn:li:share:{post.native}"
    return f"urn:li:comment:(urn:li:activity:{root(post).native},{post.native})"


def root(post: Post) -> Post:
    return root(post.reply_to) if post.reply_to else post


def person_of(person: Person) -> str:
    if person is BRAND_PERSON or person.handle == BRAND_PERSON.handle:
        return URN
    return f"urn:li:person:{sha256(person.handle.encode()).hexdigest()[:10]}"


def _millis(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self._world, self._clock = world, clock
        self._calls: dict[str, int] = {}

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.get("/linkedin/organizationalEntityNotifications", self.notifications),
            web.get("/linkedin/posts", self.posts),
            web.get("/linkedin/socialActions/{urn}/comments", self.comments),
            web.get("/linkedin/networkSizes/{urn}", self.followers),
            web.get("/linkedin/organizationalEntityShareStatistics", self.shares),
            web.get("/linkedin/organizationPageStatistics", self.page),
        ]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": TOKEN, "organization": ORGANIZATION}

    def limited(self) -> web.Response:
        said = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached"
        return self._wrong(429, "TOO_MANY_REQUESTS", said)

    async def notifications(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        now, query = self._clock(), request.query
        found = _RANGE.search(query.get("timeRange", ""))
        since = max(int(found[1]) if found else 0, _millis(now - _KEPT))
        actions = query.get("actions", "").removeprefix("List(").removesuffix(")").split(",")
        told = [
            event
            for post in self._world.posts
            if post.network == "linkedin" and not post.own
            for event in self._events(post)
            if since <= event["lastModifiedAt"] <= _millis(now) and event["action"] in actions
        ]
        told.sort(key=lambda event: -event["lastModifiedAt"])
        return self._elements(request, told)

    def _events(self, post: Post) -> list[Json]:
        """What the page hears of a post, whenever."""
        if post.reply_to is not None:
            events = [self._event("COMMENT", post, post.text, post.at)]
            if post.edited:
                events.append(self._event("COMMENT_EDIT", post, post.edited[1], post.edited[0]))
            if post.deleted:
                events.append(self._event("COMMENT_DELETE", post, "", post.deleted))
            return events
        shown = post.text_at(self._clock())
        names = f"@{BRAND_PERSON.handle}" in shown and post.visible(self._clock())
        return [self._event("SHARE_MENTION", post, shown, post.at)] if names else []

    def _event(self, action: str, post: Post, text: str, at: Any) -> Json:
        what = "comment" if post.reply_to else "share"
        mention = f"@[{BRAND_PERSON.handle}]({URN})"
        words = text.replace(f"@{BRAND_PERSON.handle}", mention)
        words = re.sub(r"#(\w+)", r"{hashtag|\\#|\1}", words)
        deco = {
            "entity": key_of(post), "owner": person_of(post.author), "text": words,
            "mediaCategory": "NONE",
        }  # fmt: skip
        return {
            "notificationId": int(sha256(f"{action} {post.native}".encode()).hexdigest()[:9], 16),
            "organizationalEntity": URN,
            "action": action,
            "sourcePost": key_of(root(post)),
            "generatedActivity": key_of(post),
            "decoratedGeneratedActivity": {what: deco} if words else {},
            "lastModifiedAt": _millis(at),
            "subscriber": "urn:li:person:admin",
        }

    async def posts(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        if unquote(request.query.get("author", "")) != URN:
            return self._wrong(403, "ACCESS_DENIED", "Not enough permissions to access: posts")
        own = [p for p in self._seen() if p.own and p.reply_to is None]
        told = [
            {
                "id": key_of(post), "author": URN, "visibility": "PUBLIC",
                "commentary": re.sub(r"#(\w+)", r"{hashtag|\\#|\1}", post.text_at(self._clock())),
                "lifecycleState": "PUBLISHED", "createdAt": _millis(post.at),
                "publishedAt": _millis(post.at), "lastModifiedAt": _millis(post.at),
            }
            for post in own
        ]  # fmt: skip
        return self._elements(request, told)

    async def comments(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        urn, seen = unquote(request.match_info["urn"]), self._seen()
        on = next((post for post in seen if key_of(post) == urn), None)
        if on is None:
            return self._wrong(404, "NOT_FOUND", f"Could not find entity {urn}")
        under = [p for p in seen if p.reply_to is not None and p.reply_to.native == on.native]
        told = []
        for post in sorted(under, key=lambda p: p.at):
            answers = sum(p.reply_to is not None and p.reply_to.native == post.native for p in seen)
            at = {"actor": person_of(post.author), "time": _millis(post.at)}
            one: Json = {
                "$URN": key_of(post), "commentUrn": key_of(post), "id": post.native,
                "object": f"urn:li:activity:{root(post).native}", "actor": person_of(post.author),
                "message": {"attributes": [], "text": post.text_at(self._clock())},
                "created": at, "lastModified": at,
                "likesSummary": {"aggregatedTotalLikes": post.likes, "totalLikes": post.likes},
                "commentsSummary": {"aggregatedTotalComments": answers},
            }  # fmt: skip
            told.append(one | ({"parentComment": urn} if on.reply_to else {}))
        return self._elements(request, told)

    async def followers(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        return self._answer({"firstDegreeSize": BRAND_PERSON.followers})

    async def shares(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        wanted = request.query.get("shares", "").removeprefix("List(").removesuffix(")")
        own = [p for p in self._seen() if p.own and p.reply_to is None]
        counted = [p for p in own if not wanted or key_of(p) == unquote(wanted)]
        total = {
            "likeCount": sum(p.likes for p in counted),
            "commentCount": sum(p.replies for p in counted),
            "shareCount": sum(p.shares for p in counted),
            "impressionCount": sum(p.likes * 40 for p in counted),
            "uniqueImpressionsCount": sum(p.likes * 30 for p in counted),
            "clickCount": 0,
            "engagement": 0.01,
        }
        one: Json = {"totalShareStatistics": total, "organizationalEntity": URN}
        return self._elements(request, [one | ({"share": unquote(wanted)} if wanted else {})])

    async def page(self, request: web.Request) -> web.Response:
        if (wrong := self._refused(request)) is not None:
            return wrong
        views = {"allPageViews": {"pageViews": 5230}}
        told = {"totalPageStatistics": {"views": views}, "organization": URN}
        return self._elements(request, [told])

    def _seen(self) -> list[Post]:
        return self._world.seen("linkedin", self._clock())

    def _elements(self, request: web.Request, told: Sequence[Json]) -> web.Response:
        start, most = number(request.query.get("start"), 0), number(request.query.get("count"), 10)
        most = min(most, 100)
        links = []
        if start + most < len(told):
            links = [{"type": "application/json", "rel": "next", "href": f"?start={start + most}"}]
        paging = {"start": start, "count": most, "links": links, "total": len(told)}
        return self._answer({"paging": paging, "elements": list(told[start : start + most])})

    def _refused(self, request: web.Request) -> web.Response | None:
        headers, now = request.headers, self._clock()
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._wrong(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        version = number(headers.get("LinkedIn-Version"), 0)
        if not (now.year - 1) * 100 + now.month <= version <= now.year * 100 + now.month:
            return self._wrong(
                426, "NONEXISTENT_VERSION", f"Requested version {version} not active"
            )
        if headers.get("X-Restli-Protocol-Version") != "2.0.0":
            return self._wrong(400, "ILLEGAL_ARGUMENT", "Unsupported Rest.li protocol")
        day = now.date().isoformat()
        self._calls[day] = self._calls.get(day, 0) + 1
        return self.limited() if self._calls[day] > A_DAY else None

    def _wrong(self, status: int, code: str, message: str) -> web.Response:
        return self._answer({"status": status, "code": code, "message": message}, status)

    def _answer(self, body: Json, status: int = 200) -> web.Response:
        headers = {"Date": format_datetime(self._clock(), usegmt=True)}
        return web.json_response(body, status=status, headers=headers)
