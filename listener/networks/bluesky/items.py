"""A post and a profile as Bluesky's AppView shows them → Mention, Author; its lists and errors.

Lexicons: app.bsky.feed.defs#postView, app.bsky.actor.defs#profileView
(github.com/bluesky-social/atproto). A notification holds a post without its counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx

from listener.networks import fields as f
from listener.networks.atproto import post_mention
from listener.networks.base import BadPage
from listener.records import Author, Engagement, Mention

_UNVERIFIED = "handle.invalid"  # stands for every handle whose domain does not confirm it


def listed(body: Mapping[str, object], key: str) -> Sequence[object]:
    found = body.get(key)
    if not isinstance(found, list):
        raise BadPage(f"expected an object with {key}")
    return found


def not_found(response: httpx.Response) -> bool:
    try:
        return f.obj(response.json()).get("error") == "NotFound"
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return False


def author_of(raw: Mapping[str, object]) -> Author:
    """A profile view: the basic one of a post has no count of followers, the detailed one has."""
    handle = f.text(raw.get("handle"))
    return Author(
        network="bluesky",
        id=f.ident(raw.get("did")),
        handle=None if handle == _UNVERIFIED else handle,
        name=f.text(raw.get("displayName")),
        followers=f.count(raw.get("followersCount")),
    )


def mention_of(raw: Mapping[str, object], seen: datetime | None) -> Mention | None:
    uri = f.ident(raw.get("uri"))
    if not uri or not uri.startswith("at://"):
        return None
    # Reposts and quotes both carry a post on: "shares" is their sum, None if neither is told.
    shared = [
        n
        for n in (f.count(raw.get("repostCount")), f.count(raw.get("quoteCount")))
        if n is not None
    ]
    return post_mention(
        uri,
        f.obj(raw.get("record")),
        author_of(f.obj(raw.get("author"))),
        f.not_after(f.iso_time(raw.get("indexedAt")), seen),
        Engagement(
            likes=f.count(raw.get("likeCount")),
            replies=f.count(raw.get("replyCount")),
            shares=sum(shared) if shared else None,
            as_of=seen,
        ),
        f.obj(raw.get("embed")),
    )
