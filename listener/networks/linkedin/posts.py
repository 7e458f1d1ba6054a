"""What LinkedIn's notifications, comments and posts say → Mention.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/
organization-social-action-notifications; …/shares/comments-api; …/shares/posts-api. Members are
told by URN alone: their names and followers may not be read. An organization's URN is its id here,
as the settings write it. Times are milliseconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from listener.networks import fields as f
from listener.records import Author, Engagement, Kind, Mention

Raw = Mapping[str, object]
ORGANIZATION = "urn:li:organization:"
_HASHTAG = re.compile(r"\{hashtag\|(?:\\#|#)\|([^|}]*)\}")
_MENTION = re.compile(r"@\[([^\]]*)\]\((urn:li:[a-zA-Z]+:[^)]*)\)")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_TAG = re.compile(r"(?<!\w)#(\w+)")


def millis(value: object) -> datetime | None:
    """Milliseconds since 1970 as aware UTC."""
    number = f.count(value)
    return f.epoch_time(number / 1000) if number is not None else None


def author_of(urn: object) -> Author | None:
    key = f.ident(urn)
    return Author("linkedin", key.removeprefix(ORGANIZATION)) if key else None


def address(urn: str) -> str:
    """The post's page; a comment is shown on the page of its post."""
    return f"https://www.linkedin.com/feed/update/{quote(urn, safe=':')}"


def plain(commentary: object) -> str | None:
    """The words of a text in LinkedIn's "little text" form: @[Name](urn:…), {hashtag|\\#|tag}, and
    signs with a backslash before them."""
    written = f.text(commentary)
    if not written:
        return None
    written = _HASHTAG.sub(r"#\1", written)
    written = _MENTION.sub(r"@\1", written)
    return f.text(_ESCAPED.sub(r"\1", written))


def notified(raw: Raw, seen: datetime | None) -> Mention | None:
    """A comment on our post, or a post of others that names or shares ours. Its time is that of
    the notification: an edit comes as a notification of its own, under the same id."""
    generated = f.obj(raw.get("decoratedGeneratedActivity"))
    comment, share = f.obj(generated.get("comment")), f.obj(generated.get("share"))
    told = comment or share
    key = f.ident(raw.get("generatedActivity")) or f.ident(told.get("entity"))
    words, at = plain(told.get("text")), millis(raw.get("lastModifiedAt"))
    if not key or not words or at is None:
        return None
    source = f.ident(raw.get("sourcePost"))
    kind: Kind = "comment" if comment or key.startswith("urn:li:comment:") else "post"
    parent = source if kind == "comment" or raw.get("action") == "SHARE" else None
    return Mention(
        network="linkedin",
        id=key,
        text=words,
        created_at=f.not_after(at, seen),
        url=address(source if kind == "comment" and source else key),
        author=author_of(told.get("owner")),
        kind="repost" if kind == "post" and raw.get("action") == "SHARE" else kind,
        parent_id=parent,
        thread_id=source if kind == "comment" else None,
        hashtags=tuple(_TAG.findall(words)),
        engagement=Engagement(as_of=seen),
    )


def commented(raw: Raw, post: str, seen: datetime | None) -> Mention | None:
    """A comment. ``post``: what it was asked of, a post or a comment."""
    key = f.ident(raw.get("commentUrn")) or f.ident(raw.get("$URN"))
    words = plain(f.obj(raw.get("message")).get("text"))
    at = millis(f.obj(raw.get("created")).get("time"))
    if not key or not words or at is None:
        return None
    parent = f.ident(raw.get("parentComment"))
    on = f.ident(raw.get("object")) or post
    return Mention(
        network="linkedin",
        id=key,
        text=words,
        created_at=f.not_after(at, seen),
        url=address(on),
        author=author_of(raw.get("actor")),
        kind="reply" if parent else "comment",
        parent_id=parent or on,
        thread_id=on,
        hashtags=tuple(_TAG.findall(words)),
        engagement=Engagement(
            likes=f.count(f.obj(raw.get("likesSummary")).get("aggregatedTotalLikes")),
            replies=f.count(f.obj(raw.get("commentsSummary")).get("aggregatedTotalComments")),
            as_of=seen,
        ),
    )


def posted(raw: Raw, seen: datetime | None) -> Mention | None:
    """A post of ours that is published. Its numbers are read apart."""
    key = f.ident(raw.get("id"))
    content = f.obj(raw.get("content"))
    words = plain(raw.get("commentary")) or f.text(f.obj(content.get("article")).get("title"))
    at = millis(raw.get("publishedAt")) or millis(raw.get("createdAt"))
    if not key or at is None or (not words and not content):
        return None
    shared = f.ident(f.obj(raw.get("reshareContext")).get("parent"))
    return Mention(
        network="linkedin",
        id=key,
        text=words or "",
        created_at=f.not_after(at, seen),
        url=address(key),
        author=author_of(raw.get("author")),
        kind="repost" if shared else "post",
        parent_id=shared,
        hashtags=tuple(_TAG.findall(words or "")),
        media=tuple(content),
        engagement=Engagement(as_of=seen),
    )
