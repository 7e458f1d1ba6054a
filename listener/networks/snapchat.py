"""Snapchat, Public Profile API: the own profile's numbers, nothing else.

API: https://developers.snap.com/api/marketing-api/Public-Profile-API (/GetStarted, /Profiles,
/Metrics), ``api_url`` https://businessapi.snapchat.com/v1. Snap lets in who writes to it with the
app's id (allowlist); scope snapchat-profile-api. Limits: not published, a 429 tells. Tokens are
renewed at accounts.snapchat.com (/marketing-api/Ads-API/authentication); a token is good for half
an hour or an hour, the refresh token stays good.

No mentions, search, or comments of others are offered: nothing is listened to here, and the rest of
a plan's numbers comes by import. Numbers of the profile are since its beginning; ``reach`` are
viewers, ``subscribers`` are followers. Without the profile owner's sign-in there are fewer.

Reads: "figures" of ``profile`` (who subscribes) and of ``profile#stats`` (what was seen).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import defaults as d
from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Probe, Read
from listener.networks.oauth import OAuth
from listener.networks.options import TOKEN, Option
from listener.records import Account, Credential, Figure, Query

STATS = "#stats"
MEASURES: Mapping[str, str] = {
    "VIEWS": "views", "VIEWERS": "reach", "SHARES": "shares", "STORY_VIEWS": "story_views",
    "INTERACTIONS": "interactions",
}  # fmt: skip
"""Fields of assetType PROFILE that are asked for."""

ABOUT = About(
    name="snapchat", english="Snapchat", arabic="سناب شات",
    search="no", stream="no", hashtag="no", replies="no", own_figures="yes", reach="yes",
    credential="allowlist",
    quota="not published",
    price="free",
    history="own profile's figures",
    note="no listening is offered; own profile's figures only, the rest by import",
    every=minutes(360),
    rate=0.2,
    secrets=TOKEN,
    options={
        "profile": Option("text", "id of the own public profile, where its account has none"),
        "client_id": Option("secret", "id of the app, where refresh_token is given"),
        "client_secret": Option("secret", "secret of the app, where refresh_token is given"),
        "refresh_token": Option("secret", "of the profile's owner"),
    },
    oauth=OAuth(
        token_url="https://accounts.snapchat.com/login/oauth2/access_token",
        sign_in="client_secret_post",
        lasts=timedelta(minutes=30),
        rotates=False,
        home="https://businessapi.snapchat.com/v1",
    ),
    reach_by="viewers of the profile's content",
    terms="https://developers.snap.com/api/marketing-api/Public-Profile-API/Introduction",
    duty="only figures are kept; end it when the profile's owner says so",
    delay="hours",
)  # fmt: skip

PROFILE = (
    "راسل Snap بمعرّف تطبيقك ليُضاف إلى قائمة المسموح لهم، ثم سجّل الدخول بالصلاحية"
    " snapchat-profile-api، وتحقق من معرّف الملف العام في profile",
    "write to Snap with your app's id to be put on the allowlist, sign in with the scope"
    " snapchat-profile-api, and check the public profile's id in profile",
)


@dataclass(frozen=True, slots=True)
class Snapchat(d.Defaults):
    """``profile``: that of accounts that have no id."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://businessapi.snapchat.com/v1"
    profile: str = ""

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Nothing but each own profile's two answers of numbers."""
        named = [
            replace(account, id=key)
            for account in accounts
            if (key := account.id or self.profile.strip())
        ]
        found = d.own_reads(named, "figures")
        return [*found, *(replace(read, target=f"{read.target}{STATS}") for read in found)]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target = read.target or self.profile
        url = f"{d.base_url(self.api_url)}/public_profiles/{quote(_bare(target), safe='')}"
        headers = dict(d.bearer(credential))
        if not target.endswith(STATS):
            return httpx.Request("GET", url, headers=headers)
        params = {
            "assetType": "PROFILE", "granularity": "LIFETIME", "fields": ",".join(MEASURES),
        }  # fmt: skip
        return httpx.Request("GET", url + "/stats", params=params, headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        target = read.target or self.profile
        if target.endswith(STATS):
            told = dict(_stats(body))
        else:
            told = {"followers": _profile(body).get("subscriber_count")}
        counted = {measure: _number(value) for measure, value in told.items()}
        if seen is None or read.brand is None:
            return Page()
        return Page(
            figures=tuple(
                Figure(read.brand, "snapchat", _bare(target), measure, value, seen, "lifetime")
                for measure, value in counted.items()
                if value is not None
            )
        )

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """Each own profile."""
        return [
            Probe(
                "figures",
                self.request(read, credential=credential, since=None, page=None),
                *PROFILE,
            )
            for read in self.reads([], [], accounts)
            if not (read.target or "").endswith(STATS)
        ]


def _bare(target: str) -> str:
    return target.removesuffix(STATS)


def _profile(body: Mapping[str, object]) -> Mapping[str, object]:
    """The profile of an answer, which is a list of one. Raises BadPage."""
    listed = body.get("public_profiles")
    first = (
        f.obj(f.obj(listed[0]).get("public_profile")) if isinstance(listed, list) and listed else {}
    )
    if not f.ident(first.get("id")):
        raise BadPage("expected a public profile")
    return first


def _stats(body: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Measures of the one asset, over all dimensions. Raises BadPage."""
    if not isinstance(body.get("assets"), list):
        raise BadPage("expected an object with assets")
    for asset in map(f.obj, f.items(body["assets"])[:1]):
        for span in map(f.obj, f.items(asset.get("timeseries"))[:1]):
            for entry in map(f.obj, f.items(span.get("fields"))):
                name = f.text(f.obj(entry.get("field")).get("field_name")) or ""
                whole = [
                    one for one in map(f.obj, f.items(entry.get("stats")))
                    if one.get("dimension_breakdown") in (None, "DEFAULT")
                ]  # fmt: skip
                if name in MEASURES and whole:
                    yield MEASURES[name], whole[0].get("value")


def _number(value: object) -> int | None:
    """A count, which Snap writes as a text at times."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return f.count(value)
