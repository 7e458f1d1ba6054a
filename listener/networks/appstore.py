"""App Store: reviews of named apps, and how they are rated, country by country.

API: Apple's feed of customer reviews, ``api_url``/{country}/rss/customerreviews/page=1/id={app}/
sortby=mostrecent/json, which Apple documents no more, and its lookup
(https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/iTuneSearchAPI/LookupExamples.html).
No key. Limits: about 20 requests a minute, then 403; 10 pages of 50 a country. Reach: none. Cannot
see: what the developer answered, ratings without words (only their number), deletions.

The feed is careless: its first entry may be the app itself, a single entry is an object instead of
a list, a page in the middle is empty now and then and comes back later. So "mentions" ends at what
is known, and once a day "refresh" goes through all ten pages. Own apps' App Store Connect, which
has no such bounds, wants a token that the caller signs anew every 20 minutes: not read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import failures
from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Probe, Read, Trouble, Wait
from listener.networks.defaults import Defaults, base_url
from listener.networks.options import Option
from listener.networks.reviews import WHOLE, place_reads, stars
from listener.records import Account, Author, Credential, Engagement, Figure, Mention, Query

ABOUT = About(
    name="appstore",
    english="App Store",
    arabic="متجر آبل",
    search="partial",
    stream="no",
    hashtag="no",
    replies="no",
    own_figures="yes",
    reach="no",
    credential="none",
    quota="about 20 requests a minute",
    price="free",
    history="the newest 500 reviews a country",
    note="reviews with words of named apps, also of competitors; no answers, no deletions",
    every={"mentions": minutes(30), "refresh": minutes(1440), "figures": minutes(360)},
    rate=0.3,
    options={
        "apps": Option(
            "texts", "ids of the only brand's apps; of several brands: as accounts of theirs", ()
        ),
        "countries": Option("texts", "stores to read", ("sa",)),
    },
    duty="a review that is gone there is not told here: delete it by hand where its author asks",
    delay="hours; some pages come a day late",
)
PAGES = 10
_PAGE = re.compile(r"/page=(\d{1,2})/")
_AUTHOR = re.compile(r"/id(\d{1,20})\b")


@dataclass(frozen=True, slots=True)
class AppStore(Defaults):
    """``apps``, ``countries``: see the options. A read's target is "country/app"."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://itunes.apple.com"
    apps: tuple[str, ...] = ()
    countries: tuple[str, ...] = ("sa",)

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """Everybody's reviews may be read: of competitors' apps, too."""
        apps = place_reads(
            brands, accounts, self.apps, "mentions", "refresh", "figures", watched=True
        )
        stores = dict.fromkeys(country.strip().lower() for country in self.countries)
        return [replace(app, target=f"{c}/{app.target}") for app in apps for c in stores]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        country, _, app = (quote(part, safe="/") for part in (read.target or "").partition("/"))
        base = base_url(self.api_url)
        if read.kind == "figures":
            return httpx.Request("GET", f"{base}/lookup", params={"id": app, "country": country})
        number = page if page and page.isdecimal() else "1"
        path = f"rss/customerreviews/page={number}/id={app}/sortby=mostrecent/json"
        return httpx.Request("GET", f"{base}/{country}/{path}")

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.obj(f.page_json(response)), f.seen_at(response)
        if read.kind == "figures":
            return Page(figures=_figures(body, read, seen))
        feed = body.get("feed")
        if not isinstance(feed, dict):
            raise BadPage("expected a feed")
        entry = feed.get("entry", [])
        raws = entry if isinstance(entry, list) else [entry]
        reviews = [raw for raw in raws if "im:name" not in f.obj(raw)]  # the app itself has one
        url = _shown(read.target or "")
        found = [_review(f.obj(raw), url, seen) for raw in reviews]
        times = [m.created_at for m in found if m and m.created_at]
        newest = f.iso(max(times)) if times else None
        return Page(
            mentions=tuple({m.id: m for m in found if m}.values()),
            older=_older(feed, page, bool(reviews)),
            newest=WHOLE if read.kind == "refresh" else newest,
            skipped=sum(m is None for m in found),
        )

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """Nobody signs in here: a 403 is Apple's way to say that it was asked too often."""
        if response.status_code == 403:
            seconds = failures.wait_seconds(response, now)
            return Wait(seconds, "HTTP 403: asked too often")
        return failures.trouble(response, now)

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """The lookup of every app in every store."""
        reads = [r for r in self.reads([Query("x", "")], [], accounts) if r.kind == "figures"]
        return [
            Probe(
                "figures",
                self.request(read, credential=None, since=None, page=None),
                "تأكد من رقم التطبيق ومن رمز البلد في الإعدادات",
                "check the app's id and the country in the settings",
            )
            for read in reads
        ]


def _older(feed: Mapping[str, object], page: str | None, filled: bool) -> str | None:
    """The next page: as long as the feed's own link to the last one says that there are more, or
    where it says nothing, until a page is empty."""
    number, last = int(page) if page and page.isdecimal() else 1, None
    links = feed.get("link")
    for link in links if isinstance(links, list) else [links]:
        told = f.obj(f.obj(link).get("attributes"))
        match = _PAGE.search(f.text(told.get("href")) or "")
        if told.get("rel") == "last" and match:
            last = int(match[1])
    more = number < last if last is not None else filled
    return str(number + 1) if more and number < PAGES else None


def _label(raw: Mapping[str, object], key: str) -> str | None:
    return f.text(f.obj(raw.get(key)).get("label"))


def _digits(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


def _shown(target: str) -> str:
    """Where the store shows an app's reviews; one alone has no address."""
    country, _, app = (quote(part, safe="") for part in target.partition("/"))
    return f"https://apps.apple.com/{country}/app/id{app}?see-all=reviews"


def _review(raw: Mapping[str, object], url: str, seen: datetime | None) -> Mention | None:
    key, rating = f.ident(_label(raw, "id")), stars(_digits(_label(raw, "im:rating")))
    words = "\n".join(w for w in (_label(raw, "title"), _label(raw, "content")) if w)
    if not key or not words or rating is None:
        return None
    who = f.obj(raw.get("author"))
    name, uri = _label(who, "name"), _AUTHOR.search(_label(who, "uri") or "")
    return Mention(
        network=ABOUT.name,
        id=key,
        text=words,
        created_at=f.iso_time(_label(raw, "updated")),  # older answers do not tell
        url=url,
        author=Author(ABOUT.name, uri[1] if uri else None, name=name) if name or uri else None,
        kind="review",
        rating=rating,
        engagement=Engagement(likes=_digits(_label(raw, "im:voteSum")), as_of=seen),
    )


def _figures(body: Mapping[str, object], read: Read, seen: datetime | None) -> tuple[Figure, ...]:
    if not isinstance(body.get("results"), list):
        raise BadPage("expected results")
    app = f.obj(next(iter(f.items(body["results"])), None))  # none: not in this store
    values = {
        "rating": stars(app.get("averageUserRating")),
        "reviews": f.count(app.get("userRatingCount")),
    }
    brand = read.brand
    return tuple(
        Figure(brand, ABOUT.name, read.target, measure, value, seen, "lifetime")
        for measure, value in values.items()
        if value is not None and seen and brand
    )
