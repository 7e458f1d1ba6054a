"""YouTube as the world shows it: Data API v3 (https://developers.google.com/youtube/v3/docs).

What people write by words or tags is a video of theirs, what they say to the brand by its name a
comment under one of these, what they write under the brand's posts a comment under its videos;
ratings are on other networks. A key is wanted, and a day in California has so many searches and
units (https://developers.google.com/youtube/v3/determine_quota_cost).
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from listener.demo import youtube_wire as wire
from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.sites.base import Clock, number
from listener.demo.world import World
from listener.demo.youtube_wire import Json, Placed

KEY = "AIzaDemoKeyOfRashfan"
SEARCHES, UNITS = 100, 10_000
SHOWN = 5
"""Replies that a thread brings along."""
CHANNEL = wire.channel_id(BRAND_PERSON)
_PACIFIC = ZoneInfo("America/Los_Angeles")
_QUOTA = (
    "The request cannot be completed because you have exceeded your "
    '<a href="/youtube/v3/getting-started#quota">quota</a>.'
)
_SEARCHES = (
    "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day' of "
    "service 'youtube.googleapis.com' for consumer 'project_number:1'."
)


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        mine = sorted((p for p in world.posts if p.network == "youtube"), key=lambda p: p.at)
        self.placed = wire.place(mine)
        self._by_id = {one.id: one for one in self.placed}
        self._spent: Counter[tuple[str, str]] = Counter()  # (day, search | units)

    def routes(self) -> Sequence[web.RouteDef]:
        lists: Mapping[str, Callable[[Mapping[str, str], datetime], Json | tuple[int, Json]]] = {
            "search": self._search,
            "videos": self._videos,
            "commentThreads": self._threads,
            "comments": self._comments,
            "playlistItems": self._uploads,
            "channels": self._channels,
            "i18nLanguages": lambda _asked, _now: {"kind": "youtube#list", "items": []},
        }

        def route(name: str) -> web.RouteDef:
            async def answer(request: web.Request) -> web.Response:
                return self._answer(name, lists[name], request)

            return web.get(f"/youtube/youtube/v3/{name}", answer)

        return [route(name) for name in lists]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "key": KEY, "hub": f"{address}/subscribe"}

    @staticmethod
    def limited() -> web.Response:
        status, told = wire.refusal(
            403, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits"
        )
        return web.json_response(told, status=status)

    def _answer(
        self,
        name: str,
        make: Callable[[Mapping[str, str], datetime], Json | tuple[int, Json]],
        request: web.Request,
    ) -> web.Response:
        key = request.headers.get("x-goog-api-key") or request.query.get("key")
        if key != KEY:
            told = "API key not valid. Please pass a valid API key."
            refused = wire.refusal(400, "badRequest", told, domain="global",
                                   status="INVALID_ARGUMENT",
                                   details=[{"reason": "API_KEY_INVALID"}])  # fmt: skip
        else:
            refused = self._spend(name) or make(request.query, self._clock())  # type: ignore[assignment]
        status, body = refused if isinstance(refused, tuple) else (200, refused)
        date = format_datetime(self._clock(), usegmt=True)
        return web.json_response(body, status=status, headers={"Date": date})

    def _spend(self, name: str) -> tuple[int, Json] | None:
        day = self._clock().astimezone(_PACIFIC).date().isoformat()
        what, most = ("search", SEARCHES) if name == "search" else ("units", UNITS)
        if self._spent[day, what] >= most:
            if what == "search":
                return wire.refusal(429, "rateLimitExceeded", _SEARCHES, domain="global",
                                    status="RESOURCE_EXHAUSTED")  # fmt: skip
            return wire.refusal(403, "quotaExceeded", _QUOTA, domain="youtube.quota")
        self._spent[day, what] += 1
        return None

    def seen(self, now: datetime) -> list[Placed]:
        """What is there, newest first: with a video or a comment goes what hangs under it."""

        def there(one: Placed) -> bool:
            above = [self._by_id[i] for i in (one.parent, one.under) if i]
            return one.post.visible(now) and all(a.post.visible(now) for a in above)

        return sorted((o for o in self.placed if there(o)), key=lambda o: o.post.at, reverse=True)

    def _search(self, asked: Mapping[str, str], now: datetime) -> Json | tuple[int, Json]:
        terms = [term.strip('"').casefold() for term in asked.get("q", "").split("|")]
        after = asked.get("publishedAfter", "")
        hits = [
            one
            for one in self.seen(now)
            if one.under is None
            and any(term and term in one.post.text_at(now).casefold() for term in terms)
            and (not after or one.post.at >= datetime.fromisoformat(after))
        ]
        return _page("searchList", hits, asked, 50, lambda one: wire.found(one, now))

    def _videos(self, asked: Mapping[str, str], now: datetime) -> Json:
        ids = asked.get("id", "").split(",")
        there = [one for one in self.seen(now) if one.id in ids and one.under is None]
        made = [wire.video_item(one, now, len(self._under(one.id, now))) for one in there]
        return {"kind": "youtube#videoListResponse", "items": made,
                "pageInfo": {"totalResults": len(made), "resultsPerPage": len(made)}}  # fmt: skip

    def _under(self, video: str, now: datetime) -> list[Placed]:
        return [one for one in self.seen(now) if one.under == video]

    def _threads(self, asked: Mapping[str, str], now: datetime) -> Json | tuple[int, Json]:
        video, channel = asked.get("videoId"), asked.get("allThreadsRelatedToChannelId")
        seen = self.seen(now)
        place = self._by_id.get(video or "")
        if video and (place is None or place not in seen or place.under):
            return wire.refusal(404, "videoNotFound", "The video cannot be found.")
        if place is not None and wire.comments_off(place.post):
            told = (
                f"The video identified by the <code>videoId</code> {video} has disabled comments."
            )
            return wire.refusal(403, "commentsDisabled", told, domain="youtube.commentThread")
        ours = {one.id for one in seen if _by(one, channel)} if channel else {video}
        tops = [one for one in seen if one.under in ours and not one.parent]
        plain = asked.get("textFormat") == "plainText"

        def thread(one: Placed) -> Json:
            replies = [reply for reply in one.replies if reply in seen]
            return wire.thread_item(one, now, replies, plain=plain, shown=SHOWN)

        return _page("commentThreadList", tops, asked, 100, thread)

    def _comments(self, asked: Mapping[str, str], now: datetime) -> Json | tuple[int, Json]:
        seen, ids, parent = self.seen(now), asked.get("id", "").split(","), asked.get("parentId")
        plain = asked.get("textFormat") == "plainText"
        if parent and all(one.id != parent for one in seen):
            return wire.refusal(404, "commentNotFound", "The comment cannot be found.")
        wanted = [
            one for one in seen if one.under and (one.parent == parent if parent else one.id in ids)
        ]

        def made(one: Placed) -> Json:
            return wire.comment_item(one, now, plain=plain, in_thread=False)

        return _page("commentList", wanted, asked, 100, made)

    def _uploads(self, asked: Mapping[str, str], now: datetime) -> Json | tuple[int, Json]:
        channel = "UC" + asked.get("playlistId", "")[2:]
        mine = [one for one in self.seen(now) if _by(one, channel)]
        if not mine:
            return wire.refusal(404, "playlistNotFound", "The playlist cannot be found.")

        def made(one: Placed) -> Json:
            at = wire.video_item(one, now, 0)["snippet"]["publishedAt"]
            told = {"videoId": one.id, "videoPublishedAt": at}
            return {
                "kind": "youtube#playlistItem",
                "etag": one.id,
                "id": one.id,
                "contentDetails": told,
            }

        return _page("playlistItemList", mine, asked, 50, made)

    def _channels(self, asked: Mapping[str, str], now: datetime) -> Json:
        ids, handle = asked.get("id", "").split(","), asked.get("forHandle", "").lstrip("@")
        people = {wire.channel_id(one.post.author): one.post.author for one in self.placed}
        named = [who for key, who in people.items() if key in ids or who.handle == handle]
        items = []
        for who in named:
            key = wire.channel_id(who)
            mine = [one.post for one in self.seen(now) if _by(one, key)]
            items.append(wire.channel_item(who, mine))
        told: Json = {"kind": "youtube#channelListResponse"} | ({"items": items} if items else {})
        return told | {"pageInfo": {"totalResults": len(items), "resultsPerPage": 5}}


def _by(one: Placed, channel: str) -> bool:
    """A video of this channel's."""
    return one.under is None and wire.channel_id(one.post.author) == channel


def _page(
    kind: str,
    found: Sequence[Placed],
    asked: Mapping[str, str],
    most: int,
    made: Callable[[Placed], Json],
) -> Json | tuple[int, Json]:
    size, token = min(number(asked.get("maxResults"), 5), most), asked.get("pageToken")
    try:
        start = int(base64.urlsafe_b64decode(token or "MA==").decode())
    except ValueError:
        return wire.refusal(400, "invalidPageToken", "The request specifies an invalid page token.")
    end = start + size
    more = {"nextPageToken": base64.urlsafe_b64encode(str(end).encode()).decode()}
    return {
        "kind": f"youtube#{kind}Response",
        "etag": "demo",
        **(more if end < len(found) else {}),
        "pageInfo": {"totalResults": len(found), "resultsPerPage": size},
        "items": [made(one) for one in found[start:end]],
    }
