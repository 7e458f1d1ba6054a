"""Posts of the demo's world as Reddit's posts (t3) and comments (t1): every field that recorded
answers have and a reader may want. A test holds the field sets of these against recorded pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from listener.demo.people import Person
from listener.demo.posts import Post

Json = dict[str, Any]
COMMUNITY = "Gahwa"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Placed:
    """``post`` as a thing by its fullname; a comment ``under`` a post, below ``parent``."""

    post: Post
    name: str
    under: str | None = None
    parent: str | None = None
    below: list[Placed] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.name[3:]


def place(posts: Sequence[Post]) -> list[Placed]:
    """``posts``: all that is ever written, oldest first. What is said to the brand by name is a
    comment under the last post that others wrote before it and never delete; where there is none,
    and what has a rating, is not on Reddit."""
    placed: dict[str, Placed] = {}
    open_post: Placed | None = None
    for post in posts:
        if post.rating is not None:
            continue
        above = placed.get(post.reply_to.native) if post.reply_to else None
        if post.reply_to is None and not post.text.startswith("@"):
            one = placed[post.native] = Placed(post, f"t3_{base36(int(post.native))}")
            if not (post.own or post.deleted):
                open_post = one
            continue
        host = above or (open_post if post.reply_to is None else None)
        if host is not None:
            name = f"t1_{base36(int(post.native))}"
            one = placed[post.native] = Placed(post, name, host.under or host.name, host.name)
            host.below.append(one)
    return list(placed.values())


def base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def account_id(person: Person) -> str:
    return "t2_" + base36(sum(ord(c) * 131**n for n, c in enumerate(person.handle)) % 36**8)


def thing(one: Placed, now: datetime, *, raw: bool, comments: int = 0, replies: Any = "") -> Json:
    """As ``raw_json=1`` has it, else escaped. What is deleted says so, what hung below stands."""
    post = one.post
    deleted = not post.visible(now)
    text = post.text_at(now)
    text = "[deleted]" if deleted else text if raw else escape(text, quote=False)
    at = post.at.timestamp() // 1
    edited = post.edited[0].timestamp() // 1 if post.edited and post.edited[0] <= now else False
    data: Json = {
        "id": one.id, "name": one.name, "subreddit": COMMUNITY, "subreddit_id": "t5_2rash",
        "subreddit_name_prefixed": f"r/{COMMUNITY}", "subreddit_type": "public",
        "author": "[deleted]" if deleted else post.author.handle,
        "author_fullname": None if deleted else account_id(post.author),
        "created": at, "created_utc": at, "edited": edited, "score": post.likes,
        "over_18": False, "quarantine": False, "stickied": False, "archived": False,
        "distinguished": None, "locked": False, "spoiler": False, "hide_score": False,
    }  # fmt: skip
    if one.under is None:
        words, _, rest = text.partition("، ")
        page = f"/r/{COMMUNITY}/comments/{one.id}/x/"
        data |= {
            "title": words, "selftext": rest if not deleted else "[deleted]", "is_self": True,
            "permalink": page, "url": f"https://www.reddit.com{page}", "num_comments": comments,
            "domain": f"self.{COMMUNITY}", "removed_by_category": "deleted" if deleted else None,
            "is_video": False,
        }  # fmt: skip
        return {"kind": "t3", "data": data}
    page = f"/r/{COMMUNITY}/comments/{one.under[3:]}/x/{one.id}/"
    data |= {
        "body": text, "link_id": one.under, "parent_id": one.parent, "replies": replies,
        "permalink": page, "score_hidden": False, "controversiality": 0, "num_comments": comments,
        "link_title": "…", "link_author": "x", "link_permalink": f"https://www.reddit.com{page}",
        "link_url": f"https://www.reddit.com{page}",
    }  # fmt: skip
    return {"kind": "t1", "data": data}


def in_inbox(made: Json, handle: str) -> Json:
    """A comment as the inbox shows it: who it is for, and where it stands."""
    data = made["data"]
    told = {key: value for key, value in data.items() if key not in ("link_id", "permalink")}
    to_post = str(data["parent_id"]).startswith("t3_")
    told |= {
        "context": f"{data['permalink']}?context=3", "dest": handle, "was_comment": True,
        "new": True, "type": "post_reply" if to_post else "comment_reply",
        "subject": "post reply" if to_post else "comment reply", "first_message": None,
        "first_message_name": None, "associated_awarding_id": None, "likes": None, "body_html": "",
    }  # fmt: skip
    return {"kind": "t1", "data": told}


def listing(children: Sequence[Json], after: str | None = None) -> Json:
    data = {"after": after, "before": None, "dist": len(children), "modhash": None}
    return {"kind": "Listing", "data": {**data, "geo_filter": "", "children": list(children)}}
