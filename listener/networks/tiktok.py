"""TikTok, Display API: the videos of the account that signed in, their counts and its numbers.

API: https://developers.tiktok.com/doc (/tiktok-api-v2-video-list, -video-object, -get-user-info,
-error-handling), ``api_url`` https://open.tiktokapis.com/v2. Scopes:
user.info.basic, user.info.stats, video.list. Limits: 600 requests a minute for each endpoint, told
by a 429 alone; 20 videos a page. A token is good for some hours (``expires_in``), each grant brings
a new refresh token and ends the one before (/docs/en/oauth-refresh-a-user-access-token).

Cannot see: comments (the Business API has them, for partners with a sign-in of its own, which is
not read here), mentions, anything by words or tags: the Research API is for non-profit researchers
only (/doc/research-api-faq); that a video was deleted: its last numbers stay. Views are views, not
people: reach is not told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import defaults as d
from listener.networks import failures
from listener.networks import fields as f
from listener.networks.about import About, account_every
from listener.networks.base import BadPage, Page, Probe, Read, Refused, Trouble, Wait
from listener.networks.graph import items as graph_items
from listener.networks.oauth import OAuth
from listener.networks.options import LIMIT, TOKEN, Option
from listener.records import Account, Author, Credential, Engagement, Figure, Mention, Query

A_MINUTE = 60.0
"""Seconds of the window that a limit is counted in."""
VIDEO = (
    "id,create_time,share_url,title,video_description,like_count,comment_count,share_count,"
    "view_count"
)
USER = "open_id,display_name,follower_count,following_count,likes_count,video_count"
_MEASURES = {
    "follower_count": "followers", "following_count": "following", "likes_count": "likes",
    "video_count": "posts",
}  # fmt: skip
_SCOPES = ("scope_not_authorized", "scope_permission_missed")

ABOUT = About(
    name="tiktok", english="TikTok", arabic="تيك توك",
    search="no", stream="no", hashtag="no", replies="no", own_figures="yes", reach="no",
    credential="app review, user token",
    quota="600 requests a minute",
    price="free",
    history="own videos all",
    note="own videos only; searching is for non-profit researchers",
    every=account_every(60),
    rate=0.5,
    secrets=TOKEN,
    options={
        "limit": LIMIT,
        "account": Option("text", "handle of the token's account, where brands have several here"),
        "client_id": Option("secret", "client key of the app, where refresh_token is given"),
        "client_secret": Option("secret", "secret of the app, where refresh_token is given"),
        "refresh_token": Option("secret", "of the own account"),
    },
    oauth=OAuth(
        token_url="/oauth/token/",
        sign_in="client_secret_post",
        id_name="client_key",
        early=timedelta(minutes=15),
    ),
    terms="https://www.tiktok.com/legal/page/global/tik-tok-developer-terms-of-service/en",
    duty="delete what the account's owner deletes or withdraws",
    delay="minutes; counts may lag by hours",
)  # fmt: skip

SIGN_IN = (
    "أنشئ تطبيقًا في TikTok for Developers وأضف Login Kit وDisplay API، ثم سجّل الدخول بحساب العلامة"
    " وامنح الصلاحية user.info.stats",
    "make an app at TikTok for Developers with Login Kit and the Display API, then sign in as the"
    " brand's account and grant user.info.stats",
)
VIDEOS = (
    "اطلب الصلاحية video.list في مراجعة التطبيق لدى TikTok، ثم سجّل الدخول من جديد",
    "ask for the scope video.list in TikTok's app review, then sign in again",
)


@dataclass(frozen=True, slots=True)
class TikTok(d.Defaults):
    """``limit``: videos a page, at most 20. ``account``: whose token it is."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://open.tiktokapis.com/v2"
    limit: int = 20
    account: str = ""

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Nothing by words: TikTok offers that to no brand. The token's videos and numbers."""
        return d.own_reads(d.of_token(accounts, self.account), "own_posts", "figures")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        if read.kind == "figures":
            url = d.base_url(self.api_url) + "/user/info/"
            headers = dict(d.bearer(credential))
            return httpx.Request("GET", url, params={"fields": USER}, headers=headers)
        body: dict[str, object] = {"max_count": self.limit}
        if page and page.isdecimal() and len(page) < 19:
            body["cursor"] = int(page)  # UTC, milliseconds
        return self._post("/video/list/", body, credential)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        data, seen = _data(response), f.seen_at(response)
        if read.kind == "figures":
            user = data.get("user")
            if not isinstance(user, dict):
                raise BadPage("expected an object with user")
            return Page(figures=_figures(f.obj(user), read, seen))
        found = _videos(data, read.target, seen)
        more = data.get("has_more") is True and bool(data.get("videos"))
        return replace(found, older=f.ident(data.get("cursor")) if more else None)

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """A scope that is missing is a 401, too: its own read's, no sign-in's. A limit is of a
        minute, and of one endpoint."""
        found = failures.trouble(response, now)
        if (
            isinstance(found, Refused)
            and response.status_code == 401
            and _code(response) in _SCOPES
        ):
            why = f"{found.why.partition(';')[0]}; the token lacks a scope"
            return Refused(why, "not allowed")
        if isinstance(found, Wait) and response.status_code == 429:
            return replace(found, seconds=found.seconds or A_MINUTE, scope="read")
        return found

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """The token's account, and one of its videos."""
        small, found = replace(self, limit=1), []
        for read in self.reads([], [], accounts):
            asked = small.request(read, credential=credential, since=None, page=None)
            words = VIDEOS if read.kind == "own_posts" else SIGN_IN
            found.append(Probe(read.kind, asked, *words))
        return found

    def _post(
        self, path: str, body: Mapping[str, object], credential: Credential | None
    ) -> httpx.Request:
        return httpx.Request(
            "POST",
            d.base_url(self.api_url) + path,
            params={"fields": VIDEO},
            headers={"content-type": "application/json", **d.bearer(credential)},
            content=json.dumps(body),
        )


