"""Posts of the demo's world as YouTube's videos and comments: ids of the right shape, every field a
recorded answer has. A test holds the field sets of these against recorded pages.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from listener.demo.people import Person
from listener.demo.posts import Post

Json = dict[str, Any]


@dataclass(slots=True)
class Placed:
    """``post`` as a video, or as a comment ``under`` one; ``replies``: what hangs under a comment,
    oldest first."""

    post: Post
    id: str
    under: str | None = None
    parent: str | None = None
    replies: list[Placed] = field(default_factory=list)


def place(posts: Sequence[Post]) -> list[Placed]:
    """``posts``: all that is ever written, oldest first. What is said to the brand by name stands
    under the last video before it that nobody ever deletes or closes; where there is none, and what
    has a rating, is not on YouTube."""
    placed: dict[str, Placed] = {}
    open_video: Placed | None = None
    for post in posts:
        if post.rating is not None:
            continue
        above = placed.get(post.reply_to.native) if post.reply_to else None
        if post.reply_to is None and not post.text.startswith("@"):
            one = placed[post.native] = Placed(post, video_id(post.native))
            if not (post.own or post.deleted or comments_off(post)):
                open_video = one
        elif above is not None and above.under is not None:  # an answer to a comment
            ident = f"{above.id}.{_code(post.native, 22)}"
            one = placed[post.native] = Placed(post, ident, above.under, above.id)
            above.replies.append(one)
        elif (host := above or open_video) is not None:
            placed[post.native] = Placed(post, f"Ug{_code(post.native, 18)}AaABAg", host.id)
    return list(placed.values())


def video_id(native: str) -> str:
    """64 bits are eleven characters."""
    return base64.urlsafe_b64encode(struct.pack(">Q", int(native))).decode().rstrip("=")


def channel_id(person: Person) -> str:
    return "UC" + _code(person.handle, 22)


def comments_off(post: Post) -> bool:
    """One video of six."""
    return not post.own and int(post.native) % 6 == 0


def _code(text: str, length: int) -> str:
    return base64.urlsafe_b64encode(sha256(text.encode()).digest()).decode()[:length]


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def found(one: Placed, now: datetime) -> Json:
    """An item of ``search``: escaped, and its description cut."""
    video = video_item(one, now, 0)
    said = video["snippet"]
    keys = ("publishedAt", "channelId", "thumbnails", "channelTitle", "liveBroadcastContent")
    return {
        "kind": "youtube#searchResult",
        "etag": _code(one.id, 27),
        "id": {"kind": "youtube#video", "videoId": one.id},
        "snippet": {
            **{key: said[key] for key in keys},
            "title": escape(said["title"]),
            "description": escape(said["description"][:30]),
            "publishTime": said["publishedAt"],
        },
    }


def video_item(one: Placed, now: datetime, comments: int) -> Json:
    """An item of ``videos`` with ``snippet`` and ``statistics``."""
    post = one.post
    title, text = "", post.text_at(now)
    for word in text.split(" "):  # as much as a title holds; the rest is the description
        if len(title) + len(word) >= 100:
            break
        title = f"{title} {word}".strip()
    rest = text[len(title) :].strip()
    told = {"viewCount": str(post.likes * 40 + 120), "likeCount": str(post.likes)}
    told |= {"favoriteCount": "0"} | ({} if comments_off(post) else {"commentCount": str(comments)})
    return {
        "kind": "youtube#video",
        "etag": _code(one.id, 27),
        "id": one.id,
        "snippet": {
            "publishedAt": _time(post.at),
            "channelId": channel_id(post.author),
            "title": title,
            "description": rest,
            "thumbnails": {},
            "channelTitle": post.author.name,
            "tags": list(post.hashtags),
            "categoryId": "22",
            "liveBroadcastContent": "none",
            "localized": {"title": title, "description": rest},
            "defaultAudioLanguage": "ar",
        },
        "statistics": told,
    }


def comment_item(one: Placed, now: datetime, *, plain: bool, in_thread: bool) -> Json:
    """An item of ``comments``; only threads say the video."""
    post, author = one.post, one.post.author
    text = post.text_at(now)
    changed = post.edited[0] if post.edited and post.edited[0] <= now else post.at
    channel = channel_id(author)
    said: Json = {
        "textDisplay": text if plain else escape(text).replace("\n", "<br>"),
        "textOriginal": text,
        "authorDisplayName": f"@{author.handle}",
        "authorProfileImageUrl": f"https://yt3.ggpht.com/{_code(author.handle, 12)}",
        "authorChannelUrl": f"http://www.youtube.com/@{author.handle}",
        "authorChannelId": {"value": channel},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": post.likes,
        "publishedAt": _time(post.at),
        "updatedAt": _time(changed),
    }
    said |= {"parentId": one.parent} if one.parent else {}
    said |= {"videoId": one.under} if in_thread else {}
    return {"kind": "youtube#comment", "etag": _code(one.id, 27), "id": one.id, "snippet": said}


def thread_item(
    one: Placed, now: datetime, replies: Sequence[Placed], *, plain: bool, shown: int
) -> Json:
    """An item of ``commentThreads``: ``shown`` of its ``replies`` at most."""
    some = [comment_item(r, now, plain=plain, in_thread=True) for r in replies[:shown]]
    thread = {
        "kind": "youtube#commentThread",
        "etag": _code(one.id, 27),
        "id": one.id,
        "snippet": {
            "videoId": one.under,
            "topLevelComment": comment_item(one, now, plain=plain, in_thread=True),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        },
    }
    return thread | ({"replies": {"comments": some}} if some else {})


def channel_item(person: Person, posts: Sequence[Post]) -> Json:
    """An item of ``channels``; subscribers to three digits. ``posts``: the channel's videos."""
    step = 10 ** max(len(str(person.followers)) - 3, 0)
    views = sum(post.likes * 40 + 120 for post in posts)
    return {
        "kind": "youtube#channel",
        "etag": _code(person.handle, 27),
        "id": channel_id(person),
        "snippet": {
            "title": person.name,
            "description": "",
            "customUrl": f"@{person.handle}",
            "publishedAt": "2019-03-01T00:00:00Z",
            "thumbnails": {},
            "localized": {"title": person.name, "description": ""},
            "country": "SA",
        },
        "statistics": {
            "viewCount": str(views),
            "subscriberCount": str(person.followers // step * step),
            "hiddenSubscriberCount": False,
            "videoCount": str(len(posts)),
        },
    }


def refusal(code: int, reason: str, message: str, **more: Any) -> tuple[int, Json]:
    """An error in YouTube's form."""
    one = {"message": message, "domain": more.pop("domain", "youtube.parameter"), "reason": reason}
    return code, {"error": {"code": code, "message": message, "errors": [one], **more}}
