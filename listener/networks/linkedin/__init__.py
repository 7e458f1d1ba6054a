"""LinkedIn: notifications and comments of pages that one administers, their posts and figures.

API: https://learn.microsoft.com/linkedin/marketing/community-management (organizations/
organization-social-action-notifications, shares/comments-api, shares/posts-api; the figures'
pages are in ``linkedin_figures``), ``api_url`` https://api.linkedin.com/rest. Access is given by
LinkedIn to approved partners (Community Management API); the token is of a member who is the page's
administrator: 60 days, renewed for a year where LinkedIn allows it. Limits: daily, for the app and
the member, shown in the developer portal, until midnight UTC. Each month brings a new
``LinkedIn-Version``, each is good for a year. In addresses URNs are encoded, the signs of
``List( )`` and ``(start:…)`` are not.

Cannot see: anything by words or hashtags; posts that are not public; who a member is (only a URN);
notifications older than 60 days. Its terms let members' posts and comments be kept for 48 hours
(…/marketing/data-storage-requirements), shown in one's own application only and used for nothing
but the page's upkeep (…/marketing/restricted-use-cases).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import defaults as d
from listener.networks import failures
from listener.networks import fields as f
from listener.networks.about import About, account_every
from listener.networks.base import BadPage, Page, Probe, Read, Refused, Trouble, Wait
from listener.networks.linkedin import figures as numbers
from listener.networks.linkedin import posts as posts
from listener.networks.linkedin.words import PROBES
from listener.networks.oauth import OAuth
from listener.networks.options import TOKEN, Option
from listener.records import Account, Credential, Mention, Query

ACTIONS = ("COMMENT", "SHARE_MENTION", "SHARE", "COMMENT_EDIT", "COMMENT_DELETE")
OVERLAP = timedelta(minutes=10)
FOLLOWED = 10
"""Posts of ours, the newest, whose comments and numbers are read: the quota is of a day."""

ABOUT = About(
    name="linkedin",
    english="LinkedIn",
    arabic="لينكدإن",
    search="no",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="partner approval",
    quota="daily, by app",
    price="free for approved partners",
    history="60 days of notifications",
    note="only events of pages you administer; kept 60 days",
    every={**account_every(30, replies=360), "own_posts": timedelta(hours=6)},
    lookback={"mentions": timedelta(days=60)},
    rate=0.2,
    secrets=TOKEN,
    options={
        "organization": Option("text", "id of the page, where its account in brands has none"),
        "version": Option("text", "version of the API to ask for, as YYYYMM", "202610"),
        "client_id": Option("secret", "id of the app, where refresh_token is given"),
        "client_secret": Option("secret", "secret of the app, where refresh_token is given"),
        "refresh_token": Option("secret", "of the page's administrator"),
    },
    oauth=OAuth(
        token_url="https://www.linkedin.com/oauth/v2/accessToken",
        sign_in="client_secret_post",
        early=timedelta(days=3),
        lasts=timedelta(days=60),
    ),
    keep=timedelta(hours=48),
    terms="https://learn.microsoft.com/linkedin/marketing/data-storage-requirements",
    reach_by="members who saw it (uniqueImpressionsCount), of the last twelve months",
    duty="members' posts and comments are kept 48 hours, not exported, and used for nothing but the"
    " page's upkeep",
    delay="minutes",
)


@dataclass(frozen=True, slots=True)
class LinkedIn(d.Defaults):
    """``organization``: the page of accounts that have no id. ``version``: a month."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://api.linkedin.com/rest"
    organization: str = ""
    version: str = "202610"

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Nothing by words: LinkedIn offers that to nobody. Of each of our pages its notifications,
        its posts and its numbers."""
        pages = [
            replace(account, id=page)
            for account in d.identified(accounts, self.organization)
            if (page := _bare(account.id or ""))
        ]
        found = d.own_reads(pages, "mentions", "own_posts")
        for read in d.own_reads(pages, "figures"):
            found += [replace(read, target=numbers.target(read.target or "", what))
                      for what in numbers.OF_PAGE]  # fmt: skip
        return found

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        urn = quote(posts.ORGANIZATION + (read.target or ""), safe="")
        match read.kind:
            case "figures":
                return self._get(numbers.path(read.target), credential)
            case "own_posts":
                path = f"/posts?author={urn}&q=author&sortBy=LAST_MODIFIED&count=50"
            case "replies":
                path = f"/socialActions/{quote(read.target or '', safe='')}/comments?count=50"
            case _:
                path = f"/organizationalEntityNotifications?q=criteria&organizationalEntity={urn}"
                path += f"&actions=List({','.join(ACTIONS)})&count=50"
                if since and since.isdecimal():
                    start = int(since) - int(OVERLAP.total_seconds() * 1000)
                    path += f"&timeRange=(start:{max(start, 0)})"
        return self._get(path + f"&start={_start(page)}", credential)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if read.kind == "figures":
            made, unread = numbers.figures(body, read, seen)
            return Page(figures=made, skipped=unread)
        if not isinstance(body.get("elements"), list):
            raise BadPage("expected an object with elements")
        raws = [f.obj(raw) for raw in f.items(body["elements"])]
        times = [n for raw in raws if (n := f.count(raw.get("lastModifiedAt"))) is not None]
        result = Page(
            older=_next(body, page) if raws else None,
            newest=str(max(times)) if times and read.kind != "replies" else None,
        )
        if read.kind == "own_posts":
            return _own_page(result, raws, read, seen, first=page is None)
        if read.kind == "replies":
            found = [posts.commented(raw, read.target or "", seen) for raw in raws]
            asks = [m for m in found if m and m.engagement.replies and m.kind == "comment"]
            more = tuple(Read("replies", m.id, read.query) for m in asks)
            return replace(_filled(result, found), more=more)
        gone = [raw for raw in raws if raw.get("action") == "COMMENT_DELETE"]
        ids = [f.ident(raw.get("generatedActivity")) for raw in gone]
        deleted = {key for key in ids if key}
        there = [raw for raw in raws if raw.get("action") != "COMMENT_DELETE"]
        there = [raw for raw in there if f.ident(raw.get("generatedActivity")) not in deleted]
        filled = _filled(result, [posts.notified(raw, seen) for raw in _newest_first(there)])
        return replace(
            filled,
            gone=tuple(sorted(deleted)),
            skipped=filled.skipped + sum(key is None for key in ids),
        )

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """429 is a day's limit: until midnight UTC. A version is refused once it is a year old."""
        found = failures.trouble(response, now)
        if response.status_code == 429 and isinstance(found, Wait) and found.seconds is None:
            clock = f.seen_at(response) or now
            return replace(found, seconds=_to_midnight(clock)) if clock else found
        if response.status_code == 426 and isinstance(found, Refused):
            return replace(found, why=f"{found.why}; set networks.linkedin.version to a later one")
        return found

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """Of each page its followers, its notifications, its posts."""
        found = []
        for read in self.reads([], [], accounts):
            if read.kind in PROBES and not numbers.parted(read.target)[1]:
                asked = self.request(read, credential=credential, since=None, page=None)
                found.append(Probe(read.kind, asked, *PROBES[read.kind]))
        return found

    def _get(self, path: str, credential: Credential | None) -> httpx.Request:
        headers = {"linkedin-version": self.version, "x-restli-protocol-version": "2.0.0"}
        url = d.base_url(self.api_url) + path
        return httpx.Request("GET", url, headers={**headers, **d.bearer(credential)})


