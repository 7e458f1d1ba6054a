"""Snapchat, Public Profile API: the own profile's figures, nothing else. Only declared.

API: https://developers.snap.com/api/marketing-api/Public-Profile-API, ``api_url``
https://businessapi.snapchat.com. Limits: not published. No mentions, search or comments of others.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import TOKEN, Option

ABOUT = About(
    name="snapchat",
    english="Snapchat",
    arabic="سناب شات",
    search="no",
    stream="no",
    hashtag="no",
    replies="no",
    own_figures="yes",
    reach="yes",
    credential="allowlist",
    quota="not published",
    price="free",
    history="own profile's figures",
    note="no listening is offered; own profile's figures only, the rest by import",
    every=minutes(360),
    rate=0.2,
    secrets=TOKEN,
    options={"profile": Option("text", "own public profile")},
)
