"""App Store: reviews of named apps. Not read yet: only declared.

API: https://itunes.apple.com/{country}/rss/customerreviews/, ``api_url`` https://itunes.apple.com.
Limits: 10 pages of 50 a country. A single entry may be an object, and empty pages happen.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import Option

ABOUT = About(
    name="appstore",
    english="App Store",
    arabic="متجر آبل",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="no",
    credential="none (own apps: key)",
    quota="500 reviews a country",
    price="free",
    history="the newest 500 reviews a country",
    note="reviews of one app",
    every=minutes(30),
    rate=0.5,
    options={
        "apps": Option("texts", "ids of the apps", needed=True),
        "countries": Option("texts", "stores to read", ("sa",)),
    },
)
