"""What Bluesky tells of an account: who named it, its posts and what is said below them, its
numbers.

Lexicons (github.com/bluesky-social/atproto): app.bsky.notification.listNotifications, of whoever
signed in; app.bsky.feed.getAuthorFeed, getPostThread, getQuotes and app.bsky.actor.getProfile, for
anyone. A thread comes whole, ``DEPTH`` answers deep; replies that are hidden, blocked or gone have
no post in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from listener.networks import fields as f
from listener.networks.base import Page, Read
from listener.records import Figure, Mention

REASONS = ("mention", "reply", "quote")
DEPTH = 20
FOLLOWED = timedelta(days=30)
"""How old a post of ours may be whose replies and quotes are still read."""
QUOTES = "#quotes"
"""Behind a post's address: what quotes it, not what answers it."""
_MEASURES = {"followersCount": "followers", "followsCount": "following", "postsCount": "posts"}
_REPOST = "app.bsky.feed.defs#reasonRepost"


def same(one: str | None, other: str | None) -> bool:
    """Whether two names are of one account, as people write them."""
    names = [(name or "").strip().removeprefix("@").casefold() for name in (one, other)]
    return names[0] == names[1] != ""


def written(feed: Sequence[object]) -> list[Mapping[str, object]]:
    """The posts of an author's feed, reposts of others' left out."""
    entries = [f.obj(raw) for raw in feed]
    ours = [raw for raw in entries if f.obj(raw.get("reason")).get("$type") != _REPOST]
    return [f.obj(raw.get("post")) for raw in ours]


def below(thread: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The posts below a thread's first one, whoever wrote them but its own author, who answers."""
    author = f.obj(f.obj(thread.get("post")).get("author")).get("did")
    waiting = list(f.items(thread.get("replies")))
    while waiting:
        node = f.obj(waiting.pop())
        waiting += f.items(node.get("replies"))
        post = f.obj(node.get("post"))
        if post and (author is None or f.obj(post.get("author")).get("did") != author):
            yield post
        elif "$type" not in node:
            yield {}  # no reply that is hidden or gone: one that cannot be read


def follow(
    posts: Sequence[Mention], raws: Sequence[Mapping[str, object]], read: Read,
    seen: datetime | None,
) -> tuple[Read, ...]:  # fmt: skip
    """The replies and the quotes of own posts that have some; a thread that stands in another one
    of these is read with that."""
    counts = {f.ident(raw.get("uri")): raw for raw in raws}
    fresh = [
        post for post in posts
        if not (seen and post.created_at and post.created_at < seen - FOLLOWED)
    ]  # fmt: skip
    threads = {post.id for post in fresh}
    reads = []
    for post in fresh:
        if f.count(counts[post.id].get("replyCount")) and post.thread_id not in threads:
            reads.append(Read("replies", post.id, read.query))
        if f.count(counts[post.id].get("quoteCount")):
            reads.append(Read("replies", post.id + QUOTES, read.query))
    return tuple(reads)


def numbers(profile: Mapping[str, object], read: Read, seen: datetime | None) -> Page:
    """What is not told is no figure."""
    if seen is None or read.brand is None:
        return Page()
    counted = {measure: f.count(profile.get(key)) for key, measure in _MEASURES.items()}
    return Page(
        figures=tuple(
            Figure(read.brand, "bluesky", read.target, measure, value, seen, "lifetime")
            for measure, value in counted.items()
            if value is not None
        )
    )
