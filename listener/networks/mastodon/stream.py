"""Mastodon live: every public post its server knows of, and the brands' hashtags, as they come.

API: https://docs.joinmastodon.org/methods/streaming/#websocket, ``api_url`` the whole address, as
wss://HOST/api/v1/streaming (some servers name another host: ``configuration.urls.streaming`` of
/api/v2/instance). Public streams want a user token with read:statuses (since 4.2); the token goes
into the header. One connection takes any number of subscriptions; what is wrong with one is an
event with ``error``. ``public`` has no replies, so the hashtags are asked for besides. Cannot see:
what came while nobody listened; there is no position to go on from, the polls read that. Reach:
none. A deletion names the server's id only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from listener.networks import fields as f
from listener.networks.base import Gone
from listener.networks.defaults import bearer, hashtag_reads, lone_tags
from listener.networks.mastodon.status import status_mention
from listener.records import Credential, Mention, Query

MOST_TAGS = 200


@dataclass(frozen=True, slots=True)
class MastodonStream:
    """``home``: ``api_url`` of the network, whose host handles and ids belong to."""

    name: ClassVar[str] = "mastodon_stream"
    network: ClassVar[str] = "mastodon"
    quiet: ClassVar[bool] = True
    api_url: str = "wss://mastodon.social/api/v1/streaming"
    home: str = "https://mastodon.social"

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request:
        """The address to open; what is wanted is said by ``subscriptions``."""
        return httpx.Request("GET", self.api_url, headers=dict(bearer(credential)))

    def subscriptions(self, queries: Sequence[Query]) -> Sequence[str]:
        tags = [
            tag
            for read in hashtag_reads(lone_tags(queries), queries)
            if (tag := read.target) is not None
        ]
        asked = [{"stream": "public"}, *({"stream": "hashtag", "tag": t} for t in tags[:MOST_TAGS])]
        return [json.dumps({"type": "subscribe", **one}, ensure_ascii=False) for one in asked]

    def refusal(self, data: bytes) -> str | None:
        """What the server says against a subscription."""
        error = f.text(_load(data).get("error"))
        return f"the server refuses a subscription: {error[:200]}" if error else None

    def event(self, data: bytes) -> Mention | Gone | None:
        """A status written or edited, one that is gone, or None for all else. Never raises."""
        raw = _load(data)
        kind, payload = raw.get("event"), raw.get("payload")
        host = urlsplit(self.home).netloc
        if kind == "delete" and (number := f.ident(payload)):
            return Gone(f"{host}:{number}", ref=True)
        if kind not in ("update", "status.update") or not isinstance(payload, str):
            return None
        return status_mention(_load(payload), host, {}, None)

    def position(self, data: bytes) -> str | None:
        """None: nobody can ask for what was."""
        return None


def _load(data: bytes | str) -> Mapping[str, object]:
    try:
        return f.obj(json.loads(data))
    except (ValueError, RecursionError):
        return {}
