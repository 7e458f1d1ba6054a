"""Search pages, byte facets, lying times, and the live stream."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.networks import build_stream
from listener.networks.base import Gone
from listener.networks.jetstream import Jetstream
from listener.records import Mention
from tests.listener.networks.pages.bluesky import BLUESKY
from tests.listener.networks.recorded import DATA, SEARCH, answer, body, of_json

EVENTS = (DATA / "jetstream/events.jsonl").read_bytes().splitlines()
STREAM = Jetstream()


def test_the_fields_of_a_recorded_post() -> None:
    page = BLUESKY.parse(answer("bluesky/search_first.json"), SEARCH, None)
    first = page.mentions[0]
    assert first.id == "at://did:plc:iguayef4bpidq5ctmrfrgkz4/app.bsky.feed.post/3n2webrvvfk2o"
    assert (
        first.url == "https://bsky.app/profile/did:plc:iguayef4bpidq5ctmrfrgkz4/post/3n2webrvvfk2o"
    )
    assert first.author is not None
    assert first.author.handle == "u1alpha760448.test"
    assert first.author.followers is None
    assert first.language == "ar"
    assert first.engagement.likes == 0
    assert first.engagement.views is None
    assert page.newest == "2026-11-22T19:34:06.525Z"
    assert page.older is not None
    assert "__" in page.older


def test_facets_count_bytes_so_arabic_tags_and_handles_come_out_whole() -> None:
    first = BLUESKY.parse(answer("bluesky/search_first.json"), SEARCH, None).mentions[0]
    assert first.hashtags == ("كوفيكس_صباحك",)
    assert first.mentions == ("balpha760448.test",)


def test_replies_quotes_and_links() -> None:
    mentions = BLUESKY.parse(answer("bluesky/search_hashtag.json"), SEARCH, None).mentions
    reply = next(m for m in mentions if m.kind == "reply")
    assert reply.parent_id is not None
    assert reply.parent_id.startswith("at://")
    assert reply.thread_id is not None
    link = BLUESKY.parse(answer("bluesky/search_links.json"), SEARCH, None).mentions[0]
    assert link.media == ("link",)
    assert link.engagement.shares == 5


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-22T19:34:06.525Z"),  # a clock that is wrong
        ("2099-01-01T00:00:00Z", "2099-01-01T00:00:00.000Z"),  # left for the store to refuse
        ("2026-11-22T10:00:00+03:00", "2026-11-22T07:00:00.000Z"),
    ],
)
def test_the_authors_clock_is_bounded_by_the_servers(claimed: str, believed: str) -> None:
    raw = body("bluesky/search_first.json")
    raw["posts"][0]["record"]["createdAt"] = claimed
    mention = BLUESKY.parse(of_json(raw), SEARCH, None).mentions[0]
    assert BLUESKY.mark(mention) == believed


def test_since_overlaps_and_the_cursor_goes_on() -> None:
    request = BLUESKY.request(SEARCH, credential=None, since="2026-11-22T19:34:06.525Z", page="100")
    assert dict(request.url.params) == {
        "q": "rashfan", "sort": "latest", "limit": "5",
        "since": "2026-11-22T19:24:06.525Z", "cursor": "100",
    }  # fmt: skip


def test_a_cursor_on_an_empty_page_ends_the_walk() -> None:
    assert BLUESKY.parse(of_json({"posts": [], "cursor": "100"}), SEARCH, None).older is None


def test_of_the_recorded_events_only_the_post_is_a_mention() -> None:
    found = [STREAM.event(line) for line in EVENTS]
    mentions = [event for event in found if isinstance(event, Mention)]
    assert len(mentions) == 1
    assert not any(isinstance(event, Gone) for event in found)
    post = mentions[0]
    assert post.network == "bluesky"
    assert post.id == "at://did:plc:q235v55g5unth4zjjdpacfdr/app.bsky.feed.post/3mmoojp4cd223"
    assert post.text == "Try RSV for a good time !!"
    assert (post.kind, post.language) == ("reply", "en")
    assert post.thread_id == post.parent_id
    assert post.engagement.likes is None


def test_every_event_has_a_position() -> None:
    assert STREAM.position(EVENTS[0]) == "1779719009132431"
    assert all(STREAM.position(line) for line in EVENTS)


def _post_event(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(EVENTS[1])
    event["commit"].update(changes)
    return event


def test_a_change_keeps_the_id_and_brings_the_new_text() -> None:
    record = {**_post_event()["commit"]["record"], "text": "changed"}
    changed = STREAM.event(json.dumps(_post_event(operation="update", record=record)).encode())
    assert isinstance(changed, Mention)
    assert changed.id.endswith("/3mmoojp4cd223")
    assert changed.text == "changed"


def test_a_deleted_post_is_gone() -> None:
    event = _post_event(operation="delete")
    del event["commit"]["record"]
    gone = STREAM.event(json.dumps(event).encode())
    assert gone == Gone("at://did:plc:q235v55g5unth4zjjdpacfdr/app.bsky.feed.post/3mmoojp4cd223")


@pytest.mark.parametrize(
    ("account", "gone"),
    [
        ({"active": True}, False),
        ({"active": False}, True),
        ({"active": False, "status": "deleted"}, True),
        ({"active": False, "status": "deactivated"}, True),
        ({"active": False, "status": "desynchronized"}, False),
        ({}, False),
    ],
)
def test_an_author_who_left_is_gone(account: dict[str, object], gone: bool) -> None:
    event = {"did": "did:plc:x", "time_us": 1, "kind": "account", "account": account}
    expected = Gone("did:plc:x", author=True) if gone else None
    assert STREAM.event(json.dumps(event).encode()) == expected


def test_the_stream_starts_a_little_before_its_cursor() -> None:
    request = STREAM.connect([], cursor="1779719009132431")
    assert request.url.scheme == "wss"
    assert dict(request.url.params) == {
        "wantedCollections": "app.bsky.feed.post", "cursor": "1779719004132431",
        "maxMessageSizeBytes": str(2**20),
    }  # fmt: skip
    assert "cursor" not in STREAM.connect([], cursor=None).url.params
    assert "cursor" not in STREAM.connect([], cursor="junk").url.params


def test_beyond_is_where_the_stream_really_starts_so_many_seconds_later() -> None:
    onward = STREAM.beyond("1779719009132431", 2.0)
    assert STREAM.connect([], cursor=onward).url.params["cursor"] == "1779719011132431"
    assert STREAM.beyond("junk", 2.0) == "junk"


@given(st.binary(max_size=60) | st.sampled_from(EVENTS).flatmap(
    lambda line: st.integers(0, len(line)).map(lambda at: line[:at])
))  # fmt: skip
def test_no_event_raises(data: bytes) -> None:
    STREAM.event(data)
    STREAM.position(data)


def test_an_author_dated_in_the_past_keeps_that_time() -> None:
    event = _post_event()
    event["commit"]["record"]["createdAt"] = "2020-01-01T00:00:00Z"
    mention = STREAM.event(json.dumps(event).encode())
    assert isinstance(mention, Mention)
    assert mention.created_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_stream_is_built_where_settings_name_one() -> None:
    assert build_stream("bluesky", {"stream": "ws://127.0.0.1:1/subscribe"}) == Jetstream(
        api_url="ws://127.0.0.1:1/subscribe"
    )
    assert build_stream("bluesky", {}) is None
    assert build_stream("hackernews", {"stream": "ws://x"}) is None
