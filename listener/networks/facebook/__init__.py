"""Facebook Pages, Graph API: the Page's feed, posts that tag it, comments, figures.

API: https://developers.facebook.com/docs/graph-api/reference/page (/feed, /tagged),
/object/comments, /insights, under ``api_url`` https://graph.facebook.com. There is no public
search. Limits: 4,800 calls x engaged users in 24 hours for a Page token. A page may be empty while
a next is named. The feed holds about 600 posts of a year. Recommendations cannot be read any more
(error 12 since v22: https://developers.facebook.com/docs/graph-api/reference/recommendation).
Insights: Pages of 100 likes or more, daily; Meta removes metrics every year
(https://developers.facebook.com/documentation/pages-api/platforminsights/page/deprecated-metrics),
so their names are options and only a refused one is dropped. Reach counts accounts, views displays.
A Page token got with a long-lived user token does not end. What stands in the feed without ``from``
is somebody else's: the Page's token is always told of the Page. Cannot see: posts that do not tag
the Page, who wrote them in most cases, private profiles.

Reads: "mentions" of ``page`` or (named by a push) ``page/post:id``, ``page/comment:id``; "replies"
of ``post``; "figures" of ``page`` or ``page/post``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.about import About, Console, account_every
from listener.networks.base import BadPage, Page, Probe, Read, Trouble
from listener.networks.facebook import access as access
from listener.networks.facebook import items as items
from listener.networks.graph import batch as graph_batch
from listener.networks.graph import insights as graph_insights
from listener.networks.options import LIMIT, OWN_ID, TOKEN, VERSION, Option
from listener.networks.pushing import Push
from listener.records import Account, Credential, Query

PROFILE = ("followers_count", "fan_count")
PAGE_METRICS = (
    "page_media_view", "page_total_media_view_unique", "page_views_total", "page_post_engagements",
)  # fmt: skip
POST_METRICS = ("post_media_view", "post_total_media_view_unique")

ABOUT = About(
    name="facebook", english="Facebook", arabic="فيسبوك",
    search="no", stream="no", hashtag="no", replies="yes", own_figures="yes", reach="yes",
    credential="app review, Page token",
    quota="4,800 x engaged users in 24 h",
    price="free",
    history="about 600 posts of the Page a year",
    note="only the Page's own feed, posts that tag it, and comments; no search, no recommendations "
    "(ended with v22)",
    every=account_every(15),
    secrets=TOKEN,
    options={
        "page": OWN_ID,
        "version": VERSION,
        "limit": LIMIT,
        "insights": Option("texts", "figures of the Page, by the day", PAGE_METRICS),
        "post_insights": Option("texts", "figures of an own post", POST_METRICS),
        "app_token": graph.APP_TOKEN,
    },
    terms="https://developers.facebook.com/terms/",
    reach_by="accounts that saw it at least once",
    duty="delete what was deleted, on request, and what is needed no longer (Meta Platform Terms)",
    delay="minutes; insights a day",
    pushes=Console(arabic=access.CONSOLE_ARABIC, english=access.CONSOLE_ENGLISH),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facebook(graph.Graph):
    """``page``: id of the own Page; ``limit``: items a page, at most 100."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    most_reread: ClassVar[int] = graph_batch.MOST
    page: str = ""
    limit: int = 50
    insights: tuple[str, ...] = PAGE_METRICS
    post_insights: tuple[str, ...] = POST_METRICS

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """The feed, the tags and the figures of the own Pages."""
        return graph.own_reads(accounts, self.page, "mentions", "own_posts", "figures")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        own, _, post = (read.target or self.page).partition("/")
        if read.kind == "figures":
            return self._figures(own, post, page, credential)
        if read.kind == "replies":
            asked: dict[str, str | int] = {"fields": items.COMMENT, "limit": self.limit}
            asked |= {"filter": "stream", "order": "reverse_chronological"}
            return self.get(f"{own}/comments", asked, credential, page)
        if read.kind == "mentions" and post:
            fields = items.POST if access.is_post(post) else items.COMMENT
            return self.get(post.partition(":")[2], {"fields": fields}, credential, page)
        edge = "tagged" if read.kind == "mentions" else "feed"
        return self.get(
            f"{own}/{edge}", {"fields": items.POST, "limit": self.limit}, credential, page
        )

    def _figures(
        self, own: str, post: str, page: str | None, credential: Credential | None
    ) -> httpx.Request:
        if post:
            asked = {"metric": graph_insights.asked(self.post_insights, page)}
            return self.get(f"{post}/insights", asked, credential)
        if page is None:
            return self.get(own, {"fields": ",".join(PROFILE)}, credential)
        asked = {"metric": graph_insights.asked(self.insights, page), "period": "day"}
        return self.get(f"{own}/insights", asked, credential)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """Of a Graph API; a metric that is refused is none."""
        if graph_insights.of_insights(response) and graph_insights.refuses(response):
            return None
        return graph.trouble(response, now)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        own, _, post = (read.target or self.page).partition("/")
        if read.kind == "figures":
            return self._figure_page(response, read, page, own, post)
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        handle = "".join(read.also[:1])
        if read.kind == "mentions" and post:
            return _named(body, post, seen)
        raws = [f.obj(raw) for raw in graph.data_of(body)]
        if read.kind == "replies":
            comments = [items.of_comment(raw, seen, under=own) for raw in raws]
            return items.page_of(comments, own.partition("_")[0], body)
        if read.kind == "mentions":
            tagged = [items.of_post(raw, seen, named=handle) for raw in raws]
            return items.page_of(tagged, None, body)
        posts = [items.of_post(raw, seen, on=own) for raw in raws]
        return items.page_of(posts, own, body, items.follow(posts, own, read.query, seen))

    def _figure_page(
        self, response: httpx.Response, read: Read, page: str | None, own: str, post: str
    ) -> Page:
        if not post and page is None:
            body = f.obj(f.page_json(response))
            if "id" not in body or "error" in body:
                raise BadPage("expected a Page")
            seen = f.seen_at(response)
            found = graph_insights.counts(body, PROFILE, read, seen, network=self.name, account=own)
            return Page(figures=found, older=graph_insights.ALL if self.insights else None)
        metrics = self.post_insights if post else self.insights
        return graph_insights.page_of(
            response, read, page, metrics, network=self.name, account=own, post=post or None
        )

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        """What stands in our own feed: others' posts cannot be asked for by id."""
        return ref

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        fields: dict[str, str] = {}
        for key in keys:
            anchor = key.partition("/")[0]
            comment = "_" in anchor
            fields[key] = items.COMMENT if comment else items.POST
            fields[anchor] = f"id,{'comments' if comment else 'feed'}.limit(1){{id}}"
        token = credential.values.get("token") if credential else None
        return graph_batch.request(self, keys, fields, token)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        found, gone = graph_batch.parse(response, keys)
        seen, parsed = f.seen_at(response), []
        for key, raw in found.items():
            anchor = key.partition("/")[0]
            comment = "_" in anchor
            parsed.append(
                items.of_comment(raw, seen, under=anchor)
                if comment
                else items.of_post(raw, seen, on=anchor)
            )
        return Page(
            mentions=tuple(m for m in parsed if m),
            gone=gone,
            skipped=sum(m is None for m in parsed),
        )

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        own = next((a.id for a in accounts if a.role == "own" and a.id), self.page)
        return [
            Probe(kind, self.get(path.format(page=own), params, credential), arabic, english)
            for kind, path, params, arabic, english in access.TRIED
        ]

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        """A comment asks for its post's comments, a post for the feed, a mention for what it
        stands in and for the posts that tag the Page."""
        return Push(due=access.due(body, accounts, self.page))

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        """The address is entered in the console; the Page then subscribes, by its own token."""
        pages = {a.id or self.page for a in accounts if a.role == "own"}
        return [
            self.subscribed(page, "feed,mention", callback, credential) for page in sorted(pages)
        ]


def _named(body: Mapping[str, object], post: str, seen: datetime | None) -> Page:
    """The post or comment that a push named."""
    if "id" not in body or "error" in body:
        raise BadPage("expected a post or a comment")
    of = items.of_post if access.is_post(post) else items.of_comment
    found = of(body, seen)
    return Page(mentions=(found,) if found else (), skipped=int(found is None))
