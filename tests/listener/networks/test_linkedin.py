"""LinkedIn's notifications, comments, posts and numbers, held against what a person reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from listener.networks.base import BadPage, Page, Probes, Read
from listener.networks.linkedin import ACTIONS, LinkedIn
from listener.records import Account, Author, Credential, Engagement, Mention, Query
from tests.listener.networks.recorded import answer, body, of_json

OWN = Query("رشفان", "")
SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NETWORK = LinkedIn(organization="2414183")
NOTES = Read("mentions", "2414183", OWN)
COMMENT = "urn:li:comment:(urn:li:activity:7130000000000000002,{})"
POST = "urn:li:share:7130000000000000001"


def page_of(name: str, read: Read = NOTES, page: str | None = None) -> Page:
    return NETWORK.parse(answer(f"linkedin/{name}.json"), read, page)


def raw_url(request: httpx.Request) -> str:
    return request.url.raw_path.decode()


def test_a_post_that_names_the_page_is_read_field_by_field() -> None:
    assert page_of("notifications").mentions[1] == Mention(
        network="linkedin",
        id="urn:li:share:7130000000000000020",
        text="شكرًا @رشفان على ضيافتكم #قهوة_رشفان (تجربة جميلة)",
        created_at=datetime(2026, 11, 22, 10, 5, tzinfo=UTC),
        url="https://www.linkedin.com/feed/update/urn:li:share:7130000000000000020",
        author=Author("linkedin", "urn:li:person:zY_x9"),
        kind="post",
        hashtags=("قهوة_رشفان",),
        engagement=Engagement(as_of=SEEN),
    )


def test_a_comment_under_our_post_is_read_field_by_field() -> None:
    read = Read("replies", POST, OWN)
    assert page_of("comments", read).mentions[0] == Mention(
        network="linkedin",
        id=COMMENT.format("7130000000000000011"),
        text="متى يفتح الفرع الجديد؟ وهل فيه جلسات؟",
        created_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        url="https://www.linkedin.com/feed/update/urn:li:activity:7130000000000000002",
        author=Author("linkedin", "urn:li:person:aB_c1"),
        kind="comment",
        parent_id="urn:li:activity:7130000000000000002",
        thread_id="urn:li:activity:7130000000000000002",
        engagement=Engagement(likes=3, replies=1, as_of=SEEN),
    )


def test_our_own_answer_is_told_by_the_pages_id_as_the_settings_write_it() -> None:
    answered = page_of("comments", Read("replies", POST, OWN)).mentions[2]
    assert answered.author == Author("linkedin", "2414183")
    assert (answered.kind, answered.parent_id) == ("reply", COMMENT.format("7130000000000000011"))


def test_an_edit_is_the_comment_it_was_and_a_deletion_takes_it_away() -> None:
    page = page_of("notifications")
    texts = {m.id: m.text for m in page.mentions}
    assert texts[COMMENT.format("7130000000000000011")].endswith("وهل فيه جلسات؟")
    assert len(texts) == len(page.mentions) == 4
    assert page.gone == (COMMENT.format("7130000000000000013"),)
    raws = body("linkedin/notifications.json")
    raws["elements"][0]["generatedActivity"] = COMMENT.format("7130000000000000012")
    deleted = NETWORK.parse(of_json(raws), NOTES, None)
    assert COMMENT.format("7130000000000000012") in deleted.gone
    assert COMMENT.format("7130000000000000012") not in {m.id for m in deleted.mentions}


def test_pages_are_counted_and_the_mark_is_the_newest_time() -> None:
    first = page_of("notifications")
    assert (first.older, first.newest) == ("6", "1795342100000")
    last = page_of("notifications_last", page="6")
    assert (last.older, last.newest) == (None, "1795341500000")
    again = NETWORK.parse(answer("linkedin/notifications.json"), NOTES, "6")
    assert again.older == "12"


def test_urns_are_encoded_and_the_signs_of_lists_and_ranges_are_not() -> None:
    asked = NETWORK.request(NOTES, credential=None, since="1795342100000", page="6")
    assert raw_url(asked) == (
        "/rest/organizationalEntityNotifications?q=criteria"
        "&organizationalEntity=urn%3Ali%3Aorganization%3A2414183"
        f"&actions=List({','.join(ACTIONS)})&count=50&timeRange=(start:1795341500000)&start=6"
    )
    assert asked.headers["linkedin-version"] == "202610"
    assert asked.headers["x-restli-protocol-version"] == "2.0.0"
    nested = Read("replies", COMMENT.format("7"), OWN)
    assert raw_url(NETWORK.request(nested, credential=None, since=None, page=None)).startswith(
        "/rest/socialActions/urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7130000000000000002%2C7"
        "%29/comments?"
    )
    one = Read("figures", "2414183#urn:li:ugcPost:5", OWN)
    assert "&ugcPosts=List(urn%3Ali%3AugcPost%3A5)" in raw_url(
        NETWORK.request(one, credential=None, since=None, page=None)
    )


def test_own_posts_ask_for_their_comments_and_numbers() -> None:
    page = page_of("posts", Read("own_posts", "2414183", OWN))
    assert [post.text for post in page.own_posts] == [
        "فرع جديد في حي الياسمين، نلقاكم الخميس #رشفان",
        "Weekend in Rashfan: live oud from 8 pm",
        "حصادنا هذا العام",
    ]
    assert page.own_posts[0].created_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert page.more[0] == Read("replies", POST, OWN)
    assert page.more[3] == Read("figures", f"2414183#{POST}", OWN)
    older = NETWORK.parse(answer("linkedin/posts.json"), Read("own_posts", "2414183", OWN), "50")
    assert older.more == ()
    draft = body("linkedin/posts.json")
    draft["elements"][0]["lifecycleState"] = "DRAFT"
    shown = NETWORK.parse(of_json(draft), Read("own_posts", "2414183", OWN), None)
    assert len(shown.own_posts) == 2


@pytest.mark.parametrize(
    ("what", "name", "told"),
    [
        ("", "followers", {"followers": 219145}),
        (
            "#posts",
            "share_statistics",
            {"impressions": 14490, "reach": 9327, "likes": 52, "comments": 70, "shares": 4},
        ),
        ("#page", "page_statistics", {"profile_views": 5230}),
    ],
)
def test_the_pages_numbers_are_its_accounts(what: str, name: str, told: dict[str, Any]) -> None:
    found = page_of(name, Read("figures", f"2414183{what}", OWN)).figures
    assert {one.measure: one.value for one in found} == told
    assert {(one.account, one.post_id, one.period) for one in found} == {
        ("2414183", None, "lifetime")
    }


def test_a_posts_numbers_are_the_posts_and_hidden_ones_are_none() -> None:
    read = Read("figures", f"2414183#{POST}", OWN)
    found = page_of("post_statistics", read).figures
    assert {one.post_id for one in found} == {POST}
    hidden = body("linkedin/post_statistics.json")
    del hidden["elements"][0]["totalShareStatistics"]["uniqueImpressionsCount"]
    measures = {one.measure for one in NETWORK.parse(of_json(hidden), read, None).figures}
    assert measures == {"impressions", "likes", "comments", "shares"}


@pytest.mark.parametrize("at", [None, "2026-11-22", True, -5, 10**30])
def test_a_time_that_is_not_understood_is_skipped_and_never_now(at: object) -> None:
    raws = body("linkedin/notifications_last.json")
    raws["elements"][0]["lastModifiedAt"] = at
    page = NETWORK.parse(of_json(raws), NOTES, "6")
    assert (len(page.mentions), page.skipped) == (1, 1)


def test_an_author_that_is_not_told_is_unknown_and_ids_may_be_numbers() -> None:
    raws = body("linkedin/notifications_last.json")
    del raws["elements"][0]["decoratedGeneratedActivity"]["comment"]["owner"]
    raws["elements"][1]["decoratedGeneratedActivity"]["share"]["owner"] = 55
    mentions = NETWORK.parse(of_json(raws), NOTES, "6").mentions
    assert {m.author for m in mentions} == {None, Author("linkedin", "55")}


@pytest.mark.parametrize("whole", [{}, {"message": "x", "status": 200}, {"elements": {}}])
def test_a_200_that_is_no_page_is_bad_and_no_empty_one(whole: dict[str, Any]) -> None:
    for read in (NOTES, Read("figures", "2414183", OWN), Read("figures", "2414183#page", OWN)):
        with pytest.raises(BadPage):
            NETWORK.parse(of_json(whole), read, None)


def test_only_our_own_pages_are_read_each_by_its_id() -> None:
    accounts = [
        Account("رشفان", "rashfan", id="urn:li:organization:77"),
        Account("رشفان", "rashfan-roasters"),
        Account("منافس", "other", "competitor", "5"),
    ]
    reads = NETWORK.reads([Query("رشفان", "رشفان")], ["رشفان"], accounts)
    assert {read.target for read in reads} == {
        "77", "77#posts", "77#page", "2414183", "2414183#posts", "2414183#page",
    }  # fmt: skip
    assert {read.kind for read in reads} == {"mentions", "own_posts", "figures"}
    assert LinkedIn().reads([], [], [Account("رشفان", "rashfan")]) == []


def test_its_terms_are_told_to_whoever_keeps_what_it_shows() -> None:
    about = NETWORK.about
    assert about.keep == timedelta(hours=48)
    assert (about.search, about.hashtag, about.stream) == ("no", "no", "no")
    assert "48 hours" in about.duty


def test_probes_try_what_is_read_and_name_the_right_that_is_missing() -> None:
    assert isinstance(NETWORK, Probes)
    token = Credential("linkedin", {"token": "77:s3cret"})
    found = NETWORK.probes([Account("رشفان", "rashfan")], credential=token)
    assert {p.kind: p.english.count("_") > 0 for p in found} == {
        "mentions": True, "own_posts": True, "figures": True,
    }  # fmt: skip
    assert any("Community Management API" in p.arabic for p in found)
    assert all(p.request.headers["authorization"] == "Bearer 77:s3cret" for p in found)


def test_a_days_limit_lasts_until_midnight_and_an_old_version_says_what_to_set() -> None:
    limit = httpx.Response(429, json={"message": "throttle", "status": 429})
    told = NETWORK.trouble(limit, SEEN)
    assert getattr(told, "seconds", None) == 4 * 3600
    old = httpx.Response(426, json={"message": "not active", "code": "NONEXISTENT_VERSION"})
    told = NETWORK.trouble(old, SEEN)
    assert told is not None
    assert "networks.linkedin.version" in told.why
