"""Threads: keyword and tag search, mentions, replies on own threads, own posts, figures.

API: https://developers.facebook.com/documentation/threads (/keyword-search, /threads-mentions,
/reference/reply-management, /insights) under ``api_url`` https://graph.threads.net. Limits: 2,200
searches in 24 hours for a user, over all apps; one that finds nothing does not count; 4,800 calls x
impressions in 24 hours. A sensitive word finds nothing. Without approval for
``threads_keyword_search`` only the own posts are searched, without that for
``threads_manage_mentions`` only testers' mentions are shown. Posts hold no counts: figures of own
posts come by insights, others' are not offered. Views of an account are of its profile. Cannot see:
private accounts, followers of authors, deletions but those below own posts: posts of others cannot
be asked for by id. A token lasts 60 days and is renewed (/get-started/long-lived-tokens).

Reads: "mentions", "own_posts" and "figures" of ``user``; "replies" of ``post``; "figures" of
``user/post``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.about import About, Console, account_every
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import BadPage, Page, Probe, Read, Trouble, Wait
from listener.networks.defaults import hashtag_reads, lone_tags, search_reads, searched
from listener.networks.graph import insights as graph_insights
from listener.networks.graph import items as graph_items
from listener.networks.oauth import OAuth
from listener.networks.options import LIMIT, OWN_ID, TOKEN, VERSION, Option
from listener.networks.pushing import Push
from listener.networks.threads import access as access
from listener.networks.threads import items as items
from listener.records import Account, Credential, Query

OVERLAP = timedelta(minutes=10)
"""A search lags, and posts may be edited in their first quarter of an hour."""
SEARCH_AGAIN = 900.0
"""Seconds until a search that was one too many is tried again: a day's rolls on."""
METRICS = ("views", "likes", "replies", "reposts", "quotes", "followers_count")
POST_METRICS = ("views", "likes", "replies", "reposts", "quotes", "shares")
MEASURES: Mapping[str, str] = {**graph_insights.MEASURES, "views": "profile_views"}
"""Of the account; a post's views are views."""

