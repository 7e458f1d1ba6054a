"""Google Business Profile: reviews of our own verified locations, our replies, their figures.

API: ``api_url``/v4/{location}/reviews
(https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/list): 50 a
page, by ``updateTime``, newest first. Limits: 300 requests a minute
(https://developers.google.com/my-business/content/limits); access is given on request, before that
every answer is a 429 with a quota of 0. Reach: ``google_performance``. Cannot see: other people's
places; who wrote (a name at most); a review has no address of its own.

A location is written as the API names it, ``accounts/1/locations/2``. The read "mentions" ends at
what is known; "own_posts" goes through all of them: a reply does not move its review to the top,
and a review that is gone is just not there (``Page.there``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import fields as f
from listener.networks import google_performance
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Probe, Read, Refused, Trouble
from listener.networks.defaults import Defaults, base_url, bearer
from listener.networks.google_errors import google_trouble
from listener.networks.oauth import OAuth
from listener.networks.options import Option
from listener.networks.reviews import WHOLE, path_of, place_reads, said, stars
from listener.records import Account, Author, Credential, Figure, Mention, Query

ABOUT = About(
    name="google_business",
    english="Google reviews",
    arabic="تقييمات غوغل",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="partial",
    reach_by="how often the place was shown in search and maps",
    credential="OAuth client and refresh token of a manager; access by request",
    quota="300 requests a minute",
    price="free",
    history="all reviews",
    note="reviews of own verified places; a review has no address, its author only a name",
    every={
        "mentions": minutes(15),
        "own_posts": minutes(360),
        "figures": minutes(360),
    },
    secrets={"token": "optional"},
    options={
        "client_id": Option("secret", "id of the OAuth client", needed=True),
        "client_secret": Option("secret", "its secret", needed=True),
        "refresh_token": Option("secret", "of a manager, scope business.manage", needed=True),
        "locations": Option(
            "texts",
            "accounts/…/locations/… of the only brand; of several: as accounts of theirs",
            (),
        ),
    },
    oauth=OAuth(
        token_url="https://oauth2.googleapis.com/token",
        sign_in="client_secret_post",
        home="https://mybusiness.googleapis.com",
        rotates=False,  # https://developers.google.com/identity/protocols/oauth2/web-server#offline
    ),
    duty="only places that you own or manage; a review that goes there goes here",
    delay="minutes; figures of a day some days later",
)
_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


@dataclass(frozen=True, slots=True)
class GoogleBusiness(Defaults):
    """``locations``: see the options."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://mybusiness.googleapis.com"
    locations: tuple[str, ...] = ()

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        found = place_reads(brands, accounts, self.locations, "mentions", "own_posts", "figures")
        return [*found, *(google_performance.beside(r) for r in found if r.kind == "figures")]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        base, headers = base_url(self.api_url, "/v4"), dict(bearer(credential))
        if google_performance.asks(read):
            return google_performance.request(base, read, page, headers)
        params: dict[str, str | int] = {"pageSize": 50, "orderBy": "updateTime desc"}
        if read.kind == "figures":
            params["pageSize"] = 1
        if page:
            params["pageToken"] = page
        url = f"{base}/v4/{quote(read.target or '', safe='/')}/reviews"
        return httpx.Request("GET", url, params=params, headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.page_json(response), f.seen_at(response)
        if not isinstance(body, dict) or "error" in body:
            raise BadPage("expected reviews")
        if google_performance.asks(read):
            return google_performance.parse(body, read, page, seen)
        raws = body.get("reviews", [])  # a place without any: {}
        if not isinstance(raws, list):
            raise BadPage("expected a list of reviews")
        if read.kind == "figures":
            return Page(figures=_figures(body, read, seen))
        found = [_review(f.obj(raw)) for raw in raws]
        replies = [_reply(f.obj(raw), read.target) for raw in raws]
        ids = [f.ident(f.obj(raw).get("reviewId")) for raw in raws]
        times = [t for raw in raws if (t := f.iso_time(f.obj(raw).get("updateTime")))]
        through = read.kind == "own_posts"
        there = tuple(i for i in ids if i) if through and all(ids) else None
        return Page(
            mentions=() if through else tuple({m.id: m for m in found if m}.values()),
            own_posts=tuple({m.id: m for m in replies if m}.values()),
            there=there,
            older=f.text(body.get("nextPageToken")),
            newest=WHOLE if through else f.iso(max(times)) if times else None,
            skipped=sum(m is None for m in found),
        )

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """A page of figures that is refused is no page to begin again at the top for."""
        told = google_trouble(response, now)
        if isinstance(told, Refused) and google_performance.answered(path_of(response)):
            return replace(told, kind="not allowed" if told.kind != "sign-in" else told.kind)
        return told

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """One review of each place."""
        reads = place_reads([Query("", "")], accounts, self.locations, "mentions")
        base, headers = base_url(self.api_url, "/v4"), dict(bearer(credential))
        return [
            Probe(
                "mentions",
                httpx.Request("GET", f"{base}/v4/{quote(read.target or '', safe='/')}/reviews",
                              params={"pageSize": 1}, headers=headers),
                "اطلب من Google إتاحة واجهات Business Profile لمشروعك، ثم سجّل الدخول بحساب "
                "يدير هذا الموقع بصلاحية business.manage",
                "ask Google for access to the Business Profile APIs, then sign in as a manager of "
                "this location with the scope business.manage",
            )
            for read in reads
        ]  # fmt: skip


def _figures(body: Mapping[str, object], read: Read, seen: datetime | None) -> tuple[Figure, ...]:
    if seen is None or read.brand is None:
        return ()
    values = {
        "rating": stars(body.get("averageRating")),
        "reviews": f.count(body.get("totalReviewCount")),
    }
    return tuple(
        Figure(read.brand, ABOUT.name, read.target, measure, value, seen, "lifetime")
        for measure, value in values.items()
        if value is not None
    )


def _review(raw: Mapping[str, object]) -> Mention | None:
    key, rating = f.ident(raw.get("reviewId")), _STARS.get(f.text(raw.get("starRating")) or "")
    words, created = said(_original(raw.get("comment")), rating), f.iso_time(raw.get("createTime"))
    if not key or not words or created is None:
        return None
    who, name = f.obj(raw.get("reviewer")), f.text(f.obj(raw.get("reviewer")).get("displayName"))
    hidden = who.get("isAnonymous") is True  # its name is then the same for all of them
    media = [f.obj(item) for item in f.items(raw.get("reviewMediaItems"))]
    kinds = ("video" if f.text(item.get("videoUrl")) else "photo" for item in media if item)
    return Mention(
        network=ABOUT.name,
        id=key,
        text=words,
        created_at=created,
        author=Author(ABOUT.name, name=name) if name and not hidden else None,
        kind="review",
        rating=rating,
        media=tuple(dict.fromkeys(kinds)),
        ref=f.ident(raw.get("name")),
    )


def _reply(raw: Mapping[str, object], location: str | None) -> Mention | None:
    """What we answered in public; None where nothing, or where Google does not show it."""
    key, reply = f.ident(raw.get("reviewId")), f.obj(raw.get("reviewReply"))
    words, at = _original(reply.get("comment")), f.iso_time(reply.get("updateTime"))
    if (
        not key
        or not words
        or at is None
        or reply.get("reviewReplyState") in ("REJECTED", "PENDING")
    ):
        return None
    author = Author(ABOUT.name, location)
    return Mention(
        ABOUT.name, f"{key}/reply", words, at, author=author, kind="reply", parent_id=key,
        thread_id=key,
    )  # fmt: skip


def _original(comment: object) -> str | None:
    """The words as they were written: the API puts a translation before or behind them."""
    words = f.text(comment)
    if words is None or _TRANSLATED not in words:
        return words
    before, _, behind = words.partition(_TRANSLATED)
    return f.text(behind.partition(_ORIGINAL)[2]) or f.text(before) or words