def _own_page(
    result: Page, raws: Sequence[posts.Raw], read: Read, seen: datetime | None, *, first: bool
) -> Page:
    """Drafts are nobody's to see. The newest posts ask for their comments and their numbers."""
    told = [raw for raw in raws if raw.get("lifecycleState") in (None, "PUBLISHED")]
    filled = _filled(result, [posts.posted(raw, seen) for raw in told])
    followed = filled.mentions[:FOLLOWED] if first else ()
    of = read.target or ""
    comments = [Read("replies", post.id, read.query) for post in followed]
    figures = [Read("figures", numbers.target(of, post.id), read.query) for post in followed]
    return replace(filled, mentions=(), own_posts=filled.mentions, more=(*comments, *figures))


def _filled(result: Page, found: Sequence[Mention | None]) -> Page:
    mentions = tuple({m.id: m for m in found if m}.values())
    return replace(result, mentions=mentions, skipped=sum(m is None for m in found))


def _newest_first(raws: Sequence[posts.Raw]) -> list[posts.Raw]:
    """One notification of each comment or post: an edit stands beside what it changed."""
    best: dict[str, posts.Raw] = {}
    for raw in sorted(raws, key=lambda raw: f.count(raw.get("lastModifiedAt")) or 0):
        key = f.ident(raw.get("generatedActivity")) or f"?{len(best)}"
        best.pop(key, None)
        best[key] = raw
    return list(best.values())[::-1]


def _next(body: Mapping[str, object], page: str | None) -> str | None:
    """Pages are counted; the answer's links say whether there is another one."""
    paging = f.obj(body.get("paging"))
    links = [f.obj(link) for link in f.items(paging.get("links"))]
    if not any(link.get("rel") == "next" for link in links):
        return None
    size = f.count(paging.get("count")) or len(f.items(body.get("elements")))
    return str(_start(page) + size)


def _start(page: str | None) -> int:
    return int(page) if page and page.isdecimal() and len(page) < 9 else 0


def _bare(organization: str) -> str:
    return organization.strip().removeprefix(posts.ORGANIZATION)


def _to_midnight(now: datetime) -> float:
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max((tomorrow - now).total_seconds(), 1.0)