def _data(response: httpx.Response) -> Mapping[str, object]:
    """What an answer holds; every answer says whether it is an error, also with a status of 200.
    Raises BadPage."""
    body = f.obj(f.page_json(response))
    code = f.text(f.obj(body.get("error")).get("code"))
    if code not in (None, "ok"):
        raise BadPage(f"TikTok answered the error {code[:60]}")
    if not isinstance(body.get("data"), dict):
        raise BadPage("expected an object with data")
    return f.obj(body["data"])


def _code(response: httpx.Response) -> str | None:
    try:
        return f.text(f.obj(f.obj(response.json()).get("error")).get("code"))
    except (ValueError, RecursionError, httpx.ResponseNotRead):
        return None


def _videos(data: Mapping[str, object], account: str | None, seen: datetime | None) -> Page:
    if not isinstance(data.get("videos"), list):
        raise BadPage("expected an object with videos")
    found = [_video(f.obj(raw), account, seen) for raw in f.items(data["videos"])]
    videos = tuple({m.id: m for m in found if m}.values())
    return Page(
        own_posts=videos, newest=graph_items.newest(videos), skipped=sum(m is None for m in found)
    )


def _video(raw: Mapping[str, object], account: str | None, seen: datetime | None) -> Mention | None:
    """``title`` is the description cut short, or a title of its own. A video needs no words."""
    key = f.ident(raw.get("id"))
    created = f.epoch_time(raw.get("create_time"))
    if not key or created is None:
        return None
    title, said = f.text(raw.get("title")) or "", f.text(raw.get("video_description")) or ""
    words = said if said.startswith(title) else f"{title}\n{said}".strip()
    url = f.text(raw.get("share_url"))
    return Mention(
        network="tiktok",
        id=key,
        text=words,
        created_at=created,
        url=url.partition("?")[0] if url else None,
        author=Author("tiktok", account) if account else None,
        hashtags=graph_items.tags(words),
        mentions=graph_items.names(words),
        media=("video",),
        engagement=Engagement(
            likes=f.count(raw.get("like_count")),
            replies=f.count(raw.get("comment_count")),
            shares=f.count(raw.get("share_count")),
            views=f.count(raw.get("view_count")),
            as_of=seen,
        ),
    )


def _figures(user: Mapping[str, object], read: Read, seen: datetime | None) -> tuple[Figure, ...]:
    if seen is None or read.brand is None:
        return ()
    counted = {measure: f.count(user.get(name)) for name, measure in _MEASURES.items()}
    return tuple(
        Figure(read.brand, "tiktok", read.target, measure, value, seen, "lifetime")
        for measure, value in counted.items()
        if value is not None
    )
