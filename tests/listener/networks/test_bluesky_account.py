"""What Bluesky tells of an own account: who named it, its posts, what is below, its numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.networks.base import BadPage, Page, Read
from listener.networks.bluesky import Bluesky
from listener.records import Account, Author, Credential, Engagement, Figure, Mention
from tests.listener.networks.pages.bluesky import BLUESKY, NAMED, OWN, POST, US
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
TOKEN = Credential("bluesky", {"token": "jwt-s3cret"})
POSTS, THREAD = Read("own_posts", US, OWN), Read("replies", POST, OWN)
DID = "did:plc:c65dwhawq7zi4t7qqowbc7nv"


def page_of(name: str, read: Read, page: str | None = None) -> Page:
    return BLUESKY.parse(answer(f"bluesky/{name}.json"), read, page)


def test_a_notification_of_a_reply_is_read_field_by_field() -> None:
    first = page_of("notifications", NAMED).mentions[0]
    assert first == Mention(
        network="bluesky",
        id="at://did:plc:tu4l5rbxotd4bcqu2vwk5aa7/app.bsky.feed.post/3n2webrxdcc2o",
        text="الخدمة بطيئة جدًا 😡",
        created_at=datetime(2026, 11, 22, 19, 34, 6, 571000, tzinfo=UTC),
        url="https://bsky.app/profile/did:plc:tu4l5rbxotd4bcqu2vwk5aa7/post/3n2webrxdcc2o",
        author=Author("bluesky", "did:plc:tu4l5rbxotd4bcqu2vwk5aa7", "u2alpha760448.test"),
        kind="reply",
        language="ar",
        parent_id=POST,
        thread_id=POST,
        engagement=Engagement(as_of=SEEN),
    )


def test_a_reply_below_our_post_is_read_field_by_field_and_our_answer_is_not_one() -> None:
    (reply,) = page_of("thread", THREAD).mentions
    assert reply == Mention(
        network="bluesky",
        id="at://did:plc:tu4l5rbxotd4bcqu2vwk5aa7/app.bsky.feed.post/3n2webrxdcc2o",
        text="الخدمة بطيئة جدًا 😡",
        created_at=datetime(2026, 11, 22, 19, 34, 6, 571000, tzinfo=UTC),
        url="https://bsky.app/profile/did:plc:tu4l5rbxotd4bcqu2vwk5aa7/post/3n2webrxdcc2o",
        author=Author("bluesky", "did:plc:tu4l5rbxotd4bcqu2vwk5aa7", "u2alpha760448.test"),
        kind="reply",
        language="ar",
        parent_id=POST,
        thread_id=POST,
        engagement=Engagement(likes=0, replies=1, shares=0, as_of=SEEN),
    )


def test_our_posts_bring_their_numbers_and_lead_to_what_is_below_them() -> None:
    page = page_of("author_feed", POSTS)
    assert [post.text for post in page.own_posts] == [
        "نعتذر لك، راسلنا على الخاص",
        "عرض جديد من كوفيكس #كوفيكس_صباحك",
    ]
    assert page.own_posts[1].engagement == Engagement(likes=0, replies=1, shares=0, as_of=SEEN)
    assert page.more == (THREAD,)
    assert page_of("author_feed", POSTS, "x").more == ()


def test_quotes_are_read_where_there_are_some_and_old_posts_are_left_alone() -> None:
    raw = body("bluesky/author_feed.json")
    raw["feed"][1]["post"]["quoteCount"] = 2
    page = BLUESKY.parse(of_json(raw), POSTS, None)
    assert page.more == (THREAD, Read("replies", POST + "#quotes", OWN))
    raw["feed"][1]["post"]["record"]["createdAt"] = "2026-10-01T10:00:00Z"
    assert BLUESKY.parse(of_json(raw), POSTS, None).more == ()


def test_a_thread_within_a_thread_of_ours_is_read_with_that() -> None:
    raw = body("bluesky/author_feed.json")
    raw["feed"][0]["post"]["replyCount"] = 3
    assert BLUESKY.parse(of_json(raw), POSTS, None).more == (THREAD,)


def test_what_we_repost_is_no_post_of_ours() -> None:
    raw = body("bluesky/author_feed.json")
    raw["feed"][0]["reason"] = {"$type": "app.bsky.feed.defs#reasonRepost"}
    assert len(BLUESKY.parse(of_json(raw), POSTS, None).own_posts) == 1
    raw["feed"][0]["reason"] = {"$type": "app.bsky.feed.defs#reasonPin"}
    assert len(BLUESKY.parse(of_json(raw), POSTS, None).own_posts) == 2


def test_a_page_of_reposts_alone_does_not_end_the_walk() -> None:
    raw = body("bluesky/author_feed.json")
    for entry in raw["feed"]:
        entry["reason"] = {"$type": "app.bsky.feed.defs#reasonRepost"}
    assert BLUESKY.parse(of_json(raw), POSTS, None).older == raw["cursor"]


def test_a_reply_that_is_gone_or_blocked_is_no_fault_and_one_that_is_odd_is_counted() -> None:
    raw = body("bluesky/thread.json")
    raw["thread"]["replies"] += [
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": POST, "notFound": True},
        {"$type": "app.bsky.feed.defs#blockedPost", "uri": POST, "blocked": True},
        7,
    ]
    page = BLUESKY.parse(of_json(raw), THREAD, None)
    assert (len(page.mentions), page.skipped) == (1, 1)


def test_the_profile_has_our_numbers_and_a_hidden_one_is_none() -> None:
    figures = page_of("profile", Read("figures", US, OWN)).figures
    assert figures[0] == Figure("رشفان", "bluesky", US, "followers", 0, SEEN, "lifetime")
    assert [f.measure for f in figures] == ["followers", "following", "posts"]
    raw = body("bluesky/profile.json")
    del raw["followersCount"]
    told = BLUESKY.parse(of_json(raw), Read("figures", US, OWN), None).figures
    assert [f.measure for f in told] == ["following", "posts"]


def test_who_signed_in_is_told_of_by_notifications_and_anybody_else_is_searched_for() -> None:
    signed = BLUESKY.request(NAMED, credential=TOKEN, since="2026-11-22T19:34:06Z", page="c")
    assert signed.url.path == "/xrpc/app.bsky.notification.listNotifications"
    assert signed.url.params.get_list("reasons") == ["mention", "reply", "quote"]
    assert signed.headers["authorization"] == "Bearer jwt-s3cret"
    guest = BLUESKY.request(NAMED, credential=None, since=None, page=None)
    assert dict(guest.url.params) == {
        "q": "*", "mentions": US, "sort": "latest", "limit": "5",
    }  # fmt: skip
    other = Read("mentions", "other.test", OWN)
    assert "searchPosts" in str(BLUESKY.request(other, credential=TOKEN, since=None, page=None).url)
    nobody = Bluesky().request(NAMED, credential=TOKEN, since=None, page=None)
    assert "searchPosts" in str(nobody.url)


def test_who_signs_in_is_read_by_the_accounts_server_and_guests_by_the_public_one() -> None:
    asked = Bluesky().request(THREAD, credential=TOKEN, since=None, page=None)
    assert asked.url.host == "bsky.social"
    guest = Bluesky().request(THREAD, credential=None, since=None, page=None)
    assert guest.url.host == "public.api.bsky.app"
    home = Bluesky(api_url="https://pds.example/xrpc")
    assert home.request(THREAD, credential=TOKEN, since=None, page=None).url.host == "pds.example"
    assert home.oauth.url(home.api_url) == (
        "https://pds.example/xrpc/com.atproto.server.createSession"
    )
    assert Bluesky(account="@rashfan.example").oauth.more == {"identifier": "rashfan.example"}


def test_only_our_own_accounts_are_read_by_id_where_there_is_one() -> None:
    reads = BLUESKY.reads(
        [],
        [],
        [Account("رشفان", US), Account("رشفان", "b", id=DID), Account("منافس", "c", "competitor")],
    )
    assert {(read.kind, read.target) for read in reads} == {
        (kind, target) for kind in ("mentions", "own_posts", "figures") for target in (US, DID)
    }


@pytest.mark.parametrize("read", [NAMED, POSTS, THREAD, Read("figures", US, OWN)])
@pytest.mark.parametrize("whole", [{}, {"error": "InternalServerError"}, {"thread": {}}])
def test_a_200_that_is_no_page_is_bad_and_no_empty_one(read: Read, whole: object) -> None:
    with pytest.raises(BadPage):
        BLUESKY.parse(of_json(whole), read, None)
