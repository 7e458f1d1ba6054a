"""Reddit's things as records: posts (t3) and comments (t1).

https://www.reddit.com/dev/api#fullnames, https://github.com/reddit-archive/reddit/wiki/JSON.
``Mention.id`` is the fullname. ``[deleted]`` (by who wrote it) and ``[removed]`` (by moderators)
are texts, not absence: such a thing is gone, and so is one whose account was deleted, for its
author must not be kept (https://support.reddithelp.com/hc/en-us/articles/16160319875092).
Asked for with ``raw_json=1``; without it texts are HTML-escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from listener.networks import fields as f
from listener.records import Author, Beside, Engagement, Mention

NAME = "reddit"
SITE = "https://www.reddit.com"
Raw = Mapping[str, object]
_DELETED = frozenset({"[deleted]", "[removed]", "[ removed by reddit ]", "[deleted by user]"})
_NAME = re.compile(r"t3_\w+")
_POST = re.compile(r"/comments/(\w+)")
_NAMED = re.compile(r"(?<![\w/])/?u/([\w-]{3,20})")


def fullname(kind: str, data: Raw) -> str | None:
    """``t3_abc``; an old answer may leave the name out, and has kind and id."""
    key = f.ident(data.get("id"))
    return f.ident(data.get("name")) or (f"{kind}_{key}" if key else None)


def gone(data: Raw) -> bool:
    """Whether it, or the account that wrote it, is deleted or removed."""
    said = (data.get("author"), data.get("body"), data.get("selftext"), data.get("title"))
    removed = f.text(data.get("removed_by_category"))
    return removed is not None or any(
        isinstance(text, str) and text.strip().casefold() in _DELETED for text in said
    )


def mention(kind: str, data: Raw, seen: datetime | None) -> Mention | None:
    """A post or a comment that stands; None without id, text or time."""
    name, created = fullname(kind, data), f.epoch_time(data.get("created_utc"))
    post = kind == "t3"
    words = _written(data) if post else f.text(data.get("body"))
    if not name or not words or created is None:
        return None
    place = _place(name, data)
    return Mention(
        network=NAME,
        id=name,
        text=words,
        created_at=f.not_after(created, seen) or created,
        url=SITE + place if place else None,
        author=_author(data),
        kind="post" if post else "reply" if _parent(data).startswith("t1_") else "comment",
        parent_id=None if post else _parent(data) or None,
        thread_id=None if post else f.ident(data.get("link_id")) or _thread(place),
        mentions=tuple(dict.fromkeys(_NAMED.findall(words))),
        media=_media(data) if post else (),
        beside=_crossposted(data) if post else (),
        engagement=Engagement(
            likes=None if data.get("score_hidden") is True else f.count(data.get("score")),
            replies=f.count(data.get("num_comments"))
            if post
            else None,  # a comment tells its post's
            as_of=seen,
        ),
    )


def _written(data: Raw) -> str:
    return "\n".join(filter(None, (f.text(data.get("title")), f.text(data.get("selftext")))))


def _parent(data: Raw) -> str:
    return f.ident(data.get("parent_id")) or ""


def _place(name: str, data: Raw) -> str | None:
    """The path of its page. A comment of the inbox has a ``context``; an old answer tells none of a
    comment, whose page is found by its post's id and its own."""
    path = f.text(data.get("permalink")) or f.text(data.get("context"))
    post = f.ident(data.get("link_id"))
    if path is None and post and _NAME.fullmatch(post):
        path = f"/comments/{post[3:]}/_/{name.partition('_')[2]}/"
    path = path.partition("?")[0] if path else None
    return path if path and path.startswith("/") else None


def _thread(place: str | None) -> str | None:
    found = _POST.search(place or "")
    return f"t3_{found[1]}" if found else None


def _author(data: Raw) -> Author | None:
    name, key = f.text(data.get("author")), f.ident(data.get("author_fullname"))
    return Author(NAME, key, name, name) if name or key else None


def _crossposted(data: Raw) -> tuple[Beside, ...]:
    """The post that this one passes on, which people see below its title."""
    originals = [f.obj(raw) for raw in f.items(data.get("crosspost_parent_list"))]
    texts = [_written(raw) for raw in originals if not gone(raw)]
    return tuple(Beside("quoted", text) for text in texts[:1] if text)


def _media(data: Raw) -> tuple[str, ...]:
    if data.get("is_video") is True:
        return ("video",)
    if f.text(data.get("post_hint")) == "image" or data.get("is_gallery") is True:
        return ("photo",)
    return () if data.get("is_self") is True else ("link",)
