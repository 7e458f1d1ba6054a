"""Mastodon's live stream: what is asked for, and what its events say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listener.networks import build_stream
from listener.networks.base import Gone
from listener.networks.live import Steps, Subscribes
from listener.networks.mastodon.stream import MastodonStream
from listener.records import Credential, Mention, Query
from tests.listener.networks.recorded import body

STREAM = MastodonStream("wss://s.example/api/v1/streaming", "https://m.example")
STATUS = {
    "id": "7", "uri": "https://far.example/7", "created_at": "2026-11-22T10:00:00Z",
    "content": "<p>قهوة النخلة</p>", "account": {"acct": "sara"},
}  # fmt: skip


def event(kind: str, payload: Any) -> bytes:
    return json.dumps({"stream": ["public"], "event": kind, "payload": payload}).encode()


@pytest.mark.parametrize("kind", ["update", "status.update"])
def test_a_status_written_or_edited_is_a_mention_as_the_timelines_tell_it(kind: str) -> None:
    mention = STREAM.event(event(kind, json.dumps(STATUS)))
    assert isinstance(mention, Mention)
    assert (mention.id, mention.text) == ("https://far.example/7", "قهوة النخلة")
    assert mention.ref == "m.example:7"  # by the server that serves it, wherever it streams from
    assert mention.author is not None
    assert mention.author.handle == "sara@m.example"
    recorded = body("mastodon/tag_first.json")[0]
    assert isinstance(STREAM.event(event(kind, json.dumps(recorded))), Mention)


def test_a_deletion_names_the_servers_id() -> None:
    assert STREAM.event(event("delete", "7")) == Gone("m.example:7", ref=True)


@pytest.mark.parametrize(
    "data",
    [
        event("notification", json.dumps(STATUS)),
        event("filters_changed", None),
        event("update", "{"),
        event("update", STATUS),
        event("update", json.dumps({**STATUS, "created_at": "?"})),
        event("delete", None),
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_everything_else_is_nothing(data: bytes) -> None:
    assert STREAM.event(data) is None
    assert STREAM.position(data) is None
    assert STREAM.refusal(data) is None


def test_all_public_posts_and_the_hashtags_in_their_spellings_are_asked_for() -> None:
    asked = [json.loads(m) for m in STREAM.subscriptions([Query("b", '"قهوة" OR #قهوة_النخلة')])]
    assert asked[0] == {"type": "subscribe", "stream": "public"}
    tags = {one["tag"] for one in asked[1:]}
    assert {"قهوة_النخلة", "قهوه_النخله", "قهوةالنخلة"} <= tags
    assert all(one["stream"] == "hashtag" for one in asked[1:])


def test_the_token_is_sent_in_the_header() -> None:
    request = STREAM.connect([], cursor=None, credential=Credential("mastodon", {"token": "t"}))
    assert request.headers["authorization"] == "Bearer t"
    assert "t" not in request.url.params
    assert "authorization" not in STREAM.connect([], cursor=None).headers


def test_what_the_server_says_against_a_subscription_is_told() -> None:
    assert "Missing access token" in (
        STREAM.refusal(b'{"error": "Missing access token", "status": 401}') or ""
    )


def test_it_is_built_where_its_address_is_named_for_the_server_that_is_read() -> None:
    options = {"stream": "wss://s.example/api/v1/streaming", "api_url": "https://m.example"}
    assert build_stream("mastodon", options) == STREAM
    assert isinstance(STREAM, Subscribes)
    assert not isinstance(STREAM, Steps)
    assert build_stream("mastodon", {"api_url": "https://m.example"}) is None
