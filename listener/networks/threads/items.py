"""Posts and replies of Threads as mentions.

https://developers.facebook.com/documentation/threads/retrieve-and-discover-posts/retrieve-posts and
/reference/reply-management. A post holds no counts; its writer's id is never told, ``topic_tag`` is
the one tag that a post may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import Read
from listener.networks.graph import items as graph_items
from listener.records import Author, Engagement, Kind, Mention, Query

FOUND = (
    "id,text,media_type,permalink,timestamp,username,has_replies,is_quote_post,is_reply,topic_tag,"
    "root_post,replied_to"
)
REPLIES = f"{FOUND},is_reply_owned_by_me"
FOLLOWED = timedelta(days=30)
"""Own posts whose replies and figures are asked for."""
REPOST = "REPOST_FACADE"
"""``media_type`` of what stands among our posts and was written by others."""


def of_thread(
    raw: Mapping[str, object],
    seen: datetime | None,
    *,
    owner: str | None = None,
    root: str | None = None,
    named: str = "",
) -> Mention | None:
    """``owner``: id of the account that wrote it, where it is ours. ``root``: the post that it is
    a reply below, where it does not say. ``named``: our handle, where it is mentioned."""
    key, words = graph.native(raw.get("id")), f.text(raw.get("text")) or ""
    media = graph_items.media(raw)
    if not key or not (words or media):
        return None
    top = graph.native(f.obj(raw.get("root_post")).get("id")) or root
    parent = graph.native(f.obj(raw.get("replied_to")).get("id")) or top
    reply = raw.get("is_reply") is True or top is not None
    kind: Kind = "reply" if reply else "quote" if raw.get("is_quote_post") is True else "post"
    handle = f.text(raw.get("username"))
    topic = f.text(raw.get("topic_tag"))
    return Mention(
        network="threads",
        id=key,
        text=words,
        created_at=f.iso_time(raw.get("timestamp")),
        url=f.text(raw.get("permalink")),
        author=Author("threads", owner, handle) if owner or handle else None,
        kind=kind,
        parent_id=parent if reply else None,
        thread_id=top if reply else None,
        hashtags=tuple(dict.fromkeys([*graph_items.tags(words), *filter(None, (topic,))])),
        mentions=graph_items.names(words, *filter(None, (named,))),
        media=media,
        engagement=Engagement(
            replies=0 if raw.get("has_replies") is False else None,
            as_of=seen,
        ),
        ref=f"{root}/{key}" if root else None,
    )


def follow(
    posts: Iterable[Mention], user: str, query: Query | None, seen: datetime | None
) -> tuple[Read, ...]:
    """The replies of own posts that have some, and their figures."""
    reads = []
    for post in posts:
        if seen and post.created_at and post.created_at < seen - FOLLOWED:
            continue
        if post.engagement.replies != 0:
            reads.append(Read("replies", post.id, query))
        reads.append(Read("figures", f"{user}/{post.id}", query))
    return tuple(reads)
