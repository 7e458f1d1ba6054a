"""YouTube's answers as pages: ``items`` of a list, and the token of what comes after them.

A search and a playlist give ids alone; their page names ``videos`` of these ids as the next one,
whose own next page is the search's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import httpx

from listener.networks import fields as f
from listener.networks.base import BadPage, Page, Read
from listener.networks.youtube import items as youtube_items
from listener.records import Mention

STEP: Final = "videos:"
"""Begins a page of ``videos``: its ids, ":", and the token of the page of ids after them."""
Raw = Mapping[str, object]


def read_list(response: httpx.Response) -> tuple[list[Raw], str | None]:
    """The items and the next page's token. Raises BadPage where it is no list of YouTube's; an
    empty one may have no ``items``."""
    body = f.obj(f.page_json(response))
    listed = str(body.get("kind", "")).startswith("youtube#")
    if not isinstance(body.get("items"), list) and not (listed and "items" not in body):
        raise BadPage("expected a list of items")
    return [f.obj(item) for item in f.items(body.get("items"))], f.ident(body.get("nextPageToken"))


def of_ids(items: Sequence[Raw], part: str, token: str | None) -> Page:
    """Of a search (``part`` "id") or a playlist ("contentDetails"): what to ask for next."""
    found = [f.ident(f.obj(item.get(part)).get("videoId")) for item in items]
    ids = [one for one in dict.fromkeys(found) if one and "," not in one and ":" not in one]
    older = f"{STEP}{','.join(ids)}:{token or ''}" if ids else None
    return Page(older=older, skipped=len(found) - len(ids))


def of_videos(items: Sequence[Raw], read: Read, seen: datetime | None, token: str | None) -> Page:
    """Own uploads, or what a search or a watched channel brings. Those found ask for their
    comments, where there may be any: a video whose comments are off has no count of them. Own
    uploads have no mark: the last fifty are read each time, for their numbers."""
    parsed = [youtube_items.video(item, seen) for item in items]
    videos = _once(parsed)
    own, found = read.kind == "own_posts", read.kind in ("search", "hashtag")
    open_ = [video.id for video in videos if video.engagement.replies is not None and found]
    return Page(
        mentions=() if own else videos,
        own_posts=videos if own else (),
        more=tuple(Read("replies", key, read.query) for key in open_),
        older=token,
        newest=None if own else _newest(videos),
        skipped=len(items) - len(videos),
    )


def of_threads(items: Sequence[Raw], read: Read, seen: datetime | None, token: str | None) -> Page:
    """First comments, with the replies that a thread holds; one that has more asks for them. What
    the channel that is read says itself is its own."""
    first, replies, more, skipped = [], [], [], 0
    for item in items:
        said = f.obj(item.get("snippet"))
        video, total = (
            f.ident(said.get("videoId")),
            youtube_items.number(said.get("totalReplyCount")),
        )
        top = youtube_items.comment(
            f.obj(said.get("topLevelComment")), seen, under=video, replies=total
        )
        shown = f.items(f.obj(item.get("replies")).get("comments"))
        below = [youtube_items.comment(f.obj(raw), seen, under=video) for raw in shown]
        skipped += (top is None) + sum(reply is None for reply in below)
        first.append(top)
        replies += below
        if top is not None and (total or 0) > len(shown):
            more.append(Read("replies", f"{video or ''}/{top.id}", read.query))
    said_all = _once([*first, *replies])
    own = {m.id for m in said_all if read.given and m.author and m.author.id == read.target}
    return Page(
        mentions=tuple(mention for mention in said_all if mention.id not in own),
        own_posts=tuple(mention for mention in said_all if mention.id in own),
        more=tuple({asked.key: asked for asked in more}.values()),
        older=token,
        newest=_newest(_once(first)),
        skipped=skipped,
    )


def of_replies(items: Sequence[Raw], read: Read, seen: datetime | None, token: str | None) -> Page:
    """What hangs under the comment that ``read`` names as "video/comment"."""
    video = (read.target or "").partition("/")[0] or None
    parsed = [youtube_items.comment(item, seen, under=video) for item in items]
    return Page(mentions=_once(parsed), older=token, skipped=sum(m is None for m in parsed))


def of_channel(items: Sequence[Raw], read: Read, seen: datetime | None) -> Page:
    """An own channel's numbers. Where the settings have its handle only, its id asks for what needs
    the id."""
    if not items:
        return Page(
            doubt=f"no channel is called {(read.target or '')[:80]}; check its id or handle"
        )
    channel, query = f.ident(items[0].get("id")), read.query
    if query is None or seen is None or channel is None:
        return Page(skipped=1 if channel is None else 0)
    more = [Read("mentions", channel, query), Read("own_posts", channel, query)]
    return Page(
        figures=youtube_items.channel_figures(items[0], read.target, query.brand, seen),
        more=tuple(more) if channel != read.target else (),
    )


def reread(
    items: Sequence[Raw], keys: Sequence[str], seen: datetime | None, *, videos: bool
) -> Page:
    """What is deleted, or private now, is not there."""
    make = youtube_items.video if videos else youtube_items.comment
    parsed = [make(item, seen) for item in items]
    there = {f.ident(item.get("id")) for item in items}
    return Page(
        mentions=_once(parsed),
        gone=tuple(key for key in keys if key not in there),
        skipped=sum(m is None for m in parsed),
    )


def _once(parsed: Iterable[Mention | None]) -> tuple[Mention, ...]:
    return tuple({mention.id: mention for mention in parsed if mention}.values())


def _newest(mentions: Iterable[Mention]) -> str | None:
    times = [mention.created_at for mention in mentions if mention.created_at]
    return f.iso(max(times)) if times else None