ABOUT = About(
    name="threads", english="Threads", arabic="ثريدز",
    search="yes", stream="no", hashtag="yes", replies="yes", own_figures="yes", reach="yes",
    credential="app review, user token",
    quota="2,200 searches in 24 h",
    price="free",
    history="since July 2023",
    note="before approval it searches your own posts only; deletions are seen below own posts only",
    every=account_every(10),
    rate=0.5,
    secrets=TOKEN,
    options={
        "user": OWN_ID,
        "version": VERSION,
        "limit": LIMIT,
        "insights": Option("texts", "figures of the account, by the day", METRICS),
        "post_insights": Option("texts", "figures of an own post", POST_METRICS),
        "app_token": graph.APP_TOKEN,
    },
    oauth=OAuth(
        token_url="/refresh_access_token",
        flow="exchange",
        grant="th_refresh_token",
        early=timedelta(days=7),
        lasts=timedelta(days=60),
    ),
    allowances={"searches": Allowance(most=2200, per=timedelta(hours=24), unit="requests")},
    terms="https://developers.facebook.com/terms/",
    reach_by="views only: it reports no accounts",
    duty="delete what was deleted, on request, and what is needed no longer (Meta Platform Terms)",
    delay="minutes",
    pushes=Console(arabic=access.CONSOLE_ARABIC, english=access.CONSOLE_ENGLISH),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Threads(graph.Graph):
    """``user``: id of the own account; ``limit``: posts a page, at most 100."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://graph.threads.net"
    version: str = "v1.0"
    user: str = ""
    limit: int = 100
    insights: tuple[str, ...] = METRICS
    post_insights: tuple[str, ...] = POST_METRICS

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """A search for each alternative of each query, each tag, and what the own accounts have."""
        tags = hashtag_reads([*hashtags, *lone_tags(brands)], brands)
        own = graph.own_reads(accounts, self.user, "mentions", "own_posts", "figures")
        return [*search_reads(brands, without="#"), *tags, *own]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target, _, post = (read.target or self.user).partition("/")
        if read.kind == "figures":
            metrics, where = self.insights, f"{target}/threads_insights"
            if post:
                metrics, where = self.post_insights, f"{post}/insights"
            asked: dict[str, str | int] = {"metric": graph_insights.asked(metrics, page)}
            return self.get(where, asked, credential)
        asked = {"fields": items.FOUND, "limit": self.limit}
        if read.kind in ("search", "hashtag"):
            by_tag = read.kind == "hashtag"
            words = read.target or "" if by_tag else searched(read).replace('"', "")
            asked |= {"q": words, "search_type": "RECENT"}
            asked |= {"search_mode": "TAG" if by_tag else "KEYWORD"}
            asked |= graph.unix(since, OVERLAP)
            return self.get("keyword_search", asked, credential, page)
        if read.kind == "replies":
            asked |= {"fields": items.REPLIES, "reverse": "true"}
            return self.get(f"{target}/conversation", asked, credential, page)
        if read.kind == "mentions":
            asked |= graph.unix(since, OVERLAP)
            return self.get(f"{target}/mentions", asked, credential, page)
        return self.get(f"{target}/threads", asked, credential, page)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """Of a Graph API; a metric that is refused is none, and searches that are used up hold no
        other read."""
        if graph_insights.of_insights(response) and graph_insights.refuses(response):
            return None
        trouble = graph.trouble(response, now)
        if isinstance(trouble, Wait) and graph.path_of(response).endswith("/keyword_search"):
            seconds = SEARCH_AGAIN if trouble.seconds is None else trouble.seconds
            return replace(trouble, seconds=seconds, scope="read")
        return trouble

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        target, _, post = (read.target or self.user).partition("/")
        if read.kind == "figures":
            return graph_insights.page_of(
                response, read, page, self.post_insights if post else self.insights,
                network=self.name, account=target, post=post or None,
                called=graph_insights.MEASURES if post else MEASURES,
            )  # fmt: skip
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        own, below = read.kind == "own_posts", read.kind == "replies"
        handle = "".join(read.also[:1]) if read.kind == "mentions" else ""
        raws = [f.obj(raw) for raw in graph.data_of(body)]
        raws = [raw for raw in raws if not (own and raw.get("media_type") == items.REPOST)]
        found = [
            (
                items.of_thread(
                    raw, seen, owner=target if own else None, root=target if below else None,
                    named=handle,
                ),
                own or raw.get("is_reply_owned_by_me") is True,
            )
            for raw in raws
        ]  # fmt: skip
        kept = {m.id: (m, ours) for m, ours in found if m}
        posts = tuple(m for m, ours in kept.values() if ours)
        return Page(
            mentions=tuple(m for m, ours in kept.values() if not ours),
            own_posts=posts,
            # All of a thread is read each time: what it shows no longer is gone.
            there=tuple(kept) if below and not any(m is None for m, _ours in found) else None,
            more=items.follow(posts, target, read.query, seen) if own else (),
            older=graph.older(body),
            newest=None if below else graph_items.newest(m for m, _ours in kept.values()),
            skipped=sum(m is None for m, _ours in found),
        )

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        """Every page of a search is a search."""
        return [Cost("searches")] if read.kind in ("search", "hashtag") else []

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        """A search that finds nothing does not count."""
        try:
            nothing = response.is_success and not graph.data_of(f.page_json(response))
        except BadPage:
            nothing = False
        return [] if nothing else self.cost(read, page)

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """None of them is a search."""
        user = next((a.id for a in accounts if a.role == "own" and a.id), self.user)
        return [
            Probe(kind, self.get(path.format(user=user), params, credential), arabic, english)
            for kind, path, params, arabic, english in access.TRIED
        ]

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        """A reply asks for its thread's replies, a mention for the mentions."""
        return Push(due=access.due(body, accounts, self.user))

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        """A person does that in the app's console."""
        return ()
