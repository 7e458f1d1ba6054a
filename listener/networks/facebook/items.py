"""Posts and comments of Facebook Pages as mentions.

https://developers.facebook.com/docs/graph-api/reference/page-post and /comment. ``from`` is absent
where its writer has nothing to do with the app; ``shares`` where there are none, or where they are
not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import Page, Read
from listener.networks.graph import items as graph_items
from listener.records import Author, Beside, Engagement, Mention, Query

POST = (
    "id,message,story,created_time,permalink_url,from{id,name},shares,"
    "reactions.summary(true).limit(0),comments.summary(true).limit(0),"
    "attachments{media_type,title,description}"
)
COMMENT = (
    "id,message,created_time,from{id,name},like_count,comment_count,permalink_url,parent{id},"
    "attachment{media_type}"
)
FOLLOWED = timedelta(days=30)
"""Posts whose comments and figures are asked for."""
_MEDIA = {"photo": "photo", "video": "video", "album": "album", "link": "link", "share": "link"}


def of_post(
    raw: Mapping[str, object], seen: datetime | None, *, on: str | None = None, named: str = ""
) -> Mention | None:
    """``on``: the Page in whose feed it stands. ``named``: our handle, where the Page is tagged."""
    key = graph.native(raw.get("id"))
    words = f.text(raw.get("message")) or f.text(raw.get("story")) or ""
    shown = [f.obj(one) for one in f.items(f.obj(raw.get("attachments")).get("data"))]
    media = _media(shown)
    if not key or not (words or media):
        return None
    return Mention(
        network="facebook",
        id=key,
        text=words,
        created_at=f.iso_time(raw.get("created_time")),
        url=f.text(raw.get("permalink_url")),
        author=_author(raw),
        hashtags=graph_items.tags(words),
        mentions=graph_items.names(words, *filter(None, (named,))),
        media=media,
        engagement=Engagement(
            likes=_total(raw.get("reactions")),
            replies=_total(raw.get("comments")),
            shares=f.count(f.obj(raw.get("shares")).get("count")),
            as_of=seen,
        ),
        beside=tuple(_cards(shown)),
        ref=f"{on}/{key}" if on else None,
    )


def of_comment(
    raw: Mapping[str, object], seen: datetime | None, *, under: str | None = None, named: str = ""
) -> Mention | None:
    """``under``: the post that it stands under, where it is in a feed of ours."""
    key, words = graph.native(raw.get("id")), f.text(raw.get("message")) or ""
    media = _media([f.obj(raw.get("attachment"))])
    if not key or not (words or media):
        return None
    parent = graph.native(f.obj(raw.get("parent")).get("id"))
    return Mention(
        network="facebook",
        id=key,
        text=words,
        created_at=f.iso_time(raw.get("created_time")),
        url=f.text(raw.get("permalink_url")),
        author=_author(raw),
        kind="reply" if parent else "comment",
        parent_id=parent or under,
        thread_id=under,
        hashtags=graph_items.tags(words),
        mentions=graph_items.names(words, *filter(None, (named,))),
        media=media,
        engagement=Engagement(
            likes=f.count(raw.get("like_count")),
            replies=f.count(raw.get("comment_count")),
            as_of=seen,
        ),
        ref=f"{under}/{key}" if under else None,
    )


def page_of(
    found: Sequence[Mention | None], ours: str | None, body: object, more: Sequence[Read] = ()
) -> Page:
    """A page of an edge; what the Page ``ours`` wrote stands among its own posts."""
    kept = {m.id: m for m in found if m}.values()
    own = [m for m in kept if ours and m.author and m.author.id == ours]
    return Page(
        mentions=tuple(m for m in kept if m not in own),
        own_posts=tuple(own),
        more=tuple(more),
        older=graph.older(body),
        newest=graph_items.newest(kept),
        skipped=sum(m is None for m in found),
    )


def follow(
    posts: Iterable[Mention | None], page: str, query: Query | None, seen: datetime | None
) -> list[Read]:
    """The comments of posts in our feed that have some, and the figures of our own."""
    reads = []
    for post in posts:
        if post is None or (seen and post.created_at and post.created_at < seen - FOLLOWED):
            continue
        if post.engagement.replies != 0:
            reads.append(Read("replies", post.id, query))
        if post.author and post.author.id == page:
            reads.append(Read("figures", f"{page}/{post.id}", query))
    return reads


def _author(raw: Mapping[str, object]) -> Author | None:
    by = f.obj(raw.get("from"))
    told = f.ident(by.get("id")), None, f.text(by.get("name"))
    return Author("facebook", *told) if any(told) else None


def _total(value: object) -> int | None:
    return f.count(f.obj(f.obj(value).get("summary")).get("total_count"))


def _media(attachments: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    kinds = [_MEDIA.get((f.text(one.get("media_type")) or "").casefold()) for one in attachments]
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _cards(attachments: Sequence[Mapping[str, object]]) -> Iterable[Beside]:
    """What a link's card says; a picture's own description repeats the post."""
    for one in attachments:
        words = [f.text(one.get("title")), f.text(one.get("description"))]
        if _media([one]) == ("link",) and any(words):
            yield Beside("link", "\n".join(word for word in words if word))
