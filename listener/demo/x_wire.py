"""The world's posts as X's API v2 writes them, in both namings of their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Any

from aiohttp import web

from listener.demo.people import Person
from listener.demo.posts import Post
from listener.demo.wire import iso as iso
from listener.demo.wire import language as language

PROBLEMS = "https://api.x.com/2/problems/"
_EPOCH = 1_288_834_974_657


def naming(query: Mapping[str, str]) -> str:
    """The naming that a request asks for."""
    return "post" if "post.fields" in query else "tweet"


def user_id(person: Person) -> str:
    return str(10**9 + int(sha256(person.handle.encode()).hexdigest()[:8], 16))


def key_of(post: Post) -> str:
    """The id that X would give it: it holds the time (and the world's own count of posts)."""
    native = int(post.native)
    return _key(native >> 16, native)


def _key(millis: int, nth: int) -> str:
    return str(((millis - _EPOCH) << 22) + nth % 65536)


def time_of(key: str) -> datetime:
    """When the post of this id was written."""
    return datetime.fromtimestamp(((int(key) >> 22) + _EPOCH) / 1000, UTC)


def chain(post: Post, now: datetime) -> list[str]:
    """The ids of a post's versions: an edit is a post with an id of its own."""
    first = key_of(post)
    if post.edited is None or post.edited[0] > now:
        return [first]
    return [first, _key(int(post.edited[0].timestamp() * 1000), int(post.native))]


def newest(post: Post, now: datetime) -> str:
    return chain(post, now)[-1]


def changed_at(post: Post, now: datetime) -> datetime:
    """When the version that is shown at ``now`` was written."""
    return post.edited[0] if len(chain(post, now)) > 1 and post.edited else post.at


def root(post: Post) -> Post:
    return root(post.reply_to) if post.reply_to else post


def named_in(post: Post, now: datetime) -> set[str]:
    """Whose names stand in a post; who is answered is named by X itself."""
    written = set(re.findall(r"@(\w+)", post.text_at(now)))
    return written | ({post.reply_to.author.handle} if post.reply_to else set())


def post(post: Post, now: datetime, naming: str, version: str | None = None) -> dict[str, Any]:
    """``version``: the id of an older one; the newest where None."""
    versions = chain(post, now)
    key = version or versions[-1]
    words = post.text if key == versions[0] else post.text_at(now)
    shared = "repost_count" if naming == "post" else "retweet_count"
    told: dict[str, Any] = {
        "id": key,
        "text": escape(words, quote=False),
        "author_id": user_id(post.author),
        "created_at": iso(post.at if key == versions[0] else changed_at(post, now)),
        "lang": language(post),
        "conversation_id": key_of(root(post)),
        f"edit_history_{naming}_ids": versions,
        "public_metrics": {
            shared: post.shares, "reply_count": post.replies, "like_count": post.likes,
            "quote_count": 0, "bookmark_count": 0, "impression_count": post.likes * 40,
        },
    }  # fmt: skip
    tags = [{"start": 0, "end": len(tag) + 1, "tag": tag} for tag in post.hashtags]
    names = [{"start": 0, "end": len(n) + 1, "username": n} for n in sorted(named_in(post, now))]
    if entities := {k: v for k, v in (("hashtags", tags), ("mentions", names)) if v}:
        told["entities"] = entities
    if post.reply_to:
        told["in_reply_to_user_id"] = user_id(post.reply_to.author)
        told[f"referenced_{naming}s"] = [{"type": "replied_to", "id": key_of(post.reply_to)}]
    return told


def user(person: Person, naming: str, *, following: int, posts: int) -> dict[str, Any]:
    return {
        "id": user_id(person),
        "username": person.handle,
        "name": person.name,
        "verified": False,
        "created_at": "2024-03-01T00:00:00.000Z",
        "public_metrics": {
            "followers_count": person.followers, "following_count": following,
            f"{naming}_count": posts, "listed_count": 0,
        },
    }  # fmt: skip


def problem(status: int, title: str) -> dict[str, Any]:
    return {"title": title, "detail": title, "type": "about:blank", "status": status}


def missing(key: str, naming: str) -> dict[str, Any]:
    return {
        "value": key, "resource_id": key, "resource_type": naming, "parameter": "ids",
        "title": "Not Found Error", "detail": f"Could not find {naming} with ids: [{key}].",
        "type": f"{PROBLEMS}resource-not-found",
    }  # fmt: skip


def nobody(name: str) -> dict[str, Any]:
    return {
        "value": name, "resource_id": name, "resource_type": "user", "parameter": "username",
        "title": "Not Found Error", "detail": f"Could not find user with username: [{name}].",
        "type": f"{PROBLEMS}resource-not-found",
    }  # fmt: skip


def invalid(parameter: str, message: str) -> web.Response:
    body = {
        "errors": [{"parameters": {parameter: [""]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}invalid-request",
    }
    return web.json_response(body, status=400)
