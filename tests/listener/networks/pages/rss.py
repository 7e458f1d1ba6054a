from __future__ import annotations

from listener.networks.base import Read
from listener.networks.rss import Rss
from tests.listener.networks.contract import Case, Contract, by_proxy

RSS = Rss(feeds=("https://example.com/feed.xml",))
FEED = Read("feed", "https://example.com/feed.xml")

CONTRACT = Contract(
    RSS,
    cases=(
        Case(FEED, "rss/atom.xml", 3, ("full", "last")),
        Case(FEED, "rss/rss2_no_ids.xml", 3),
        Case(FEED, "rss/windows_1251.xml", 3),
        Case(FEED, "rss/undeclared_latin1.xml", 3),
        Case(FEED, "rss/permalinks_no_dates.xml", 4),
        Case(FEED, "rss/a10_bom.xml", 5),
        Case(FEED, "rss/youtube_channel.xml", 2),
        Case(FEED, "rss/google_alerts.xml", 1),
        Case(FEED, "rss/json_feed.json", 3, ("full",)),
        Case(FEED, "rss/empty.xml", 0, ("empty",)),
    ),
    refusals=(
        by_proxy(401, "sign-in"),
        by_proxy(403, "not allowed"),
        by_proxy(429, None),
        by_proxy(503, None),
    ),
    items=("items",),
    lacks={
        "next": "a feed has one page",
        "deleted": "an entry that is gone has merely left the feed",
    },
)
