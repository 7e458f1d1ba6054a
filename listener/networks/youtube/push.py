"""YouTube's pushes of uploads, by WebSub: https://developers.google.com/youtube/v3/guides/push_notifications.

A channel's feed is pushed when a video is uploaded, or its title or description changes; comments
are not. The push names the channel: its uploads are read then, as they are at any other time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import httpx

from listener.networks import websub
from listener.networks.base import Read
from listener.networks.defaults import own_reads
from listener.networks.feed.xml import feed_of
from listener.networks.fields import ident
from listener.networks.pushing import Push
from listener.records import Account

FEED: Final = "https://www.youtube.com/xml/feeds/videos.xml?channel_id="
LEASE: Final = timedelta(days=5)
"""For which the hub is asked to push: its own measure (432,000 s), asked again a day before."""
CHANNEL: Final = re.compile(r"UC[\w-]{22}")


def channel_of(account: Account) -> str | None:
    """The account's channel id, where the settings have it."""
    named = account.id or account.handle
    return named if CHANNEL.fullmatch(named) else None


def topics(channels: Sequence[str], accounts: Sequence[Account]) -> list[str]:
    """The feeds of own and watched channels."""
    own = [channel_of(account) for account in accounts if account.role == "own"]
    return [FEED + channel for channel in dict.fromkeys((*own, *channels)) if channel]


def subscribing(
    hub: str, callback: str | None, secret: str, feeds: Sequence[str]
) -> list[httpx.Request]:
    """Nothing takes one back: it ends by itself, and what is pushed till then is a hint as ever."""
    return [
        websub.subscribing(hub, feed, callback, secret, lease=LEASE) for feed in feeds if callback
    ]


def pushed(body: bytes, channels: Sequence[str], accounts: Sequence[Account]) -> Push:
    """Reads of the channels that the feed's entries are of. Raises BadPage for no feed."""
    _feed, entries = feed_of(body.decode("utf-8", "replace"))
    told = {ident(entry.get("yt_channelid")) for entry in entries}
    own = [account for account in accounts if channel_of(account) in told]
    watched = [Read("feed", channel) for channel in channels if channel in told]
    return Push(due=(*own_reads(own, "own_posts"), *watched))
