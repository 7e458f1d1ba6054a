"""Media and comments of Instagram as mentions.

https://developers.facebook.com/docs/instagram-platform/reference/instagram-media and
/instagram-comment. ``like_count`` is missing where the owner hides it; hashtag media have no
author; media that one is mentioned in come without an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import BadPage, Page, Read
from listener.networks.graph import items as graph_items
from listener.records import Author, Engagement, Mention, Query

FOLLOWED = timedelta(days=30)
"""Own posts whose comments and figures are asked for."""
HASHTAG_ID = "id:"
"""Before the id of a hashtag, where that is a mark or a page."""

MEDIA = "id,caption,media_type,permalink,timestamp,like_count,comments_count"
OTHERS = f"{MEDIA},username"
MENTIONED = "id,caption,media_type,timestamp,like_count,comments_count,username"
OWN = f"{OTHERS},media_product_type"
COMMENT = "id,text,timestamp,username,from,user,like_count,parent_id,media{id,permalink}"
COMMENTS = f"{COMMENT},replies.limit(50){{{COMMENT}}}"
MENTIONED_COMMENT = "id,text,timestamp,like_count,media{id,permalink}"


def of_media(
    raw: Mapping[str, object], seen: datetime | None, *, owner: str | None = None, tagged: str = ""
) -> Mention | None:
    """``owner``: id of the account that wrote it, where it is ours. ``tagged``: our handle, where
    it is tagged in the picture."""
    key = graph.native(raw.get("id"))
    if not key:
        return None
    caption = f.text(raw.get("caption")) or ""
    kinds = graph_items.media(raw)
    if not caption and not kinds:
        return None
    return Mention(
        network="instagram",
        id=key,
        text=caption,
        created_at=f.iso_time(raw.get("timestamp")),
        url=f.text(raw.get("permalink")),
        author=_author(owner, raw.get("username")),
        hashtags=graph_items.tags(caption),
        mentions=graph_items.names(caption, *filter(None, (tagged,))),
        media=kinds,
        engagement=Engagement(
            likes=f.count(raw.get("like_count")),
            replies=f.count(raw.get("comments_count")),
            as_of=seen,
        ),
    )


def flat(comments: list[object]) -> Iterator[Mapping[str, object]]:
    """Comments and the replies below them."""
    for comment in map(f.obj, comments):
        yield comment
        yield from map(f.obj, f.items(f.obj(comment.get("replies")).get("data")))


def of_comment(
    raw: Mapping[str, object], seen: datetime | None, *, under: str | None = None, named: str = ""
) -> Mention | None:
    """``under``: id of the media, where the comment does not say. ``named``: our handle."""
    key, words = graph.native(raw.get("id")), f.text(raw.get("text"))
    if not key or not words:
        return None
    post = f.obj(raw.get("media"))
    media = graph.native(post.get("id")) or under
    parent = graph.native(raw.get("parent_id"))
    below = [reply for reply in f.items(f.obj(raw.get("replies")).get("data")) if f.obj(reply)]
    return Mention(
        network="instagram",
        id=key,
        text=words,
        created_at=f.iso_time(raw.get("timestamp")),
        url=f.text(post.get("permalink")),  # a comment has none of its own
        author=_author(f.obj(raw.get("from")).get("id"), raw.get("username")),
        kind="reply" if parent else "comment",
        parent_id=parent or media,
        thread_id=media,
        hashtags=graph_items.tags(words),
        mentions=graph_items.names(words, *filter(None, (named,))),
        engagement=Engagement(
            likes=f.count(raw.get("like_count")),
            replies=len(below) if "replies" in raw and not more_below(raw) else None,
            as_of=seen,
        ),
        ref=f"{media}/{key}" if media else None,
    )


def is_ours(raw: Mapping[str, object]) -> bool:
    """``user`` is told of comments that the account of the token wrote, and of no others."""
    return bool(f.obj(raw.get("user")) or f.ident(raw.get("user")))


def more_below(raw: Mapping[str, object]) -> bool:
    """Whether a comment has more replies than came with it."""
    return graph.older(raw.get("replies")) is not None


def _author(key: object, handle: object) -> Author | None:
    told = f.ident(key), f.text(handle)
    return Author("instagram", *told) if any(told) else None


def tag_page(
    body: Mapping[str, object], raws: list[Mapping[str, object]], seen: datetime | None,
    page: str | None,
) -> Page:  # fmt: skip
    """A tag's id, or its media: those have a ``media_type``, which is always asked for."""
    if page is None and len(raws) == 1 and not {*raws[0]} - {"id", "name"}:
        found = graph.native(raws[0].get("id"))
        if found is None:
            raise BadPage("expected the id of a hashtag")
        return Page(older=f"{HASHTAG_ID}{found}", newest=f"{HASHTAG_ID}{found}")
    parsed = [of_media(raw, seen) for raw in raws]
    cursor = graph.older(body)
    if cursor and page and page.startswith(HASHTAG_ID):
        cursor = f"{HASHTAG_ID}{page.split(':')[1]}:{cursor}"
    return Page(
        mentions=tuple({m.id: m for m in parsed if m}.values()),
        older=cursor,
        skipped=sum(m is None for m in parsed),
    )


def mention_page(body: Mapping[str, object], kind: str, seen: datetime | None, handle: str) -> Page:
    """The media or comment that an @mention stands in, asked for by a push."""
    raw = f.obj(body.get(kind))
    if not raw:
        raise BadPage(f"expected an account with {kind}")
    found = (
        of_media(raw, seen, tagged=handle)
        if kind == "mentioned_media"
        else of_comment(raw, seen, named=handle)
    )
    return Page(mentions=(found,) if found else (), skipped=int(found is None))


def comment_page(body: Mapping[str, object], read: Read, seen: datetime | None) -> Page:
    """Comments and the first replies of each; ours are own posts. No mark: a reply may stand under
    a comment of any age, so all pages are read."""
    under = None if "/" in (read.target or "") else graph.native(read.target)
    raws = list(flat(graph.data_of(body)))
    parsed = [(of_comment(raw, seen, under=under), is_ours(raw)) for raw in raws]
    found = {m.id: (m, ours) for m, ours in parsed if m}
    return Page(
        mentions=tuple(m for m, ours in found.values() if not ours),
        own_posts=tuple(m for m, ours in found.values() if ours),
        more=tuple(
            Read("replies", f"{native}/replies", read.query)
            for raw in raws
            if more_below(raw) and (native := graph.native(raw.get("id")))
        ),
        older=graph.older(body),
        skipped=sum(m is None for m, _ours in parsed),
    )


def follow(
    posts: Sequence[Mention], user: str, query: Query | None, seen: datetime | None
) -> tuple[Read, ...]:
    """The comments of own posts that have some, and their figures."""
    reads = []
    for post in posts:
        if seen and post.created_at and post.created_at < seen - FOLLOWED:
            continue
        if post.engagement.replies != 0:
            reads.append(Read("replies", post.id, query))
        reads.append(Read("figures", f"{user}/{post.id}", query))
    return tuple(reads)


def mentioned(target: str) -> tuple[str, str, str]:
    """User, kind and id of a target; the last two empty for an account's own tags."""
    user, _, rest = target.partition("/")
    kind, _, native = rest.partition("/")
    return user, kind, native
