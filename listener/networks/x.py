"""X, API v2: search, own mentions, own posts and figures. Not read yet: only declared.

API: https://docs.x.com/x-api, ``api_url`` https://api.x.com/2. Limits: 450 recent searches in 15
minutes for an app; a query has at most 512 characters (1,024 in the archive). Everything read is
billed, an item once in a UTC day. Field names are in motion (``tweet.fields``, ``post.fields``).
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import LIMIT, TOKEN, Option

ABOUT = About(
    name="x",
    english="X",
    arabic="إكس",
    search="yes",
    stream="yes",
    hashtag="yes",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="bearer token",
    quota="450 searches in 15 min; 3 million posts a month",
    price="0.005 USD a post read, 0.010 USD an author",
    history="7 days by search; the whole archive by option",
    note="reposts no longer come by keyword",
    every=account_every(5),
    rate=0.5,
    secrets=TOKEN,
    options={
        "archive": Option("yes_no", "search the whole archive, not 7 days", False),
        "stream": Option("yes_no", "use the filtered stream", False),
        "naming": Option("text", 'field names of the API: "tweet" or "post"', "tweet"),
        "limit": LIMIT,
    },
)
