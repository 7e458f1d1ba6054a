"""Threads: keyword and tag search, own mentions, replies, figures. Not read yet: only declared.

API: https://developers.facebook.com/docs/threads, ``api_url`` https://graph.threads.net/v1.0.
Limits: 2,200 searches in 24 hours for a user, over all apps. Posts hold no count of likes; without
approval for ``threads_keyword_search`` only the own posts are searched.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import OWN_ID, TOKEN

ABOUT = About(
    name="threads",
    english="Threads",
    arabic="ثريدز",
    search="yes",
    stream="no",
    hashtag="yes",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="app review, user token",
    quota="2,200 searches in 24 h",
    price="free",
    history="since July 2023",
    note="before approval it searches your own posts only",
    every=account_every(10),
    rate=0.5,
    secrets=TOKEN,
    options={"user": OWN_ID},
)
