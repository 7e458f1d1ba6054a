"""TikTok: own videos, their comments and figures. Not read yet: only declared.

API: https://developers.tiktok.com/doc, ``api_url`` https://open.tiktokapis.com/v2. Limits: not
published for the Business API. Searching is for non-profit researchers, so not for a brand.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import TOKEN, Option

ABOUT = About(
    name="tiktok",
    english="TikTok",
    arabic="تيك توك",
    search="no",
    stream="no",
    hashtag="no",
    replies="partial",
    own_figures="partial",
    reach="partial",
    credential="business account",
    quota="not published",
    price="free",
    history="own videos all",
    note="search is for non-profit researchers only, not for a brand",
    every=account_every(60),
    rate=0.5,
    secrets=TOKEN,
    options={"account": Option("text", "own business account")},
)
