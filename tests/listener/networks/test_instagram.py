"""Instagram: what a page says of each post and comment, what is asked for, what a push asks for."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from listener.networks import signatures
from listener.networks.base import BadPage, Costs, Expires, Page, Probes, Read, Rereads, Wait
from listener.networks.instagram import Instagram
from listener.networks.pushing import Pushes
from listener.records import Account, Author, Credential, Engagement, Mention, Query
from tests.listener.networks.pages.instagram import (
    COMMENT,
    COMMENTS,
    FIGURES,
    INSTAGRAM,
    MEDIA,
    OWN,
    POSTS,
    TAG,
    TAGS,
    THREADS,
    USER,
    error,
)  # fmt: skip
from tests.listener.networks.recorded import answer, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
OURS = [Account("رشفان", "rashfan", id=USER)]
SIGNED = Credential("instagram", {"token": "IGtoken"})


def read(name: str, what: Read, page: str | None = None) -> Page:
    return INSTAGRAM.parse(answer(f"instagram/{name}.json"), what, page)


def test_it_offers_all_that_the_runners_look_for() -> None:
    for kind in (Costs, Expires, Probes, Pushes, Rereads):
        assert isinstance(INSTAGRAM, kind)


def test_a_post_that_tags_the_account_is_read_field_by_field() -> None:
    page = read("tags", TAGS)
    assert page.mentions[0] == Mention(
        network="instagram",
        id="17892354025952911",
        text="publish test",
        created_at=datetime(2021, 3, 16, 12, 2, 14, tzinfo=UTC),
        url="https://www.instagram.com/p/CMeo7rcJvTi/",
        kind="post",
        mentions=("rashfan",),
        media=("photo",),
        engagement=Engagement(likes=2, replies=0, as_of=SEEN),
    )
    assert page.mentions[2].hashtags == ("cute", "loveyou")
    assert page.mentions[2].mentions == ("rashfan", "ikroskun")
    assert (page.mentions[4].text, page.mentions[4].media) == ("", ("photo",))  # no caption
    assert page.newest == "2021-03-16T12:02:14.000Z"


def test_a_comment_and_the_answers_below_it_are_read_field_by_field() -> None:
    page = read("threads", THREADS)
    first, second = page.mentions
    assert first == Mention(
        network="instagram",
        id="17912345678000001",
        text="القهوة باردة والطابور طويل يا @rashfan 😡 #رشفان",
        created_at=datetime(2026, 11, 22, 18, 40, 11, tzinfo=UTC),
        url="https://www.instagram.com/p/CSr71Gzlqo4/",
        author=Author("instagram", "6310000000000001", "نورة_الدوسري"),
        kind="comment",
        parent_id="17885103395504675",
        thread_id="17885103395504675",
        hashtags=("رشفان",),
        mentions=("rashfan",),
        engagement=Engagement(likes=2, replies=None, as_of=SEEN),
        ref="17885103395504675/17912345678000001",
    )
    assert (second.kind, second.parent_id, second.thread_id) == (
        "reply", "17912345678000001", "17885103395504675",
    )  # fmt: skip
    (ours,) = page.own_posts
    assert (ours.id, ours.parent_id) == ("17912345678000002", "17912345678000001")
    assert page.more == (Read("replies", "17912345678000001/replies", OWN),)


def test_what_a_push_named_is_read_with_our_handle_and_without_an_address_made_up() -> None:
    (media,) = read("mentioned_media", MEDIA).mentions
    assert (media.url, media.author) == (None, Author("instagram", None, "sara.k"))
    assert (media.mentions, media.media, media.engagement.likes) == (("rashfan",), ("album",), None)
    (comment,) = read("mentioned_comment", COMMENT).mentions
    assert (comment.author, comment.parent_id) == (None, "17990000000000001")
    assert comment.url == "https://www.instagram.com/p/C9xyzABCDEF/"


def test_hashtag_media_have_no_author_and_a_tag_s_id_is_its_mark() -> None:
    found = read("tag_lookup", TAG)
    assert (found.newest, found.older) == ("id:17841562426109234", "id:17841562426109234")
    first = read("tag_first", TAG, "id:17841562426109234")
    assert {mention.author for mention in first.mentions} == {None}
    assert (first.newest, first.older) == (None, "id:17841562426109234:after")
    known = read("tag_first", TAG)  # asked for by the mark: the next page needs its cursor alone
    assert known.older == "after"


@pytest.mark.parametrize(
    ("since", "page", "path", "after"),
    [
        (None, None, "/v26.0/ig_hashtag_search", None),
        ("id:17", None, "/v26.0/17/recent_media", None),
        (None, "id:17", "/v26.0/17/recent_media", None),
        (None, "id:17:QVFI", "/v26.0/17/recent_media", "QVFI"),
        ("id:17", "QVFI", "/v26.0/17/recent_media", "QVFI"),
        ("2026-11-22T20:00:00Z", None, "/v26.0/ig_hashtag_search", None),
        ("id:17/media", None, "/v26.0/ig_hashtag_search", None),
    ],
)
def test_a_tag_is_looked_up_only_until_its_id_is_known(
    since: str | None, page: str | None, path: str, after: str | None
) -> None:
    request = INSTAGRAM.request(Read("hashtag", "رشفان"), credential=None, since=since, page=page)
    assert (request.url.path, request.url.params.get("after")) == (path, after)
    assert request.url.params["user_id"] == USER
    assert request.url.params.get("q") == ("رشفان" if path.endswith("search") else None)
    assert "username" not in request.url.params.get("fields", "")


def test_a_tag_that_nobody_used_yet_is_an_empty_page_and_no_trouble() -> None:
    response = httpx.Response(400, json=error(24, "does not exist", 2207024))
    assert INSTAGRAM.trouble(response) is None
    assert INSTAGRAM.parse(response, TAG, None) == Page()


def test_a_week_s_hashtags_that_are_used_up_hold_one_read_only() -> None:
    trouble = INSTAGRAM.trouble(httpx.Response(400, json=error(18, "(#18) limit", 2207034)))
    assert isinstance(trouble, Wait)
    assert trouble.scope == "read"


def test_a_tag_costs_one_of_the_week_s_thirty_whatever_its_case_and_pages() -> None:
    costs = {
        (cost.of, cost.item)
        for tag in ("Rashfan", "RASHFAN")
        for page in (None, "id:17", "id:17:QVFI")
        for cost in INSTAGRAM.cost(Read("hashtag", tag), page)
    }
    assert costs == {("hashtags", "rashfan")}
    assert not INSTAGRAM.cost(POSTS, None)
    allowance = INSTAGRAM.about.allowances["hashtags"]
    assert (allowance.most, allowance.distinct) == (30, True)


def test_own_posts_ask_for_their_comments_and_figures_as_long_as_they_are_new() -> None:
    body: dict[str, Any] = {
        "data": [
            {"id": "1", "caption": "a", "timestamp": "2026-11-20T10:00:00+0000",
             "comments_count": 3, "media_type": "VIDEO", "media_product_type": "REELS",
             "username": "rashfan"},
            {"id": 2, "caption": "b", "timestamp": "2026-11-20T10:00:00+0000", "comments_count": 0},
            {"id": "3", "caption": "c", "timestamp": "2026-09-20T10:00:00+0000"},
            {"id": "4", "caption": "d"},
        ]
    }  # fmt: skip
    page = INSTAGRAM.parse(of_json(body), POSTS, None)
    assert [(post.id, post.media) for post in page.own_posts][:2] == [
        ("1", ("video", "reel")), ("2", ()),
    ]  # fmt: skip
    assert page.own_posts[0].author == Author("instagram", USER, "rashfan")
    assert [(more.kind, more.target) for more in page.more] == [
        ("replies", "1"), ("figures", f"{USER}/1"), ("figures", f"{USER}/2"),
        ("replies", "4"), ("figures", f"{USER}/4"),
    ]  # fmt: skip
    assert {more.query for more in page.more} == {OWN}


def test_figures_of_the_account_and_its_insights_are_what_the_house_calls_them() -> None:
    account = {f.measure: f.value for f in read("account", FIGURES).figures}
    assert account == {"followers": 64_363, "posts": 427}
    day = [(f.measure, f.value, f.period) for f in read("insights", FIGURES, "all").figures]
    assert day == [("impressions", 66, "day"), ("reach", 36, "day"), ("profile_views", 2, "day")]


@pytest.mark.parametrize("stamp", ["2021-03-16T12:02:14+0000", "2021-03-16T12:02:14+00:00",
                                   "2021-03-16T15:02:14+0300", "2021-03-16T12:02:14Z"])  # fmt: skip
def test_times_are_read_in_every_form_and_what_is_not_understood_is_unknown(stamp: str) -> None:
    for given, known in ((stamp, datetime(2021, 3, 16, 12, 2, 14, tzinfo=UTC)), ("soon", None)):
        body = {"data": [{"id": "1", "caption": "x", "timestamp": given}]}
        (post,) = INSTAGRAM.parse(of_json(body), TAGS, None).mentions
        assert post.created_at == known


def test_a_page_with_an_error_in_it_is_no_empty_page() -> None:
    for what in (TAGS, POSTS, COMMENTS, FIGURES, MEDIA, TAG):
        with pytest.raises(BadPage):
            INSTAGRAM.parse(of_json(error(190, "expired")), what, None)


def test_stored_comments_are_read_again_by_their_media_and_other_posts_are_not() -> None:
    assert INSTAGRAM.reread_key("5", "1/5") == "1/5"
    assert INSTAGRAM.reread_key("5", None) is None
    bodies = [
        {"id": "1"},
        {"id": "5", "text": "صار أفضل", "timestamp": "2026-11-22T18:40:11+0000", "like_count": 9},
        {"error": {"code": 100, "error_subcode": 33}},
    ]
    response = of_json([{"code": 200, "body": json.dumps(body)} for body in bodies])
    page = INSTAGRAM.parse_reread(response, ["1/5", "1/6"])
    assert page.gone == ("1/6",)
    assert [(m.id, m.text, m.engagement.likes, m.ref) for m in page.mentions] == [
        ("5", "صار أفضل", 9, "1/5")
    ]
    request = INSTAGRAM.reread_request(["1/5", "1/6"], credential=SIGNED)
    assert (request.method, request.url.path) == ("POST", "/v26.0/")


@pytest.mark.parametrize(
    ("field", "value", "target"),
    [
        ("comments", {"id": "7", "media": {"id": "42"}}, ("replies", "42")),
        ("comments", {"id": "7", "parent_id": "6", "media": {"id": 42}}, ("replies", "6/replies")),
        ("live_comments", {"id": "7", "media": {"id": "42"}}, ("replies", "42")),
        ("mentions", {"media_id": "42"}, ("mentions", f"{USER}/mentioned_media/42")),
        ("mentions", {"media_id": "42", "comment_id": "7"},
         ("mentions", f"{USER}/mentioned_comment/7")),
        ("mentions", {"media_id": "42){id},business_discovery"}, None),
        ("mentions", {}, None),
        ("story_insights", {"media_id": "42"}, None),
    ],
)  # fmt: skip
def test_a_push_asks_for_what_it_names_and_is_not_taken_at_its_word(
    field: str, value: dict[str, Any], target: tuple[str, str] | None
) -> None:
    entry = {"id": USER, "time": 1, "changes": [{"field": field, "value": value}]}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    push = INSTAGRAM.pushed(body, OURS)
    assert push.page == Page()
    assert [(due.kind, due.target) for due in push.due] == ([target] if target else [])
    assert all(due.query == OWN for due in push.due)
    for due in push.due:
        INSTAGRAM.request(due, credential=None, since=None, page=None)


def test_a_push_is_metas_only_with_its_signature_and_a_challenge_only_with_our_token() -> None:
    body = b'{"entry": []}'
    digest = hmac.new(b"app-secret", body, hashlib.sha256).hexdigest()
    assert INSTAGRAM.signed({"x-hub-signature-256": f"sha256={digest}"}, body, "app-secret")
    assert not INSTAGRAM.signed(
        {"x-hub-signature-256": f"sha256={digest}"}, body + b" ", "app-secret"
    )
    assert not INSTAGRAM.signed({}, body, "app-secret")
    token = signatures.verify_token("app-secret")
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    assert INSTAGRAM.challenge(asked, "app-secret", OURS) == "1158201444"
    assert INSTAGRAM.challenge({**asked, "hub.verify_token": "x"}, "app-secret", OURS) is None


def test_by_instagrams_own_sign_in_the_token_is_renewed_and_no_hashtag_is_read() -> None:
    own = Instagram(api_url="https://graph.instagram.com", user=USER)
    assert own.oauth is not None
    assert own.oauth.flow == "exchange"
    assert INSTAGRAM.oauth is None
    kinds = {read.kind for read in own.reads([Query("a", "#رشفان")], ["رشفان"], OURS)}
    assert kinds == {"own_posts", "figures"}
    kinds = {read.kind for read in INSTAGRAM.reads([Query("a", "#رشفان")], [], OURS)}
    assert kinds == {"hashtag", "mentions", "own_posts", "figures"}
    (request,) = own.subscribing("https://r.example/push/instagram", "s", OURS, credential=SIGNED)
    assert (request.method, request.url.path) == ("POST", f"/v26.0/{USER}/subscribed_apps")
    (back,) = own.subscribing(None, "s", OURS, credential=SIGNED)
    assert back.method == "DELETE"
    assert not INSTAGRAM.subscribing("https://r.example", "s", OURS, credential=SIGNED)


def test_what_is_tried_says_in_both_languages_what_to_ask_for_and_takes_no_hashtag() -> None:
    probes = INSTAGRAM.probes(OURS, credential=SIGNED)
    assert [p.kind for p in probes] == ["sign-in", "replies", "figures", "hashtag", "mentions"]
    for probe in probes:
        assert probe.request.method == "GET"
        assert probe.request.headers["authorization"] == "Bearer IGtoken"
        assert USER in str(probe.request.url)
        assert "ig_hashtag_search" not in str(probe.request.url)
        assert "instagram_" in probe.arabic
        assert "instagram_" in probe.english
        assert any("\u0600" < sign < "\u06ff" for sign in probe.arabic)
    own = Instagram(api_url="https://graph.instagram.com", user=USER)
    texts = [probe.english for probe in own.probes(OURS, credential=SIGNED)]
    assert all("instagram_business_" in text for text in texts)
