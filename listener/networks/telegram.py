"""Telegram, Bot API: messages of chats and channels that the bot is in. Only declared.

API: https://core.telegram.org/bots/api, ``api_url`` https://api.telegram.org. Limits: updates are
kept 24 hours, one poller at a time (409). The token stands in the *path*: such a request is never
followed to another host, and the token is masked wherever the address is told.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import TOKEN, Option

ABOUT = About(
    name="telegram",
    english="Telegram",
    arabic="تيليغرام",
    search="no",
    stream="no",
    hashtag="no",
    replies="partial",
    own_figures="partial",
    reach="no",
    credential="bot token",
    quota="30 messages/s",
    price="free",
    history="24 h",
    note="only chats and channels the bot is in; nothing older than 24 h",
    every=minutes(1),
    secrets=TOKEN,
    options={"chats": Option("texts", "only these chats", ())},
)
