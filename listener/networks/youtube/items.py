"""YouTube's resources as records: videos, comments, channels.

https://developers.google.com/youtube/v3/docs/videos#resource-representation, ``/comments``,
``/commentThreads``, ``/channels``. Numbers of statistics are texts ("5812690272"); one that is
hidden is not there. Titles and descriptions of ``videos`` are as they were written; those of a
search are cut and HTML-escaped, so nothing but ids is taken of it. Comments are asked for as plain
text: ``textDisplay`` then is what was written (``textOriginal`` is for its author alone).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from listener.networks import fields as f
from listener.records import Author, Engagement, Figure, Mention

NAME = "youtube"
WATCH = "https://www.youtube.com/watch?v="
Raw = Mapping[str, object]


def number(value: object) -> int | None:
    """A count that may be a text; None where it is hidden or none."""
    if isinstance(value, str):
        return (
            f.count(int(value)) if value.isascii() and value.isdigit() and len(value) < 20 else None
        )
    return f.count(value)


def video(raw: Raw, seen: datetime | None) -> Mention | None:
    """An item of ``videos``, with its statistics; None without id, text or time. Its tags, which
    nobody sees, are no part of its text."""
    said, told = f.obj(raw.get("snippet")), f.obj(raw.get("statistics"))
    key, created = f.ident(raw.get("id")), f.iso_time(said.get("publishedAt"))
    words = "\n".join(filter(None, (f.text(said.get("title")), f.text(said.get("description")))))
    if not key or not words or created is None:
        return None
    channel = f.ident(said.get("channelId"))
    name = f.text(said.get("channelTitle"))
    return Mention(
        network=NAME,
        id=key,
        text=words,
        created_at=f.not_after(created, seen) or created,
        url=WATCH + key,
        author=Author(NAME, channel, None, name) if channel or name else None,
        language=f.text(said.get("defaultLanguage")) or f.text(said.get("defaultAudioLanguage")),
        media=("video",),
        engagement=Engagement(
            likes=number(told.get("likeCount")),
            replies=number(told.get("commentCount")),
            views=number(told.get("viewCount")),
            as_of=seen,
        ),
    )


def comment(
    raw: Raw, seen: datetime | None, *, under: str | None = None, replies: int | None = None
) -> Mention | None:
    """An item of ``comments``; None without id, text or time. ``under``: the video, which only
    threads tell; ``replies``: of a thread's first comment."""
    said = f.obj(raw.get("snippet"))
    key, created = f.ident(raw.get("id")), f.iso_time(said.get("publishedAt"))
    words = f.text(said.get("textDisplay"))
    if not key or not words or created is None:
        return None
    parent, place = f.ident(said.get("parentId")), f.ident(said.get("videoId")) or under
    return Mention(
        network=NAME,
        id=key,
        text=words,
        created_at=f.not_after(created, seen) or created,
        url=f"{WATCH}{place}&lc={key}" if place else None,
        author=_commenter(said),
        kind="reply" if parent else "comment",
        parent_id=parent or place,
        thread_id=place,
        engagement=Engagement(likes=number(said.get("likeCount")), replies=replies, as_of=seen),
    )


def _commenter(said: Raw) -> Author | None:
    name = f.text(said.get("authorDisplayName"))  # today the handle with its "@"
    channel = f.ident(f.obj(said.get("authorChannelId")).get("value"))
    if not name and not channel:
        return None
    handle = name[1:] if name and name.startswith("@") and len(name) > 1 else None
    return Author(NAME, channel, handle, name)


def channel_author(raw: Raw) -> Author:
    """An item of ``channels`` with snippet and statistics."""
    said, told = f.obj(raw.get("snippet")), f.obj(raw.get("statistics"))
    handle = f.text(said.get("customUrl"))  # "@name"; an old one has no "@" and is no handle
    hidden = told.get("hiddenSubscriberCount") is True
    return Author(
        NAME,
        f.ident(raw.get("id")),
        handle[1:] if handle and handle.startswith("@") and len(handle) > 1 else None,
        f.text(said.get("title")),
        None if hidden else number(told.get("subscriberCount")),
    )


def channel_figures(
    raw: Raw, account: str | None, brand: str, seen: datetime
) -> tuple[Figure, ...]:
    """Of an item of ``channels``: subscribers (rounded to three digits by the network, none where
    hidden), views and videos."""
    told = f.obj(raw.get("statistics"))
    hidden = told.get("hiddenSubscriberCount") is True
    values = (
        ("followers", None if hidden else number(told.get("subscriberCount")), None),
        ("views", number(told.get("viewCount")), "lifetime"),
        ("posts", number(told.get("videoCount")), "lifetime"),
    )
    return tuple(
        Figure(brand, NAME, account, measure, value, seen, period)
        for measure, value, period in values
        if value is not None
    )
