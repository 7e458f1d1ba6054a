"""X, API v2: search, own mentions, replies to own posts, own posts and the account's figures.

API: https://docs.x.com/x-api (posts/search, posts/timelines, users/lookup, posts/lookup,
posts/counts), ``api_url`` https://api.x.com/2. Limits: 450 recent searches in 15 minutes for an
app; a query has at most 512 characters (``x_query``). Everything read is billed (``x_prices``), so
pages are small: a page is paid for before it is asked for. Field names are in motion: requests use
``naming``, answers are read in both (``x_posts``). Sign-in: an app's bearer token, or an own
account's, good for two hours and renewed (docs.x.com, OAuth 2.0 authorization code with PKCE; the
refresh token changes each time). Reach: ``views`` of posts. Cannot see: reposts by keyword; what is
older than 7 days without ``archive``; protected accounts; clicks, which only the owner is shown.

An account that is given by name is looked up; the answer asks for its mentions and posts by its id.
A post that is missing in a lookup is gone only where ``errors`` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import defaults as d
from listener.networks import fields as f
from listener.networks.about import About, ReadKind, account_every
from listener.networks.allowance import Cost
from listener.networks.base import BadPage, Page, Probe, Read, Trouble
from listener.networks.oauth import OAuth
from listener.networks.options import TOKEN, Option
from listener.networks.x import posts as xp
from listener.networks.x import prices as prices
from listener.networks.x import problems as problems
from listener.networks.x.accounts import account_page, account_path, is_id
from listener.networks.x.fields import fields
from listener.networks.x.query import LONGEST, LONGEST_ARCHIVE, asked, searches
from listener.networks.x.words import PROBES
from listener.records import Account, Credential, Query

_FIRST_POST = "2006-03-21T00:00:00Z"  # the archive goes back 30 days unless a start is given
_LEAST, _MOST = 10, 100

ABOUT = About(
    name="x",
    english="X",
    arabic="إكس",
    search="yes",
    stream="yes",
    hashtag="yes",
    replies="yes",
    own_figures="yes",
    reach="yes",
    reach_by="impressions of a post, which only its owner's token is told",
    credential="bearer token",
    quota="450 searches in 15 min; 3 million posts a month",
    price="0.005 USD a post read, 0.010 USD an author; own mentions and posts 0.001 USD",
    history="7 days by search; the whole archive by option",
    note="reposts no longer come by keyword",
    every={
        **account_every(5, replies=60),
        "own_posts": timedelta(hours=1),
        "refresh": timedelta(days=1),  # what is read again is paid for again, once a day
    },
    lookback=dict.fromkeys(("search", "hashtag"), timedelta(days=7)),
    rate=0.5,
    secrets=TOKEN,
    options={
        "archive": Option("yes_no", "search the whole archive, not 7 days", False),
        "stream": Option(
            "text",
            "address of the filtered stream (https://api.x.com/2/tweets/search/stream); what it"
            " brings is billed, too; a budget of less than 3 USD never opens it",
            needs="token",
        ),
        "backfill_minutes": Option(
            "number", "minutes (1 to 5) that the stream repeats after a break; Enterprise only"
        ),
        "naming": Option("text", 'field names of the API: "tweet" or "post"', "tweet"),
        "authors": Option("yes_no", "read who wrote, with followers: 0.010 USD each a day", True),
        "referenced": Option(
            "yes_no", "read what is quoted, reposted or answered: 0.005 USD each a day", True
        ),
        "limit": Option("number", "posts a page, 10 to 100; a page is paid for at once", 25),
        "client_id": Option("secret", "id of the app, where refresh_token is given"),
        "client_secret": Option("secret", "secret of the app, where refresh_token is given"),
        "refresh_token": Option("secret", "of an own account, with scope offline.access"),
    },
    oauth=OAuth(token_url="oauth2/token", lasts=timedelta(hours=2)),
    live="listener.networks.x.stream:XStream",
    allowances=prices.ALLOWANCES,
    duty="delete or change what was deleted or changed on X, 24 hours after being asked at the"
    " latest; only ids may be passed on",
    delay="seconds by stream, up to a minute by search",
)


@dataclass(frozen=True, slots=True)
class X(d.Defaults):
    """``limit``: posts a page. ``authors``, ``referenced``: what is asked for besides posts."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    most_reread: ClassVar[int] = 100
    api_url: str = "https://api.x.com/2"
    archive: bool = False
    backfill_minutes: int = 0  # the stream's
    naming: str = "tweet"
    authors: bool = True
    referenced: bool = True
    limit: int = 25

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Few searches for each query, its alternatives side by side; hashtags that no query has;
        our accounts, whose mentions cost less than searching for their names."""
        own = {account.handle for account in accounts if account.role == "own"}
        found: dict[str, Read] = {}
        for query in brands:
            for words in searches(query.text, self._longest, without=own):
                found.setdefault(words.casefold(), Read("search", words, query))
        known = {tag.lstrip("#").casefold() for tag in d.lone_tags(brands)}
        tags = [tag for tag in hashtags if tag.strip().lstrip("#").casefold() not in known]
        by_id = [account for account in accounts if is_id(account.id)]
        others = [replace(account, id=None) for account in accounts if account not in by_id]
        return [
            *found.values(),
            *d.hashtag_reads(tags, brands, at_once=8),
            *d.own_reads(by_id, "mentions", "own_posts", "figures"),
            *d.own_reads(others, "figures"),
        ]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        if read.kind == "figures":
            return self._get(
                account_path(read.target), {"user.fields": "public_metrics"}, credential
            )
        params: dict[str, str | int] = {"max_results": self._page}
        params |= fields(self.naming, authors=self.authors, referenced=self.referenced)
        if since:
            params["since_id"] = since
        if read.kind in ("mentions", "own_posts"):
            if page:
                params["pagination_token"] = page
            if read.kind == "own_posts":
                params["exclude"] = "retweets"
            path = "mentions" if read.kind == "mentions" else "tweets"
            return self._get(f"/users/{read.target}/{path}", params, credential)
        params["query"] = asked(read)
        if page:
            params["next_token"] = page
        if self.archive and not since:
            params["start_time"] = _FIRST_POST
        return self._get(f"/tweets/search/{self._reach}", params, credential)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if read.kind == "figures":
            return account_page(body, read, seen)
        meta = f.obj(body.get("meta"))
        if not isinstance(body.get("data"), list) and f.count(meta.get("result_count")) != 0:
            raise BadPage("expected an object with data")  # a page without posts has no data
        raws = [f.obj(raw) for raw in f.items(body.get("data"))]
        ids = sorted(filter(None, (f.ident(raw.get("id")) for raw in raws)), key=_order)
        result = self._posts(body, raws, seen)
        result = replace(
            result,
            older=f.ident(meta.get("next_token")),
            newest=f.ident(meta.get("newest_id")) or (ids[-1] if ids else None),
        )
        if read.kind != "own_posts":
            return result
        roots = [m for m in result.mentions if m.thread_id in (None, m.id) and m.kind != "reply"]
        asks = [Read("replies", m.id, read.query) for m in roots if m.engagement.replies]
        return replace(result, mentions=(), own_posts=result.mentions, more=tuple(asks))

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        return problems.trouble(response, now)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        """The newest version that is known; what was imported under another id has none."""
        key = ref or mention_id
        return key if is_id(key) else None

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """keys: ids, at most ``most_reread``. Authors are known: they are not paid for again. The
        versions of an edited post are asked for besides, because an old id brings the old text."""
        params = fields(self.naming, authors=False, referenced=False, versions=True)
        return self._get("/tweets", {"ids": ",".join(keys), **params}, credential)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        body = f.obj(f.page_json(response))
        errors = [f.obj(error) for error in f.items(body.get("errors"))]
        if not isinstance(body.get("data"), list) and not errors:
            raise BadPage("expected an object with data or errors")
        raws = [f.obj(raw) for raw in f.items(body.get("data"))]
        told = {problems.resource(error) for error in errors if problems.is_gone(error)}
        there = {f.ident(raw.get("id")) for raw in raws if not xp.is_withheld(raw)}
        hidden = {f.ident(raw.get("id")) for raw in raws if xp.is_withheld(raw)}
        gone = tuple(key for key in keys if key in (told | hidden) - there)
        return replace(self._posts(body, raws, f.seen_at(response)), gone=gone)

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        again = read.kind == "refresh"
        return prices.of_page(
            read.kind,
            self.most_reread if again else self._page,
            authors=self.authors and not again,
            referenced=self.referenced and not again,
        )

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        try:
            return prices.of_answer(f.obj(f.page_json(response)), read.kind)
        except BadPage:
            return ()

    def count_cost(self, read: Read) -> Sequence[Cost]:
        return (Cost("money", prices.COUNT),)

    def count_request(
        self, read: Read, *, credential: Credential | None, since: str | None
    ) -> httpx.Request | None:
        """By docs.x.com/x-api/posts/counts; None of timelines, which no count is offered of."""
        if read.kind not in ("search", "hashtag", "replies"):
            return None
        params: dict[str, str | int] = {"query": asked(read), "granularity": "day"}
        if since:
            params["since_id"] = since
        return self._get(f"/tweets/counts/{self._reach}", params, credential)

    def parse_count(self, response: httpx.Response) -> int | None:
        body = f.obj(f.page_json(response))
        if "meta" not in body:
            raise BadPage("expected an object with meta")
        return f.count(xp.either(f.obj(body["meta"]), "total_tweet_count"))

    def cost_of(self, read: Read, items: int) -> Sequence[Cost]:
        return prices.of_page(read.kind, items, authors=self.authors, referenced=self.referenced)

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """A count (0.005 USD), and of each own account what tells its figures (0.010 USD)."""
        counting = {"query": "x", "granularity": "day"}
        trying = self._get(f"/tweets/counts/{self._reach}", counting, credential)
        words = PROBES["archive" if self.archive else "search"]
        found = [Probe("search", trying, *words)]
        for read in d.own_reads(accounts, "figures"):
            trying = self.request(read, credential=credential, since=None, page=None)
            found.append(Probe("figures", trying, *PROBES["figures"]))
            if is_id(read.target):
                trying = self._get(f"/users/{read.target}/mentions", {"max_results": 5}, credential)
                found.append(Probe("mentions", trying, *PROBES["mentions"]))
        return found

    @property
    def lookback(self) -> Mapping[ReadKind, timedelta]:
        """Of the whole archive nothing is too old."""
        return {} if self.archive else ABOUT.lookback

    @property
    def _longest(self) -> int:
        return LONGEST_ARCHIVE if self.archive else LONGEST

    @property
    def _reach(self) -> str:
        return "all" if self.archive else "recent"

    @property
    def _page(self) -> int:
        return min(max(self.limit, _LEAST), _MOST)

    def _get(
        self, path: str, params: Mapping[str, str | int], credential: Credential | None
    ) -> httpx.Request:
        url = d.base_url(self.api_url) + path
        return httpx.Request("GET", url, params=dict(params), headers=dict(d.bearer(credential)))

    def _posts(
        self, body: Mapping[str, object], raws: Sequence[xp.Raw], seen: datetime | None
    ) -> Page:
        """The posts of an answer. One that is withheld everywhere is gone."""
        includes = xp.includes_of(body)
        shown = xp.newest_first(raws, includes)
        gone = [xp.versions(raw)[0] for raw in shown if xp.is_withheld(raw) and xp.versions(raw)]
        parsed = [xp.post_mention(raw, includes, seen) for raw in shown if not xp.is_withheld(raw)]
        return Page(
            mentions=tuple({m.id: m for m in parsed if m}.values()),
            gone=tuple(dict.fromkeys(gone)),
            skipped=sum(m is None for m in parsed),
        )


def _order(key: str) -> tuple[int, str]:
    return len(key), key
