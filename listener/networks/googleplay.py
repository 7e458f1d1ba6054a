"""Google Play: reviews of our own apps, and what we answered.

API: ``api_url``/androidpublisher/v3/applications/{package}/reviews
(https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/list,
https://developers.google.com/android-publisher/reply-to-reviews): what was written or changed in
the last week, newest first, 100 a page. Limits: 200 requests an hour for each app
(https://support.google.com/googleplay/android-developer/contact/review_apiqr). Reach: none. Cannot
see: reviews without words, of test versions, older than a week; the average (the Play Console
exports both: ``rasid import``); deletions: whether a review that is older than a week can still be
asked for is nowhere said, so none is taken for gone.

"mentions" ends at what is known; "own_posts" goes through the whole week, because an answer does
not move its review to the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import BadPage, Page, Probe, Read, Trouble
from listener.networks.defaults import Defaults, base_url, bearer
from listener.networks.google_errors import google_trouble
from listener.networks.oauth import OAuth
from listener.networks.options import Option
from listener.networks.reviews import WHOLE, place_reads, stars
from listener.records import Account, Author, Credential, Engagement, Mention, Query

ABOUT = About(
    name="googleplay",
    english="Google Play",
    arabic="متجر غوغل بلاي",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="no",
    reach="no",
    credential='service account with the right "Reply to reviews"',
    quota="200 requests an hour an app",
    price="free",
    history="one week",
    note="own apps' reviews with words, of the last week; older ones and ratings by import",
    every={"mentions": minutes(15), "own_posts": minutes(120)},
    lookback=dict.fromkeys(("mentions", "own_posts"), timedelta(days=7)),
    rate=0.05,
    secrets={"token": "optional"},
    options={
        "service_account": Option("secret", "the service account's key, a JSON file", needed=True),
        "packages": Option(
            "texts", "the only brand's apps (com.example.app); of several: as accounts of theirs",
            (),
        ),
    },
    oauth=OAuth(
        token_url="https://oauth2.googleapis.com/token",
        flow="assertion",
        scope="https://www.googleapis.com/auth/androidpublisher",
    ),
    allowances={"requests": Allowance(most=200, per=timedelta(hours=1), unit="requests")},
    duty="a review that is gone there is not told here: delete it by hand where its author asks",
    delay="minutes to hours",
)  # fmt: skip
_MOST = 100


@dataclass(frozen=True, slots=True)
class GooglePlay(Defaults):
    """``packages``: see the options."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://androidpublisher.googleapis.com"
    packages: tuple[str, ...] = ()

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        return place_reads(brands, accounts, self.packages, "mentions", "own_posts")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        return self._request(read.target or "", credential, _MOST, page)

    def _request(
        self, package: str, credential: Credential | None, most: int, page: str | None
    ) -> httpx.Request:
        params: dict[str, str | int] = {"maxResults": most} | ({"token": page} if page else {})
        home = base_url(self.api_url, "/androidpublisher/v3") + "/androidpublisher/v3"
        url = f"{home}/applications/{quote(package, safe='')}/reviews"
        return httpx.Request("GET", url, params=params, headers=dict(bearer(credential)))

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.page_json(response), f.seen_at(response)
        if not isinstance(body, dict) or "error" in body:
            raise BadPage("expected reviews")
        raws = body.get("reviews", [])  # a week without any: {}
        if not isinstance(raws, list):
            raise BadPage("expected a list of reviews")
        package = read.target or ""
        found = [_review(f.obj(raw), package, seen) for raw in raws]
        replies = [_reply(f.obj(raw), package) for raw in raws]
        times = [m.created_at for m in found if m and m.created_at]
        newest = f.iso(max(times)) if times else None
        return Page(
            mentions=tuple({m.id: m for m in found if m}.values()),
            own_posts=tuple({m.id: m for m in replies if m}.values()),
            older=f.text(f.obj(body.get("tokenPagination")).get("nextPageToken")),
            newest=WHOLE if read.kind == "own_posts" else newest,
            skipped=sum(m is None for m in found),
        )

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        return google_trouble(response, now)

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        return [Cost("requests")]

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        return [Cost("requests")]

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """One review of each app."""
        reads = place_reads([Query("", "")], accounts, self.packages, "mentions")
        return [
            Probe(
                "mentions",
                self._request(read.target or "", credential, 1, None),
                "أضف حساب الخدمة في Play Console، وامنحه صلاحية الرد على المراجعات لهذا التطبيق",
                'add the service account in the Play Console and give it "Reply to reviews" for '
                "this app",
            )
            for read in reads
        ]


def _comment(raw: Mapping[str, object], kind: str) -> Mapping[str, object]:
    """The last of its kind; a review's comments are the reviewer's and the developer's."""
    comments = [f.obj(f.obj(item).get(kind)) for item in f.items(raw.get("comments"))]
    return next((comment for comment in reversed(comments) if comment), {})


def _time(value: object) -> datetime | None:
    """``seconds`` are a 64-bit number, which Google's JSON writes as text."""
    seconds = f.ident(f.obj(value).get("seconds"))
    if not seconds or not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 12:
        return None
    return f.epoch_time(int(seconds))


def _words(text: object) -> str | None:
    """A title, where there is one, stands before a tab."""
    parts = [f.text(part) for part in text.partition("\t")] if isinstance(text, str) else []
    return "\n".join(part for part in parts if part) or None


def _review(raw: Mapping[str, object], package: str, seen: datetime | None) -> Mention | None:
    key, told = f.ident(raw.get("reviewId")), _comment(raw, "userComment")
    words = _words(told.get("originalText")) or _words(told.get("text"))
    if not key or not words:
        return None
    name = f.text(raw.get("authorName"))
    return Mention(
        network=ABOUT.name,
        id=key,
        text=words,
        created_at=_time(told.get("lastModified")),
        url=_shown(package, key),
        author=Author(ABOUT.name, name=name) if name else None,
        kind="review",
        language=f.text(told.get("reviewerLanguage")),  # of the device
        rating=stars(told.get("starRating")),
        engagement=Engagement(likes=f.count(told.get("thumbsUpCount")), as_of=seen),
    )


def _reply(raw: Mapping[str, object], package: str) -> Mention | None:
    """What we answered in public."""
    key, told = f.ident(raw.get("reviewId")), _comment(raw, "developerComment")
    words, at = f.text(told.get("text")), _time(told.get("lastModified"))
    if not key or not words or at is None:
        return None
    return Mention(
        ABOUT.name, f"{key}/reply", words, at, _shown(package, key), Author(ABOUT.name, package),
        "reply", parent_id=key, thread_id=key,
    )  # fmt: skip


def _shown(package: str, review: str) -> str:
    """Where the store shows a review, and the answer to it."""
    found = f"id={quote(package, safe='')}&reviewId={quote(review, safe='')}"
    return f"https://play.google.com/store/apps/details?{found}"
