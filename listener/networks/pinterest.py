"""Pinterest, API v5: own pins and their figures. Not read yet: only declared.

API: https://developers.pinterest.com/docs/api/v5, ``api_url`` https://api.pinterest.com/v5.
Limits: by category, in the ``x-ratelimit-*`` headers. There are no comments, mentions or hashtags.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import TOKEN

ABOUT = About(
    name="pinterest",
    english="Pinterest",
    arabic="بنترست",
    search="no",
    stream="no",
    hashtag="no",
    replies="no",
    own_figures="yes",
    reach="yes",
    credential="OAuth token",
    quota="by category",
    price="free",
    history="own pins all; figures 90 days",
    note="own pins only; the API has no comments",
    every=account_every(60),
    secrets=TOKEN,
)
