"""Instagram, Graph API: hashtags, tags, @mentions and comments of the own account, its figures.

API: https://developers.facebook.com/documentation/instagram-platform, by Facebook's sign-in at
``api_url`` https://graph.facebook.com (what is here), or by Instagram's at
https://graph.instagram.com (own posts, comments and figures only; the token is renewed).

Hashtags (/instagram-api-with-facebook-login/hashtag-search): ``ig_hashtag_search`` gives a tag's
id, ``recent_media`` the public posts of the last 24 hours, without authors and in no order, so each
poll reads them all; 30 different tags in 7 days, the same again is free. The id is the mark of this
read: it never changes. Tags: /{user}/tags. @mentions: only ids that a webhook brings can be asked
for (/mentioned_media, /mentioned_comment); Meta keeps none that was missed. Stories: mentions in
them are not offered, their figures end after 24 hours and are not read. Insights:
/api-reference/instagram-user/insights, /reference/instagram-media/insights; late by up to 48 hours.
Reach counts accounts, views count plays and displays. Cannot see: words without a tag, private
accounts.

Reads: "mentions" of ``user``, ``user/mentioned_media/id``, ``user/mentioned_comment/id``; "replies"
of ``media`` or ``comment/replies``; "figures" of ``user`` or ``user/media``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.about import About, Console, account_every
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import BadPage, Page, Probe, Read, Trouble, Wait
from listener.networks.defaults import hashtag_reads, lone_tags
from listener.networks.graph import batch as graph_batch
from listener.networks.graph import insights as graph_insights
from listener.networks.graph import items as graph_items
from listener.networks.instagram import access as access
from listener.networks.instagram import items as items
from listener.networks.oauth import OAuth
from listener.networks.options import LIMIT, OWN_ID, TOKEN, VERSION, Option
from listener.networks.pushing import Push
from listener.records import Account, Credential, Query

NO_SUCH_TAG = 2207024
"""Subcode: nobody has used the tag yet."""
TOO_MANY_TAGS = (18, 2207034)
TAGS_AGAIN = 6 * 3600.0
"""Seconds until a tag is tried again for which the 30 of the week left no room."""
PROFILE = ("followers_count", "follows_count", "media_count")
_LIST = "comments"

ABOUT = About(
    name="instagram", english="Instagram", arabic="إنستغرام",
    search="no", stream="no", hashtag="partial", replies="yes", own_figures="yes", reach="yes",
    credential="app review, business account",
    quota="30 hashtags in 7 days; calls by the account's impressions",
    price="free",
    history="24 h by hashtag; own media all",
    note="hashtags of the last 24 h, without authors; own tags, @mentions by webhook and comments; "
    "no keyword search, mentions in stories are not offered",
    every=account_every(15),
    secrets=TOKEN,
    options={
        "user": OWN_ID,
        "version": VERSION,
        "limit": LIMIT,
        "insights": Option(
            "texts", "figures of the account, by the day",
            ("reach", "views", "profile_views", "total_interactions"),
        ),
        "post_insights": Option(
            "texts", "figures of an own post", ("reach", "views", "saved", "shares")
        ),
        "app_token": graph.APP_TOKEN,
    },
    allowances={
        "hashtags": Allowance(most=30, per=timedelta(days=7), unit="hashtags", distinct=True)
    },
    lookback={"hashtag": timedelta(hours=24)},
    terms="https://developers.facebook.com/terms/",
    reach_by="accounts that saw it at least once",
    duty="delete what was deleted, on request, and what is needed no longer (Meta Platform Terms)",
    delay="minutes; insights up to 48 h",
    pushes=Console(arabic=access.CONSOLE_ARABIC, english=access.CONSOLE_ENGLISH),
)  # fmt: skip
OAUTH = OAuth(
    token_url="https://graph.instagram.com/refresh_access_token",
    flow="exchange",
    grant="ig_refresh_token",
    early=timedelta(days=7),
    lasts=timedelta(days=60),
)
"""Of Instagram's own sign-in; a token of Facebook's is a system user's or a Page's, without end."""


@dataclass(frozen=True, slots=True)
class Instagram(graph.Graph):
    """``user``: id of the own account; ``limit``: items a page, at most 50."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    most_reread: ClassVar[int] = graph_batch.MOST
    user: str = ""
    limit: int = 50
    insights: tuple[str, ...] = ("reach", "views", "profile_views", "total_interactions")
    post_insights: tuple[str, ...] = ("reach", "views", "saved", "shares")

    @property
    def oauth(self) -> OAuth | None:
        return OAUTH if self._own_sign_in else None

    @property
    def _own_sign_in(self) -> bool:
        return urlsplit(self.api_url).hostname == "graph.instagram.com"

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Each hashtag in its spellings; tags, posts and figures of the own accounts."""
        if self._own_sign_in:
            return graph.own_reads(accounts, self.user, "own_posts", "figures")
        own = graph.own_reads(accounts, self.user, "mentions", "own_posts", "figures")
        return [*hashtag_reads([*hashtags, *lone_tags(brands)], brands), *own]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target, limit = read.target or self.user, self.limit
        asked: dict[str, str | int]
        if read.kind == "hashtag":
            return self._tag(target, since, page, credential)
        if read.kind == "figures":
            return self._figures(target, page, credential)
        if read.kind == "replies":
            path = target if "/" in target else f"{target}/{_LIST}"
            fields = items.COMMENT if "/" in target else items.COMMENTS
            return self.get(path, {"fields": fields, "limit": limit}, credential, page)
        if read.kind == "own_posts":
            asked = {"fields": items.OWN, "limit": limit}
            return self.get(f"{target}/media", asked, credential, page)
        user, kind, native = items.mentioned(target)
        if kind == "mentioned_media":
            named = f"mentioned_media.media_id({native}){{{items.MENTIONED}}}"
        elif kind == "mentioned_comment":
            named = f"mentioned_comment.comment_id({native}){{{items.MENTIONED_COMMENT}}}"
        else:
            asked = {"fields": items.OTHERS, "limit": limit}
            return self.get(f"{user}/tags", asked, credential, page)
        return self.get(user, {"fields": named}, credential, page)

    def _tag(
        self, tag: str, since: str | None, page: str | None, credential: Credential | None
    ) -> httpx.Request:
        """``since`` and the page after a lookup: ``id:<tag's id>``; further pages: a cursor,
        behind the id where ``since`` does not know it yet."""
        named, cursor = since, page
        if page and page.startswith(items.HASHTAG_ID):
            named, _, cursor = page.removeprefix(items.HASHTAG_ID).partition(":")
        known = (named or "").removeprefix(items.HASHTAG_ID)
        params: dict[str, str | int] = {"user_id": self.user}
        if not known.isdecimal():
            return self.get("ig_hashtag_search", {**params, "q": tag}, credential, page)
        params |= {"fields": items.MEDIA, "limit": self.limit}
        return self.get(f"{known}/recent_media", params, credential, cursor)

    def _figures(
        self, target: str, page: str | None, credential: Credential | None
    ) -> httpx.Request:
        user, _, media = target.partition("/")
        if media:
            metric = graph_insights.asked(self.post_insights, page)
            return self.get(f"{media}/insights", {"metric": metric}, credential)
        if page is None:
            return self.get(user, {"fields": ",".join(PROFILE)}, credential)
        metric = graph_insights.asked(self.insights, page)
        asked = {"metric": metric, "period": "day", "metric_type": "total_value"}
        return self.get(f"{user}/insights", asked, credential)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """Of a Graph API; a tag that nobody uses is none, nor is a metric that is refused."""
        error = graph.error_of(response)
        if error is not None:
            code, sub = graph.codes(error)
            if sub == NO_SUCH_TAG:
                return None
            if code == TOO_MANY_TAGS[0] or sub == TOO_MANY_TAGS[1]:
                why = f"HTTP {response.status_code}: 30 different hashtags were read in 7 days"
                return Wait(TAGS_AGAIN, why, "read")
            if graph_insights.of_insights(response) and graph_insights.refuses(response):
                return None
        return graph.trouble(response, now)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        if read.kind == "figures":
            return self._figure_page(response, read, page)
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if graph.codes(f.obj(body.get("error")))[1] == NO_SUCH_TAG:
            return Page()
        if read.kind == "replies":
            return items.comment_page(body, read, seen)
        user, kind, _native = items.mentioned(read.target or "")
        if read.kind == "mentions" and kind:
            return items.mention_page(body, kind, seen, "".join(read.also[:1]))
        raws = [f.obj(raw) for raw in graph.data_of(body)]
        if read.kind == "hashtag":
            return items.tag_page(body, raws, seen, page)
        own = read.kind == "own_posts"
        tagged = "" if own else "".join(read.also[:1])
        parsed = [
            items.of_media(raw, seen, owner=user if own else None, tagged=tagged) for raw in raws
        ]
        kept = tuple({m.id: m for m in parsed if m}.values())
        return Page(
            mentions=() if own else kept,
            own_posts=kept if own else (),
            more=items.follow(kept, user, read.query, seen) if own else (),
            older=graph.older(body),
            newest=graph_items.newest(kept),
            skipped=sum(m is None for m in parsed),
        )

    def _figure_page(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        user, _, media = (read.target or "").partition("/")
        if not media and page is None:
            body = f.obj(f.page_json(response))
            if "id" not in body or "error" in body:
                raise BadPage("expected an account")
            seen = f.seen_at(response)
            found = graph_insights.counts(
                body, PROFILE, read, seen, network=self.name, account=user
            )
            return Page(figures=found, older=graph_insights.ALL if self.insights else None)
        metrics = self.post_insights if media else self.insights
        return graph_insights.page_of(
            response, read, page, metrics, network=self.name, account=user, post=media or None
        )

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        """A tag counts when it is asked for, and once a week."""
        tag = (read.target or "").casefold()
        return [Cost("hashtags", item=tag)] if read.kind == "hashtag" else []

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        return self.cost(read, page)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        """Comments under own media only: others' media cannot be asked for by id."""
        return ref

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        fields = dict.fromkeys(keys, items.COMMENT)
        fields |= {key.partition("/")[0]: "id,comments.limit(1){id}" for key in keys}
        token = credential.values.get("token") if credential else None
        return graph_batch.request(self, keys, fields, token)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        found, gone = graph_batch.parse(response, keys)
        seen = f.seen_at(response)
        parsed = [
            items.of_comment(raw, seen, under=k.partition("/")[0]) for k, raw in found.items()
        ]
        return Page(
            mentions=tuple(m for m in parsed if m),
            gone=gone,
            skipped=sum(m is None for m in parsed),
        )

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """None of them takes a hashtag of the week's 30."""
        user = next((a.id for a in accounts if a.role == "own" and a.id), self.user)
        return [
            Probe(kind, self.get(path.format(user=user), params, credential), arabic, english)
            for kind, path, params, arabic, english in access.tried(self._own_sign_in)
        ]

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        """A comment asks for its media's comments, an @mention for what it stands in."""
        return Push(due=access.due(body, accounts, self.user))

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        """The address is entered in the console; the account then subscribes by Instagram's
        sign-in. By Facebook's its Page does, in the console, too."""
        users = {a.id or self.user for a in accounts if a.role == "own" and self._own_sign_in}
        return [
            self.subscribed(user, "comments,mentions", callback, credential)
            for user in sorted(users)
        ]
