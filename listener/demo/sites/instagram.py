"""Instagram's Graph API about the world: the brand's account, what tags it, comments, hashtags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from listener.demo import graph_site as g
from listener.demo.people import Person
from listener.demo.posts import Post
from listener.demo.sites.base import Clock
from listener.demo.world import World

USER, HANDLE = "17841400000000001", "rashfan"
WEEK, MOST_TAGS = timedelta(days=7), 30
DAY = timedelta(hours=24)


class Site(g.GraphSite):
    """``searched``: hashtags and when they were first asked for in the week; ``known``: those whose
    ids were ever told, which stay what they are."""

    name = "instagram"

    def __init__(self, world: World, clock: Clock) -> None:
        super().__init__(world, clock)
        self.searched: dict[str, datetime] = {}
        self.known: dict[str, str] = {}

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": g.TOKEN, "user": USER, "app_token": g.APP_TOKEN}

    def answer(self, path: str, params: g.Params) -> Any:
        first, _, rest = path.partition("/")
        if path == "ig_hashtag_search":
            return self._tag(params.get("q", ""))
        if rest == "recent_media":
            return self._recent(first, params)
        if first == USER:
            return self._account(rest, params)
        found = {post.native: post for post in self.posts() if post.rating is None}
        post = found.get(first)
        if post is None or not self._ours(post):
            raise g.missing(first)
        if rest == "insights":
            return g.insights(_numbers(post), params, self.refused, first)
        if rest in ("comments", "replies"):
            return [self._comment(below) for below in self._below(post)]
        shown = self._media(post) if post.reply_to is None else self._comment(post)
        return g.chosen(shown, g.fields_of(params.get("fields", "")))

    def _account(self, rest: str, params: g.Params) -> Any:
        posts = [post for post in self.posts() if post.reply_to is None and post.rating is None]
        own = [post for post in posts if post.own]
        match rest:
            case "":
                return self._profile(len(own), params)
            case "media":
                return [self._media(post) for post in own]
            case "tags":
                return [self._media(post) for post in posts if is_tagged(post)]
            case "insights":
                day = {"reach": 5120, "views": 9300, "profile_views": 210, "likes": 480}
                day |= {"total_interactions": 640}
                return g.insights(day, params, self.refused, USER)
            case "recently_searched_hashtags":
                return [{"id": tag_id(tag)} for tag in self._week()]
        raise g.GraphError(f"(#100) Tried accessing nonexisting field ({rest})", 100)

    def _profile(self, media: int, params: g.Params) -> Any:
        fields = g.fields_of(params.get("fields", ""))
        shown: dict[str, Any] = {
            "id": USER, "username": HANDLE, "followers_count": 41_800, "follows_count": 312,
            "media_count": media,
        }  # fmt: skip
        return g.chosen(shown, fields)

    def _week(self) -> list[str]:
        now = self.clock()
        self.searched = {t: at for t, at in self.searched.items() if at > now - WEEK}
        return list(self.searched)

    def _tag(self, tag: str) -> list[dict[str, Any]]:
        tag = tag.casefold()
        self._count(tag)
        if not any(tag in map(str.casefold, post.hashtags) for post in self.posts()):
            raise g.GraphError("The requested resource does not exist", 24, 2207024)
        self.known[tag_id(tag)] = tag
        return [{"id": tag_id(tag)}]

    def _count(self, tag: str) -> None:
        """Of the week's hashtags, where it is not one of them yet."""
        if tag not in self._week():
            if len(self.searched) >= MOST_TAGS:
                said = "(#18) You've reached the maximum number of hashtags in 7 days"
                raise g.GraphError(said, 18, 2207034)
            self.searched[tag] = self.clock()

    def _recent(self, native: str, params: g.Params) -> list[dict[str, Any]]:
        tag = self.known.get(native)
        if tag is None or params.get("user_id") != USER:
            raise g.missing(native)
        self._count(tag)
        if "username" in params.get("fields", ""):
            raise g.GraphError("(#100) Tried accessing nonexisting field (username)", 100)
        now = self.clock()
        return [
            self._media(post)
            for post in self.posts()
            if tag in map(str.casefold, post.hashtags)
            and post.reply_to is None and post.rating is None and post.at > now - DAY
        ]  # fmt: skip

    def _ours(self, post: Post) -> bool:
        while post.reply_to is not None:
            post = post.reply_to
        return post.own

    def _below(self, post: Post) -> list[Post]:
        return [p for p in self.posts() if p.reply_to and p.reply_to.native == post.native]

    def _media(self, post: Post) -> dict[str, Any]:
        code = sha256(post.native.encode()).hexdigest()[:11]
        shown: dict[str, Any] = {
            "id": post.native, "caption": post.text_at(self.clock()), "media_type": "IMAGE",
            "media_product_type": "FEED", "timestamp": g.stamp(post.at),
            "permalink": f"https://www.instagram.com/p/{code}/", "username": post.author.handle,
            "comments_count": len(self._below(post)), "like_count": post.likes,
        }  # fmt: skip
        if hides_likes(post):
            del shown["like_count"]
        return shown

    def _comment(self, post: Post) -> dict[str, Any]:
        assert post.reply_to is not None
        top = post.reply_to
        shown: dict[str, Any] = {
            "id": post.native, "text": post.text_at(self.clock()), "timestamp": g.stamp(post.at),
            "username": post.author.handle, "like_count": post.likes,
            "from": {"id": _scoped(post.author), "username": post.author.handle},
        }  # fmt: skip
        if post.own:
            shown["user"] = {"id": USER}
        if top.reply_to is not None:
            shown["parent_id"], top = top.native, top.reply_to
        shown["media"] = self._media(top)
        replies = [self._comment(below) for below in self._below(post)]
        if replies:
            shown["replies"] = {"data": replies}
        return shown


def is_tagged(post: Post) -> bool:
    """Whether the brand's account is tagged in a picture."""
    return post.text.startswith(f"@{HANDLE}")


def hides_likes(post: Post) -> bool:
    return int(post.native) % 7 == 0


def tag_id(tag: str) -> str:
    return "1784" + str(int(sha256(tag.casefold().encode()).hexdigest()[:11], 16))


def _scoped(person: Person) -> str:
    return str(int(sha256(person.handle.encode()).hexdigest()[:13], 16))


def _numbers(post: Post) -> dict[str, int]:
    return {
        "reach": post.likes * 9 + 40, "views": post.likes * 13 + 60, "saved": post.likes // 8,
        "shares": post.shares, "likes": post.likes, "comments": post.replies,
    }  # fmt: skip
