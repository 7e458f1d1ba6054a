"""Which of YouTube's lists a page of a read is, and its parameters.

https://developers.google.com/youtube/v3/docs: ``search/list``, ``videos/list``,
``commentThreads/list``, ``comments/list``, ``playlistItems/list``, ``channels/list``.
"""

from __future__ import annotations

from datetime import timedelta

from listener.networks import fields as f
from listener.networks.base import Read
from listener.networks.defaults import searched
from listener.networks.youtube.pages import STEP
from listener.networks.youtube.push import CHANNEL

OVERLAP = timedelta(hours=3)
"""A search is asked again for what it may have found late; within its fifty it costs nothing."""


def asked(read: Read, since: str | None, page: str | None) -> tuple[str, dict[str, str]]:
    """The list's name, and what to ask of it."""
    target = read.target or ""
    if page and page.startswith(STEP):
        ids = page.removeprefix(STEP).partition(":")[0]
        return "videos", {"part": "snippet,statistics", "id": ids}
    turned = {"pageToken": page} if page else {}
    match read.kind:
        case "figures":
            by_id = CHANNEL.fullmatch(target)
            named = {"id": target} if by_id else {"forHandle": f"@{target.removeprefix('@')}"}
            return "channels", {"part": "id,statistics", **named, **turned}
        case "own_posts" | "feed":  # every channel's uploads are a playlist of its name
            uploads = "UU" + target.removeprefix("UC")
            of_playlist = {"part": "contentDetails", "playlistId": uploads, "maxResults": "50"}
            return "playlistItems", of_playlist | turned
        case "mentions" | "replies":
            return _comments(target, turned)
        case _:
            return "search", _search(read, since) | turned


def _search(read: Read, since: str | None) -> dict[str, str]:
    params = {"part": "snippet", "q": searched(read), "type": "video", "order": "date"}
    params |= {"safeSearch": "none", "maxResults": "50"}
    moment = f.iso_time(since)
    return params | ({"publishedAfter": f.iso(moment - OVERLAP)} if moment else {})


def _comments(target: str, turned: dict[str, str]) -> tuple[str, dict[str, str]]:
    params = {"textFormat": "plainText", "maxResults": "100", **turned}
    if "/" in target:  # what hangs under a comment: "video/comment"
        parent = target.partition("/")[2]
        return "comments", {"part": "snippet", "parentId": parent, **params}
    by = "allThreadsRelatedToChannelId" if CHANNEL.fullmatch(target) else "videoId"
    return "commentThreads", {"part": "snippet,replies", by: target, "order": "time", **params}
