"""YouTube, Data API v3: search, comment threads, own figures. Not read yet: only declared.

API: https://developers.google.com/youtube/v3/docs, ``api_url``
https://www.googleapis.com/youtube/v3. Limits: 10,000 units a day until midnight Pacific time, a
search costs 100 and every other list 1, each page again. What is stored is refreshed in 30 days.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import Option

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
    quota="10,000 units a day; a search costs 100",
    price="free",
    history="about 500 results a search",
    note="videos are searched, comments are not",
    every=account_every(60, replies=15),  # a page of comments costs 1 unit, a search 100
    secrets={"key": "needed", "token": "optional"},
    options={
        "channels": Option("texts", "ids of channels whose comments are read", ()),
        "region": Option("text", 'country of the search, such as "SA"'),
        "language": Option("text", 'language the search leans to, such as "ar"'),
    },
)
