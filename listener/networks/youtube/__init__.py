"""YouTube, Data API v3: search of videos, comments, own uploads and channel figures, pushes.

API: https://developers.google.com/youtube/v3/docs, ``api_url`` + /youtube/v3. Limits: a day, until
midnight Pacific time, has 100 searches and 10,000 units; a search is one of the hundred, every
other page of a list one unit (https://developers.google.com/youtube/v3/determine_quota_cost, as of
June 2026). Before, a search took 100 of the 10,000 units: it is counted so, too, which is safe for
both (``search_units``). What is stored is read again or deleted within 30 days
(https://developers.google.com/youtube/terms/developer-policies).

Reach: views of a video. Cannot see: comments by words (only those of channels and videos that are
named or found), live chat, deletions other than by asking again, replies to a comment that is no
more among a video's newest hundred and had all its replies shown then. The texts of a search are
cut and escaped, so a search takes two pages: ids, then ``videos`` for one unit, with statistics.
Uploads are read the same way, by the playlist that every channel has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import httpx

from listener.networks import fields as f
from listener.networks import websub
from listener.networks.about import About, Console, minutes
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Page, Probe, Read, Trouble
from listener.networks.defaults import Defaults, base_url, own_reads
from listener.networks.options import Option
from listener.networks.pushing import Push
from listener.networks.youtube import asked as youtube_asked
from listener.networks.youtube import failures as youtube_failures
from listener.networks.youtube import items as youtube_items
from listener.networks.youtube import pages as youtube_pages
from listener.networks.youtube import push as youtube_push
from listener.networks.youtube.failures import PACIFIC
from listener.networks.youtube.pages import STEP
from listener.networks.youtube.push import channel_of
from listener.networks.youtube.search import search_reads
from listener.records import Account, Author, Credential, Query

HUB = "https://pubsubhubbub.appspot.com/subscribe"
_VIDEO = re.compile(r"[\w-]{11}")
_COMMENT = re.compile(r"Ug[\w-]{20,}(?:\.[\w-]+)?")

ABOUT = About(
    name="youtube",
    english="YouTube",
    arabic="يوتيوب",
    search="yes",
    stream="no",
    hashtag="partial",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="API key",
    quota="100 searches and 10,000 units a day; a search counts as 100 units, any other page as 1",
    price="free",
    history="about 500 results a search",
    note="videos are searched, comments are not; no live chat",
    every={
        "search": minutes(60),
        "hashtag": minutes(60),
        "mentions": minutes(15),
        "replies": minutes(360),
        "own_posts": minutes(60),
        "feed": minutes(60),
        "refresh": minutes(60),
        "figures": minutes(360),
    },
    secrets={"key": "needed"},
    options={
        "channels": Option("texts", "ids of channels whose videos and comments are read", ()),
        "videos": Option("texts", "ids of videos whose comments are read", ()),
        "region": Option("text", 'country of the search, such as "SA"'),
        "language": Option("text", 'language the search leans to, such as "ar"'),
        "search_units": Option(
            "number", "units of the day's that a search takes; 1 where they are counted apart", 100
        ),
        "hub": Option(
            "text", "the WebSub hub that pushes uploads", HUB
        ),
    },
    allowances={
        "searches": Allowance(most=100, per="day", unit="searches", zone=PACIFIC),
        "units": Allowance(most=10_000, per="day", unit="units", zone=PACIFIC),
    },
    keep=timedelta(days=30),
    terms="https://developers.google.com/youtube/terms/developer-policies",
    reach_by="views of a video",
    duty="what is not read again is deleted after 30 days",
    delay="minutes after a push, else up to an hour",
    pushes=Console(),
)  # fmt: skip
_NO_KEY = (
    "فعّل YouTube Data API v3 في مشروع Google Cloud، وأنشئ مفتاح API مسموحًا له باستخدامها",
    "enable YouTube Data API v3 in a Google Cloud project, and make an API key that may use it",
)
_NO_CHANNEL = (
    "راجع معرّف القناة في الإعدادات (يبدأ بـ UC) أو اسمها الذي يلي @",
    "check the channel's id in the settings (UC…), or the name that follows its @",
)


@dataclass(frozen=True, slots=True)
class YouTube(Defaults):
    """Channels by their ids ("UC…"); an own account may be named by its handle instead, then its
    figures tell the id, and ask for the rest."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    most_reread: ClassVar[int] = 50
    most_authors: ClassVar[int] = 50
    lease: ClassVar[timedelta] = timedelta(days=4)
    api_url: str = "https://www.googleapis.com"
    channels: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    region: str = ""
    language: str = ""
    search_units: int = 100
    hub: str = HUB

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        known = [account for account in accounts if channel_of(account)]
        named = [account for account in accounts if not channel_of(account)]
        reads = [
            *search_reads(brands, hashtags),
            *own_reads(known, "mentions", "own_posts", "figures"),
            *own_reads(named, "figures"),
            *(Read("feed", channel) for channel in self.channels),
            *(Read("mentions", target) for target in (*self.channels, *self.videos)),
        ]
        return list({read.key: read for read in reads}.values())

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        what, params = youtube_asked.asked(read, since, page)
        if what == "search":  # neither is sent unless chosen: a language hides what others say
            params |= {"regionCode": self.region} if self.region else {}
            params |= {"relevanceLanguage": self.language} if self.language else {}
        return self._get(what, credential, **params)

    def _get(self, what: str, credential: Credential | None, **params: str) -> httpx.Request:
        key = credential.values.get("key") if credential else None
        url = f"{base_url(self.api_url, '/youtube/v3')}/youtube/v3/{what}"
        headers = {"x-goog-api-key": key} if key else {}
        return httpx.Request("GET", url, params=params, headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        items, token = youtube_pages.read_list(response)
        seen = f.seen_at(response)
        if page and page.startswith(STEP):
            after = page.removeprefix(STEP).partition(":")[2] or None
            return youtube_pages.of_videos(items, read, seen, after)
        match read.kind:
            case "figures":
                return youtube_pages.of_channel(items, read, seen)
            case "own_posts" | "feed":
                return youtube_pages.of_ids(items, "contentDetails", token)
            case "mentions" | "replies":
                under = "/" in (read.target or "")
                of = youtube_pages.of_replies if under else youtube_pages.of_threads
                return of(items, read, seen, token)
            case _:
                return youtube_pages.of_ids(items, "id", token)

    def authors_request(
        self, ids: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """ids: of channels, which is what people are here."""
        asked = {"part": "snippet,statistics", "id": ",".join(ids), "maxResults": "50"}
        return self._get("channels", credential, **asked)

    def parse_authors(self, response: httpx.Response) -> Mapping[str, Author]:
        items, _token = youtube_pages.read_list(response)
        authors = [youtube_items.channel_author(item) for item in items]
        return {author.id: author for author in authors if author.id}

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """See ``youtube_failures``."""
        return youtube_failures.trouble(response, now)

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
        """Of a page of ``read``; "refresh": of each request that reads again."""
        if read.kind in ("search", "hashtag") and not (page or "").startswith(STEP):
            return Cost("searches"), Cost("units", float(self.search_units))
        return (Cost("units"),)

    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
        """The same: what is refused takes its units, too."""
        return self.cost(read, page)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        return mention_id if self.reread_sort(mention_id) else None

    def reread_sort(self, key: str) -> Literal["videos", "comments", ""]:
        """Which list ``key`` is asked of."""
        if _VIDEO.fullmatch(key):
            return "videos"
        return "comments" if _COMMENT.fullmatch(key) else ""

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        ids = ",".join(keys)
        if self.reread_sort(keys[0]) == "videos":
            return self._get("videos", credential, part="snippet,statistics", id=ids)
        return self._get("comments", credential, part="snippet", textFormat="plainText", id=ids)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        if response.status_code == 404:  # one comment that is gone; see ``youtube_failures``
            return Page(gone=tuple(keys))
        items, _token = youtube_pages.read_list(response)
        videos = self.reread_sort(keys[0]) == "videos"
        return youtube_pages.reread(items, keys, f.seen_at(response), videos=videos)

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]:
        """The key by a list that everybody may read, then what own channels are read by: a unit
        each, and no search."""
        languages = self._get("i18nLanguages", credential, part="snippet")
        asked = [read for read in self.reads((), (), accounts) if read.given]
        return [
            Probe("sign-in", languages, *_NO_KEY),
            *(
                Probe(
                    read.kind,
                    self.request(read, credential=credential, since=None, page=None),
                    *_NO_CHANNEL,
                )
                for read in asked
            ),
        ]

    def challenge(
        self, query: Mapping[str, str], secret: str, accounts: Sequence[Account]
    ) -> str | None:
        return websub.challenge(query, youtube_push.topics(self.channels, accounts))

    def signed(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        return websub.signed(headers, body, secret)

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        return youtube_push.pushed(body, self.channels, accounts)

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        feeds = youtube_push.topics(self.channels, accounts)
        return youtube_push.subscribing(self.hub, callback, secret, feeds)
