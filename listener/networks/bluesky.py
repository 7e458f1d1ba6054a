"""Bluesky: search over all public posts. The live stream is ``jetstream``.

API: GET ``api_url``/xrpc/app.bsky.feed.searchPosts and, for who wrote them,
app.bsky.actor.getProfiles: up to 25 DIDs, the accounts that exist come back; app.bsky.feed.getPosts
likewise, for what is stored (lexicons in github.com/bluesky-social/atproto).
Limits: 3,000 requests in 5 minutes for each address (``ratelimit-*`` headers, epoch reset); 100
posts a page. Reach: not reported; likes, replies, reposts and quotes are; followers are not part
of a search answer, profiles have them. Cannot see: deletions and edits (the stream does), posts of
accounts that hide from guests. The public host may refuse search at times: then set ``api_url`` to
your own PDS and give a token. ``since`` and ``until`` go over the server's sort time: the earlier
of ``createdAt`` and ``indexedAt``. A post dated back by its author sorts in the past, so ``since``
is moved back by ``OVERLAP``; what is dated further back only a re-read of a window finds. Cursors
may end early.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.atproto import post_mention
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import (
    Defaults,
    base_url,
    bearer,
    hashtag_reads,
    lone_tags,
    search_reads,
    searched,
)
from listener.networks.options import LIMIT, Option
from listener.records import Account, Author, Credential, Engagement, Mention, Query

OVERLAP = timedelta(minutes=10)
_POST = re.compile(r"at://did:[a-z]+:[A-Za-z0-9._:%-]+/app\.bsky\.feed\.post/[A-Za-z0-9._:~-]+")
_UNVERIFIED = "handle.invalid"  # stands for every handle whose domain does not confirm it


ABOUT = About(
    name="bluesky",
    english="Bluesky",
    arabic="بلوسكاي",
    search="yes",
    stream="yes",
    hashtag="yes",
    replies="yes",
    own_figures="yes",
    reach="no",
    credential="none",
    quota="3,000 requests in 5 min",
    price="free",
    history="all, by search",
    note="search or the live stream of all posts; followers are looked up by author",
    every=minutes(1),
    secrets={"token": "optional"},
    options={
        "limit": LIMIT,
        "stream": Option("text", "address of the live stream (wss://…); none: polling only"),
    },
    live="listener.networks.jetstream:Jetstream",
)


@dataclass(frozen=True, slots=True)
class Bluesky(Defaults):
    """``limit``: posts a page, at most 100."""

    name: ClassVar[str] = "bluesky"
    most_authors: ClassVar[int] = 25
    most_reread: ClassVar[int] = 25
    about: ClassVar[About] = ABOUT
    api_url: str = "https://public.api.bsky.app"
    limit: int = 100

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        """A search for each alternative of each query, and for each hashtag, in its spellings."""
        tags = [*hashtags, *lone_tags(brands)]
        return [*search_reads(brands, without="#"), *hashtag_reads(tags, brands)]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        words = f"#{read.target}" if read.kind == "hashtag" else searched(read)
        params: dict[str, str | int] = {"q": words, "sort": "latest", "limit": self.limit}
        if since:
            params["since"] = f.rewound(since, OVERLAP)
        if page:
            params["cursor"] = page
        url = base_url(self.api_url, "/xrpc") + "/xrpc/app.bsky.feed.searchPosts"
        return httpx.Request("GET", url, params=params, headers=dict(bearer(credential)))

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))
        posts = body.get("posts")
        if not isinstance(posts, list):
            raise BadPage("expected an object with posts")
        parsed = [_mention(f.obj(raw), f.seen_at(response)) for raw in posts]
        mentions = tuple({m.id: m for m in parsed if m}.values())
        return Page(
            mentions=mentions,
            older=f.ident(body.get("cursor")) if posts else None,
            newest=max(filter(None, map(self.mark, mentions)), default=None),
            skipped=sum(m is None for m in parsed),
        )

    def mark(self, mention: Mention) -> str | None:
        """The server's sort time."""
        return f.iso(mention.created_at) if mention.created_at else None

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        """The post's address; what was imported under another id has none."""
        return mention_id if _POST.fullmatch(mention_id) else None

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """keys: addresses, at most ``most_reread``."""
        url = base_url(self.api_url, "/xrpc") + "/xrpc/app.bsky.feed.getPosts"
        headers = dict(bearer(credential))
        return httpx.Request("GET", url, params={"uris": list(keys)}, headers=headers)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        """A post that was deleted, or whose author is gone, is just not there."""
        page = self.parse(response, Read("refresh"), None)
        posts = f.items(f.obj(f.page_json(response)).get("posts"))
        there = {f.ident(f.obj(raw).get("uri")) for raw in posts}
        return replace(page, gone=tuple(key for key in keys if key not in there), older=None)

    def authors_request(
        self, ids: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """ids: DIDs, at most ``most_authors``."""
        url = base_url(self.api_url, "/xrpc") + "/xrpc/app.bsky.actor.getProfiles"
        headers = dict(bearer(credential))
        return httpx.Request("GET", url, params={"actors": list(ids)}, headers=headers)

    def parse_authors(self, response: httpx.Response) -> Mapping[str, Author]:
        """By DID. Accounts that are deleted or suspended are not among them."""
        profiles = f.obj(f.page_json(response)).get("profiles")
        if not isinstance(profiles, list):
            raise BadPage("expected an object with profiles")
        authors = [_author(f.obj(raw)) for raw in profiles]
        return {author.id: author for author in authors if author.id}


def _author(raw: Mapping[str, object]) -> Author:
    """A profile view: the basic one of a post has no count of followers, the detailed one has."""
    handle = f.text(raw.get("handle"))
    return Author(
        network="bluesky",
        id=f.ident(raw.get("did")),
        handle=None if handle == _UNVERIFIED else handle,
        name=f.text(raw.get("displayName")),
        followers=f.count(raw.get("followersCount")),
    )


def _mention(raw: Mapping[str, object], seen: datetime | None) -> Mention | None:
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
        _author(f.obj(raw.get("author"))),
        f.not_after(f.iso_time(raw.get("indexedAt")), seen),
        Engagement(
            likes=f.count(raw.get("likeCount")),
            replies=f.count(raw.get("replyCount")),
            shares=sum(shared) if shared else None,
            as_of=seen,
        ),
        f.obj(raw.get("embed")),
    )
