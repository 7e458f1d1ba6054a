"""The recorded answers of ``data/`` as responses, and one list of them for the contract suite."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from listener.networks.base import Network, Read
from listener.networks.bluesky import Bluesky
from listener.networks.hackernews import HackerNews
from listener.networks.mastodon import Mastodon
from listener.networks.rss import Rss
from listener.records import Query

DATA = Path(__file__).parent / "data"
DATE = "Sun, 22 Nov 2026 20:00:00 GMT"
QUERY = Query("رشفان", "رشفان OR Rashfan")

MASTODON = Mastodon(api_url="https://fosstodon.org", limit=3)
BLUESKY = Bluesky(limit=5)
HACKERNEWS = HackerNews(limit=2)
RSS = Rss(feeds=("https://example.com/feed.xml",))
TAG = Read("hashtag", "rstats")
SEARCH = Read("search", "rashfan", QUERY)
FEED = Read("feed", "https://example.com/feed.xml")


def exchange(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text("utf-8"))  # type: ignore[no-any-return]


def body(name: str) -> Any:
    return copy.deepcopy(exchange(name)["body"])


def answer(name: str) -> httpx.Response:
    """The recorded response; a feed gets a Date and the type its server would send."""
    if not name.endswith(".json") or name.startswith("rss/"):
        kind = "application/feed+json" if name.endswith(".json") else "application/xml"
        headers = {"content-type": kind, "date": DATE}
        return httpx.Response(200, headers=headers, content=(DATA / name).read_bytes())
    found = exchange(name)
    headers = {"date": DATE, **found["headers"]}
    return httpx.Response(found["status"], headers=headers, content=json.dumps(found["body"]))


def of_json(value: Any) -> httpx.Response:
    headers = {"content-type": "application/json", "date": DATE}
    return httpx.Response(200, headers=headers, content=json.dumps(value))


@dataclass(frozen=True)
class Case:
    """A recorded page: how many mentions it holds, and whether an older page is named."""

    network: Network
    read: Read
    name: str
    mentions: int
    older: bool = False

    @property
    def label(self) -> str:
        return self.name


PAGES = [
    Case(MASTODON, TAG, "mastodon/tag_first.json", 3, older=True),
    Case(MASTODON, TAG, "mastodon/tag_single_4_5.json", 1, older=True),
    Case(MASTODON, TAG, "mastodon/context_replies.json", 3),
    Case(MASTODON, TAG, "mastodon/account_replies.json", 2, older=True),
    Case(MASTODON, SEARCH, "mastodon/search_empty.json", 0),
    Case(BLUESKY, SEARCH, "bluesky/search_first.json", 5, older=True),
    Case(BLUESKY, SEARCH, "bluesky/search_middle.json", 5, older=True),
    Case(BLUESKY, SEARCH, "bluesky/search_last.json", 1),
    Case(BLUESKY, SEARCH, "bluesky/search_hashtag.json", 6, older=True),
    Case(BLUESKY, SEARCH, "bluesky/search_links.json", 1),
    Case(HACKERNEWS, SEARCH, "hackernews/search_first.json", 2, older=True),
    Case(HACKERNEWS, SEARCH, "hackernews/search_last.json", 2),
    Case(HACKERNEWS, SEARCH, "hackernews/search_empty.json", 0),
    Case(RSS, FEED, "rss/atom.xml", 3),
    Case(RSS, FEED, "rss/rss2_no_ids.xml", 3),
    Case(RSS, FEED, "rss/windows_1251.xml", 3),
    Case(RSS, FEED, "rss/undeclared_latin1.xml", 3),
    Case(RSS, FEED, "rss/permalinks_no_dates.xml", 4),
    Case(RSS, FEED, "rss/a10_bom.xml", 5),
    Case(RSS, FEED, "rss/youtube_channel.xml", 2),
    Case(RSS, FEED, "rss/google_alerts.xml", 1),
    Case(RSS, FEED, "rss/json_feed.json", 3),
    Case(RSS, FEED, "rss/empty.xml", 0),
]
REFUSED = [
    (MASTODON, "mastodon/refused_401.json", "sign-in"),
    (BLUESKY, "bluesky/refused_400_query.json", "query"),
    (BLUESKY, "bluesky/refused_400_token.json", "sign-in"),
    (HACKERNEWS, "hackernews/refused_400.json", "query"),
]
