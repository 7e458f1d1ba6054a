"""Bluesky: search over all public posts, and what is said to an own account, below its posts, its
numbers (``bluesky_account``). The live stream is ``jetstream``.

API: GET ``api_url``/xrpc/app.bsky.feed.searchPosts and, for who wrote them,
app.bsky.actor.getProfiles: up to 25 DIDs, the accounts that exist come back; app.bsky.feed.getPosts
likewise, for what is stored (lexicons in github.com/bluesky-social/atproto).
Limits: 3,000 requests in 5 minutes for each address (``ratelimit-*`` headers, epoch reset); 100
posts a page. Reach: not reported; likes, replies, reposts and quotes are; followers are not part
of a search answer, profiles have them. Cannot see: deletions and edits (the stream does), posts of
accounts that hide from guests. The public host may refuse search at times. Who signs in
(com.atproto.server.createSession with an app password, https://docs.bsky.app/docs/get-started; its
token is good for some two hours) is read by ``HOME``, where ``api_url`` is the public host.
``since`` and ``until`` go over the server's sort time: the earlier of ``createdAt`` and
``indexedAt``. A post dated back by its author sorts in the past, so ``since`` is moved back by
``OVERLAP``; what is dated further back only a re-read of a window finds. Cursors may end early.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Read, Refused, Trouble
from listener.networks.bluesky import account as own
from listener.networks.bluesky.items import author_of, listed, mention_of, not_found
from listener.networks.defaults import (
    Defaults,
    base_url,
    bearer,
    hashtag_reads,
    lone_tags,
    own_reads,
    search_reads,
    searched,
)
from listener.networks.oauth import OAuth
from listener.networks.options import LIMIT, Option
from listener.records import Account, Author, Credential, Mention, Query

OVERLAP = timedelta(minutes=10)
PUBLIC, HOME = "https://public.api.bsky.app", "https://bsky.social"
_POST = re.compile(r"at://did:[a-z]+:[A-Za-z0-9._:%-]+/app\.bsky\.feed\.post/[A-Za-z0-9._:~-]+")
_SESSION = OAuth(
    token_url=f"{HOME}/xrpc/com.atproto.server.createSession",
    flow="session",
    token_name="accessJwt",
    lasts=timedelta(minutes=90),
    home=PUBLIC,
)

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
    credential="none (app password for notifications)",
    quota="3,000 requests in 5 min",
    price="free",
    history="all, by search",
    note="search or the live stream of all posts; followers are looked up by author",
    every=minutes(1),
    secrets={"token": "optional"},
    options={
        "limit": LIMIT,
        "account": Option(
            "text", "handle of the own account that signs in, as its account in brands has it"
        ),
        "password": Option("secret", "an app password of that account"),
        "stream": Option("text", "address of the live stream (wss://…); none: polling only"),
    },
    live="listener.networks.jetstream:Jetstream",
    oauth=_SESSION,
    duty="delete what its author deletes; re-reads and the stream tell",
    delay="seconds",
)


@dataclass(frozen=True, slots=True)
class Bluesky(Defaults):
    """``limit``: posts a page, at most 100. ``account``: whose token or password it is; without it
    nobody's notifications are read."""

    name: ClassVar[str] = "bluesky"
    most_authors: ClassVar[int] = 25
    most_reread: ClassVar[int] = 25
    about: ClassVar[About] = ABOUT
    api_url: str = PUBLIC
    limit: int = 100
    account: str = ""

    @property
    def oauth(self) -> OAuth:
        """Of the account that signs in, at its own server."""
        base = base_url(self.api_url, "/xrpc")
        url = _SESSION.url(base)
        more = {"identifier": self.account.strip().removeprefix("@")}
        return replace(_SESSION, token_url=url, more=more, home=None)

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        """A search for each alternative of each query, and for each hashtag, in its spellings; of
        each own account who names it, its posts and its numbers."""
        tags = [*hashtags, *lone_tags(brands)]
        ours = own_reads(accounts, "mentions", "own_posts", "figures")
        return [*search_reads(brands, without="#"), *hashtag_reads(tags, brands), *ours]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target = read.target or ""
        params: dict[str, object] = {"limit": self.limit}
        if page:
            params["cursor"] = page
        match read.kind:
            case "figures":
                return self._get("app.bsky.actor.getProfile", {"actor": target}, credential)
            case "own_posts":
                return self._get("app.bsky.feed.getAuthorFeed", {"actor": target, **params},
                                 credential)  # fmt: skip
            case "replies" if target.endswith(own.QUOTES):
                asked = {"uri": target.removesuffix(own.QUOTES), **params}
                return self._get("app.bsky.feed.getQuotes", asked, credential)
            case "replies":
                asked = {"uri": target, "depth": own.DEPTH, "parentHeight": 0}
                return self._get("app.bsky.feed.getPostThread", asked, credential)
            case "mentions" if bearer(credential) and own.same(target, self.account):
                name = "app.bsky.notification.listNotifications"
                return self._get(name, {"reasons": list(own.REASONS), **params}, credential)
            case "mentions":
                params = {"q": "*", "mentions": target, "sort": "latest", **params}
            case _:
                words = f"#{target}" if read.kind == "hashtag" else searched(read)
                params = {"q": words, "sort": "latest", **params}
        if since:
            params["since"] = f.rewound(since, OVERLAP)
        return self._get("app.bsky.feed.searchPosts", params, credential)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """A thread whose first post is gone is a 400 that says so."""
        found = failures.trouble(response, now)
        if isinstance(found, Refused) and response.status_code == 400 and not_found(response):
            return replace(found, kind="gone")
        return found

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if read.kind == "figures":
            if not f.ident(body.get("did")):
                raise BadPage("expected a profile")
            return own.numbers(body, read, seen)
        if read.kind == "own_posts":
            raws = own.written(listed(body, "feed"))
            found = self._page(body, raws, seen, whole=f.items(body["feed"]))
            more = own.follow(found.mentions, raws, read, seen) if page is None else ()
            return replace(found, mentions=(), own_posts=found.mentions, more=more)
        if read.kind == "replies" and "thread" in body:
            if not f.obj(f.obj(body["thread"]).get("post")):
                raise BadPage("expected a thread with its first post")
            return replace(self._page(body, list(own.below(f.obj(body["thread"]))), seen),
                           older=None, newest=None)  # fmt: skip
        if read.kind == "mentions" and "notifications" in body:
            raws = [f.obj(raw) for raw in listed(body, "notifications")]
            return self._page(body, raws, seen)
        return self._page(body, [f.obj(raw) for raw in listed(body, "posts")], seen)

    def _page(
        self,
        body: Mapping[str, object],
        raws: Sequence[Mapping[str, object]],
        seen: datetime | None,
        whole: Sequence[object] | None = None,
    ) -> Page:
        """``whole``: all that the page lists, where not all of it is read."""
        parsed = [mention_of(raw, seen) for raw in raws]
        mentions = tuple({m.id: m for m in parsed if m}.values())
        return Page(
            mentions=mentions,
            older=f.ident(body.get("cursor")) if (raws if whole is None else whole) else None,
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
        return self._get("app.bsky.feed.getPosts", {"uris": list(keys)}, credential)

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
        return self._get("app.bsky.actor.getProfiles", {"actors": list(ids)}, credential)

    def parse_authors(self, response: httpx.Response) -> Mapping[str, Author]:
        """By DID. Accounts that are deleted or suspended are not among them."""
        profiles = f.obj(f.page_json(response)).get("profiles")
        if not isinstance(profiles, list):
            raise BadPage("expected an object with profiles")
        authors = [author_of(f.obj(raw)) for raw in profiles]
        return {author.id: author for author in authors if author.id}

    def _get(
        self, name: str, params: Mapping[str, object], credential: Credential | None
    ) -> httpx.Request:
        headers = dict(bearer(credential))
        base = base_url(self.api_url, "/xrpc")
        base = HOME if headers and base == PUBLIC else base
        return httpx.Request("GET", f"{base}/xrpc/{name}", params=params, headers=headers)  # type: ignore[arg-type]
