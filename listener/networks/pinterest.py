"""Pinterest, API v5: own pins with their numbers, and the account's.

API: https://developers.pinterest.com/docs/api/v5 (pins-list with ``pin_metrics``,
user_account-get), ``api_url`` https://api.pinterest.com/v5. Scopes: pins:read, boards:read,
user_accounts:read. Limits: by category of endpoints, in the ``x-ratelimit-*`` headers; 250 pins a
page. A token is good for 30 days, each grant brings a new refresh token
(/docs/getting-started/set-up-authentication-and-authorization).

The API has no comments' texts, mentions, hashtags or search of others' pins: listening is not
offered. Each poll reads the newest page again, for numbers grow for months; that a pin was deleted
is not told: its last numbers stay. ``views`` of the account are those of its pins in the last 30
days; analytics by day are asked for by dates and not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import defaults as d
from listener.networks import fields as f
from listener.networks.about import About, account_every
from listener.networks.base import BadPage, Page, Probe, Read
from listener.networks.graph import items as graph_items
from listener.networks.oauth import OAuth
from listener.networks.options import LIMIT, TOKEN, Option
from listener.records import Account, Author, Credential, Engagement, Figure, Mention, Query

_ACCOUNT = {
    "follower_count": ("followers", "lifetime"), "following_count": ("following", "lifetime"),
    "pin_count": ("posts", "lifetime"), "monthly_views": ("views", "30 days"),
}  # fmt: skip
_PIN = {
    "impression": "impressions", "save": "saves", "pin_click": "clicks",
    "clickthrough": "link_clicks",
}  # fmt: skip
_MEDIA = {"image": "photo", "multiple_images": "album", "video": "video"}

ABOUT = About(
    name="pinterest", english="Pinterest", arabic="بنترست",
    search="no", stream="no", hashtag="no", replies="no", own_figures="yes", reach="no",
    credential="OAuth token",
    quota="by category",
    price="free",
    history="own pins all",
    note="own pins only; the API has no comments",
    every=account_every(60),
    secrets=TOKEN,
    options={
        "limit": LIMIT,
        "account": Option("text", "handle of the token's account, where brands have several here"),
        "client_id": Option("secret", "id of the app, where refresh_token is given"),
        "client_secret": Option("secret", "secret of the app, where refresh_token is given"),
        "refresh_token": Option("secret", "of the own account"),
    },
    oauth=OAuth(token_url="/oauth/token", early=timedelta(days=3), lasts=timedelta(days=30)),
    terms="https://policy.pinterest.com/developer-guidelines",
    duty="delete what was deleted, and what the account's owner withdraws",
    delay="hours; numbers of a day are final after two",
)  # fmt: skip

SIGN_IN = (
    "أنشئ تطبيقًا في Pinterest for Developers، ثم سجّل الدخول بحساب العلامة وامنح الصلاحية"
    " user_accounts:read",
    "make an app at Pinterest for Developers, then sign in as the brand's account and grant"
    " user_accounts:read",
)
PINS = (
    "امنح الصلاحيتين pins:read وboards:read عند تسجيل الدخول؛ قد يلزم طلب وصول أوسع للتطبيق",
    "grant pins:read and boards:read when you sign in; the app may need standard access",
)


@dataclass(frozen=True, slots=True)
class Pinterest(d.Defaults):
    """``limit``: pins a page, at most 250. ``account``: whose token it is."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://api.pinterest.com/v5"
    limit: int = 250
    account: str = ""

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Nothing by words: Pinterest does not offer it. The token's pins and numbers."""
        return d.own_reads(d.of_token(accounts, self.account), "own_posts", "figures")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        url, headers = d.base_url(self.api_url), dict(d.bearer(credential))
        if read.kind == "figures":
            return httpx.Request("GET", url + "/user_account", headers=headers)
        params: dict[str, str | int] = {"page_size": self.limit, "pin_metrics": "true"}
        if page:
            params["bookmark"] = page
        return httpx.Request("GET", url + "/pins", params=params, headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if read.kind == "figures":
            if not f.text(body.get("username")):
                raise BadPage("expected an account")
            return Page(figures=_account(body, read, seen))
        if not isinstance(body.get("items"), list):
            raise BadPage("expected an object with items")
        raws = [f.obj(raw) for raw in f.items(body["items"])]
        found = [_pin(raw, read.target, seen) for raw in raws]
        pins = tuple({m.id: m for m in found if m}.values())
        counted = [figure for raw in raws for figure in _pin_figures(raw, read, seen)]
        return Page(
            own_posts=pins,
            figures=tuple({(one.post_id, one.measure): one for one in counted}.values()),
            older=f.ident(body.get("bookmark")) if raws else None,
            skipped=sum(m is None for m in found),
        )

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """The token's account, and one of its pins."""
        small, found = replace(self, limit=1), []
        for read in self.reads([], [], accounts):
            asked = small.request(read, credential=credential, since=None, page=None)
            words = PINS if read.kind == "own_posts" else SIGN_IN
            found.append(Probe(read.kind, asked, *words))
        return found


def _pin(raw: Mapping[str, object], account: str | None, seen: datetime | None) -> Mention | None:
    """A pin needs no words. Its reactions are likes."""
    key = f.ident(raw.get("id"))
    if not key:
        return None
    words = "\n".join(filter(None, (f.text(raw.get("title")), f.text(raw.get("description")))))
    media = _MEDIA.get(f.text(f.obj(raw.get("media")).get("media_type")) or "")
    so_far = _metrics(raw)
    return Mention(
        network="pinterest",
        id=key,
        text=words,
        created_at=f.iso_time(raw.get("created_at")),
        url=f"https://www.pinterest.com/pin/{key}/",
        author=Author("pinterest", account) if account else None,
        hashtags=graph_items.tags(words),
        media=(media or "photo",),
        engagement=Engagement(
            likes=f.count(so_far.get("reaction")),
            replies=f.count(so_far.get("comment")),
            as_of=seen,
        ),
    )


def _metrics(raw: Mapping[str, object]) -> Mapping[str, object]:
    """The numbers of a pin since it was made; young and foreign ones have none."""
    return f.obj(f.obj(raw.get("pin_metrics")).get("lifetime_metrics"))


def _pin_figures(raw: Mapping[str, object], read: Read, seen: datetime | None) -> list[Figure]:
    key = f.ident(raw.get("id"))
    if seen is None or read.brand is None or not key:
        return []
    told = {measure: f.count(_metrics(raw).get(name)) for name, measure in _PIN.items()}
    return [
        Figure(read.brand, "pinterest", read.target, measure, value, seen, "lifetime", key)
        for measure, value in told.items()
        if value is not None
    ]


def _account(body: Mapping[str, object], read: Read, seen: datetime | None) -> tuple[Figure, ...]:
    if seen is None or read.brand is None:
        return ()
    return tuple(
        Figure(read.brand, "pinterest", read.target, measure, value, seen, period)
        for name, (measure, period) in _ACCOUNT.items()
        if (value := f.count(body.get(name))) is not None
    )
