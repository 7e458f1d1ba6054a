"""WebSub, once PubSubHubbub: asking a hub to push a feed, and what the hub asks and sends.

https://www.w3.org/TR/websub/ (5.1 subscribing, 5.3 verification of intent, 7.1 signatures); YouTube
describes its use of it at
https://developers.google.com/youtube/v3/guides/push_notifications. What a hub pushes is the feed's
own Atom, read by whoever knows the feed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import httpx

from listener.networks.signatures import SIGNATURE, SIGNATURE_256, signed_by, token_of

_LONGEST = 4096


def hub_secret(secret: str) -> str:
    """What the hub is given to sign with: never the section's secret itself. Less than 200 bytes,
    as the hub demands."""
    return token_of(secret, "hub secret")


def subscribing(
    hub: str,
    topic: str,
    callback: str,
    secret: str,
    *,
    lease: timedelta,
    mode: str = "subscribe",
) -> httpx.Request:
    """The request to the ``hub`` for the feed ``topic``; ``secret``: the section's. ``mode``
    "unsubscribe" takes it back. The hub answers 202 and calls ``callback`` with a challenge."""
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback, "hub.verify": "async"}
    if mode == "subscribe":
        form["hub.secret"] = hub_secret(secret)
        form["hub.lease_seconds"] = str(int(lease.total_seconds()))
    return httpx.Request("POST", hub, data=form)


def challenge(query: Mapping[str, str], topics: Collection[str]) -> str | None:
    """What the hub is to be sent back: its challenge where it wants to push one of ``topics``, or
    to stop pushing something else; None, a 404, is "we did not ask for this"."""
    given = query.get("hub.challenge", "")
    if not 0 < len(given) <= _LONGEST:
        return None
    wanted = query.get("hub.topic", "") in topics
    agreed = {"subscribe": wanted, "unsubscribe": not wanted}
    return given if agreed.get(query.get("hub.mode", ""), False) else None


def signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the hub signed ``body`` with what ``subscribing`` gave it for ``secret``."""
    given = headers.get(SIGNATURE_256) or headers.get(SIGNATURE)
    return signed_by(given, body, hub_secret(secret))
