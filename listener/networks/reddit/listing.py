"""Reddit's listings: things of several kinds, an ``after`` to turn the page by
(https://www.reddit.com/dev/api#listings); a post's comments are two of them, nested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import httpx

from listener.networks import fields as f
from listener.networks.base import BadPage, Page, Read
from listener.networks.reddit import things as reddit_things
from listener.records import Figure, Mention

Raw = Mapping[str, object]
_READ = ("t1", "t3")
_BESIDE = ("t4", "more")
"""Private messages, which are nobody else's, and comments that are folded away."""
DEEPEST = 50


def page_of(response: httpx.Response, read: Read, *, search: bool) -> Page:
    """``search``: posts that it finds ask for their comments. Raises BadPage for no listing."""
    seen, (things, after) = f.seen_at(response), _listing(f.page_json(response))
    if read.kind == "feed" and any(kind == "t5" for kind, _data in things):
        return Page(doubt=f"there is no r/{(read.target or '')[:60]}: a search for it is shown")
    page = _read(things, seen)
    own = read.kind == "own_posts"
    talked = [m for m in page.mentions if m.kind == "post" and m.engagement.replies]
    return Page(
        mentions=() if own else page.mentions,
        own_posts=page.mentions if own else (),
        gone=page.gone,
        more=tuple(Read("replies", m.id, read.query) for m in talked) if search else (),
        older=after,
        newest=_newest(page.mentions),
        skipped=page.skipped,
    )


def thread_of(response: httpx.Response) -> Page:
    """The comments of a post, those below others too; the post itself is its search's."""
    body = f.page_json(response)
    if not isinstance(body, list) or len(body) < 2:
        raise BadPage("expected a post and its comments")
    things, _after = _listing(body[1])
    return _read(list(_below(things)), f.seen_at(response))


def reread(response: httpx.Response, keys: Sequence[str]) -> Page:
    """What is not there any more, and what says of itself that it is deleted."""
    things, _after = _listing(f.page_json(response))
    page = _read(things, f.seen_at(response))
    there = {reddit_things.fullname(kind, data) for kind, data in things}
    absent = (key for key in keys if key not in there)
    gone = tuple(dict.fromkeys((*absent, *page.gone)))
    return Page(mentions=page.mentions, gone=gone, skipped=page.skipped)


def account_of(response: httpx.Response, read: Read) -> Page:
    """Followers of an own account. Raises BadPage for no account."""
    body, seen = f.obj(f.page_json(response)), f.seen_at(response)
    if body.get("kind") != "t2" or not isinstance(body.get("data"), dict):
        raise BadPage("expected an account")
    value = f.count(f.obj(f.obj(body["data"]).get("subreddit")).get("subscribers"))
    if value is None or seen is None or read.brand is None:
        return Page()
    figure = Figure(read.brand, reddit_things.NAME, read.target, "followers", value, seen)
    return Page(figures=(figure,))


def _listing(body: object) -> tuple[list[tuple[str, Raw]], str | None]:
    data = f.obj(f.obj(body).get("data"))
    if f.obj(body).get("kind") != "Listing" or not isinstance(data.get("children"), list):
        raise BadPage("expected a listing")
    children = [f.obj(child) for child in f.items(data["children"])]
    things = [(f.text(child.get("kind")) or "", f.obj(child.get("data"))) for child in children]
    return things, f.ident(data.get("after"))


def _below(things: Sequence[tuple[str, Raw]]) -> Iterator[tuple[str, Raw]]:
    left = [(kind, data, 0) for kind, data in reversed(things)]
    while left:
        kind, data, depth = left.pop()
        yield kind, data
        replies = data.get("replies")  # "" where there are none
        if isinstance(replies, dict) and depth < DEEPEST:
            try:
                below, _after = _listing(replies)
            except BadPage:
                continue
            left += [(inner, raw, depth + 1) for inner, raw in reversed(below)]


def _read(things: Sequence[tuple[str, Raw]], seen: datetime | None) -> Page:
    mentions: dict[str, Mention] = {}
    gone: dict[str, None] = {}
    skipped = 0
    for kind, data in things:
        if kind in _BESIDE:
            continue
        name = reddit_things.fullname(kind, data) if kind in _READ else None
        if name and reddit_things.gone(data):
            gone[name] = None
            continue
        mention = reddit_things.mention(kind, data, seen) if kind in _READ else None
        if mention is None:
            skipped += 1
        else:
            mentions[mention.id] = mention
    kept = tuple(m for m in mentions.values() if m.id not in gone)
    return Page(mentions=kept, gone=tuple(gone), skipped=skipped)


def _newest(mentions: Sequence[Mention]) -> str | None:
    times = [int(m.created_at.timestamp()) for m in mentions if m.created_at]
    return str(max(times)) if times else None
