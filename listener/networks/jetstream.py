"""Jetstream: every public Bluesky post as it is written, changed or deleted, over a WebSocket.

API: ``api_url`` is the v1 endpoint, wss://jetstream2.us-east.bsky.network/subscribe
(github.com/bluesky-social/jetstream). No sign-in; some 50 to 100 posts a second, so the matcher
drops nearly all. Reach, counts and handles are not on the stream: authors are DIDs, and the runner
looks those of matched posts up with ``bluesky``. The cursor is ``time_us``, inclusive, and each
instance has its own: it is moved back by ``REWIND`` so that a switch of instance or an unordered
second loses nothing; doubles are dropped by id. Account and identity events come whatever was asked
for. Events above ``maxMessageSizeBytes`` are left out by the server (its README, "Consuming
Jetstream"); older ones do not know it, so the runner bounds them, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks.atproto import POST, post_mention
from listener.networks.base import Gone
from listener.records import Author, Credential, Engagement, Mention, Query

REWIND = timedelta(seconds=5)
MOST_BYTES = 2**20
"""Of one event: a post has 300 characters, and a record is refused by its server far below."""
# The account is not gone, its server is slow or out of step (com.atproto.sync.subscribeRepos).
_STILL_THERE = frozenset({"desynchronized", "throttled"})


@dataclass(frozen=True, slots=True)
class Jetstream:
    """A stream of the network ``bluesky``: its mentions have the ids the search gives them."""

    name: ClassVar[str] = "jetstream"
    network: ClassVar[str] = "bluesky"
    api_url: str = "wss://jetstream2.us-east.bsky.network/subscribe"

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request:
        """The address to open; the stream cannot be narrowed by words, so queries are not used,
        and has no sign-in: the token is another host's.

        cursor: what ``position`` gave; one that is no number is ignored: live from now.
        """
        params = {"wantedCollections": POST, "maxMessageSizeBytes": str(MOST_BYTES)}
        if cursor and cursor.isdecimal():
            params["cursor"] = str(max(int(cursor) - int(REWIND.total_seconds() * 1e6), 0))
        return httpx.Request("GET", self.api_url, params=params)

    def event(self, data: bytes) -> Mention | Gone | None:
        """A post written or changed, a post or an author gone, or None for all else. Never raises.

        A changed post comes again under the same id with its new text.
        """
        raw = _load(data)
        did = f.ident(raw.get("did"))
        if not did:
            return None
        if raw.get("kind") == "account":
            account = f.obj(raw.get("account"))
            gone = account.get("active") is False and account.get("status") not in _STILL_THERE
            return Gone(did, author=True) if gone else None
        commit = f.obj(raw.get("commit"))
        rkey = f.ident(commit.get("rkey"))
        if raw.get("kind") != "commit" or commit.get("collection") != POST or not rkey:
            return None
        uri = f"at://{did}/{POST}/{rkey}"
        if commit.get("operation") == "delete":
            return Gone(uri)
        if commit.get("operation") not in ("create", "update"):
            return None
        micros = f.count(raw.get("time_us"))
        seen = f.epoch_time(micros / 1e6) if micros is not None else None
        author = Author(network="bluesky", id=did)
        return post_mention(uri, f.obj(commit.get("record")), author, seen, Engagement())

    def position(self, data: bytes) -> str | None:
        """The event's ``time_us``."""
        return f.ident(f.count(_load(data).get("time_us")))

    def beyond(self, cursor: str, seconds: float) -> str:
        """So many seconds after ``cursor`` when it is asked for, which is with ``REWIND``."""
        micros = (REWIND.total_seconds() + seconds) * 1e6
        return str(int(cursor) + int(micros)) if cursor.isdecimal() else cursor


@lru_cache(maxsize=1)
def _load(data: bytes) -> Mapping[str, object]:
    """Of the same event once: its position is asked for, and then what it says."""
    try:
        return f.obj(json.loads(data))
    except (ValueError, RecursionError):
        return {}
