"""Facebook Pages: what is said of each post and comment, what is asked for, what a push asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from listener.networks.base import BadPage, Expires, Page, Probes, Read, Rereads
from listener.networks.pushing import Pushes
from listener.records import Account, Author, Beside, Credential, Engagement, Mention
from tests.listener.networks.pages.facebook import (
    COMMENT,
    COMMENTS,
    FACEBOOK,
    FEED,
    FIGURES,
    OWN,
    PAGE,
    POST,
    TAGGED,
)  # fmt: skip
from tests.listener.networks.pages.instagram import error
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
OURS = [Account("رشفان", "rashfan", id=PAGE)]
SIGNED = Credential("facebook", {"token": "EAAtoken"})


def read(name: str, what: Read, page: str | None = None) -> Page:
    return FACEBOOK.parse(answer(f"facebook/{name}.json"), what, page)


def test_it_offers_all_that_the_runners_look_for() -> None:
    for kind in (Expires, Probes, Pushes, Rereads):
        assert isinstance(FACEBOOK, kind)


def test_an_own_post_is_read_field_by_field() -> None:
    page = read("feed_first", FEED)
    raw = body("facebook/feed_first.json")["data"][1]
    card = raw["attachments"]["data"][0]
    assert page.own_posts[1] == Mention(
        network="facebook",
        id="19292868552_10158347294088553",
        text=raw["message"].strip(),
        created_at=datetime.fromisoformat(raw["created_time"]),
        url="https://www.facebook.com/19292868552/posts/10158347294088553/",
        author=Author("facebook", PAGE, None, "Facebook for Developers"),
        media=("link",),
        engagement=Engagement(
            likes=raw["reactions"]["summary"]["total_count"],
            replies=raw["comments"]["summary"]["total_count"],
            shares=raw["shares"]["count"],
            as_of=SEEN,
        ),
        beside=(Beside("link", f"{card['title']}\n{card['description']}"),),
        ref=f"{PAGE}/19292868552_10158347294088553",
    )
    assert page.own_posts[0].media == ("photo",)
    assert page.own_posts[0].engagement.likes == 125
    assert page.own_posts[0].beside == ()


def test_a_comment_is_read_field_by_field_and_an_answer_knows_what_it_answers() -> None:
    page = read("comments_first", COMMENTS)
    assert page.mentions[0] == Mention(
        network="facebook",
        id="10158407654328553_10158407835073553",
        text="Boa noite peço ajuda  Como faço para usar a minha página como meu perfil?",
        created_at=datetime(2021, 8, 10, 18, 45, 3, tzinfo=UTC),
        url="https://www.facebook.com/19292868552/posts/10158407654328553/"
        "?comment_id=10158407835073553",
        kind="comment",
        parent_id="19292868552_10158407654328553",
        thread_id="19292868552_10158407654328553",
        engagement=Engagement(likes=0, replies=1, as_of=SEEN),
        ref="19292868552_10158407654328553/10158407654328553_10158407835073553",
    )
    assert (page.mentions[5].kind, page.mentions[5].parent_id) == (
        "reply", "10158407654328553_10158407903973553",
    )  # fmt: skip


def test_what_tags_the_page_has_its_handle_and_a_writer_only_where_told() -> None:
    first, second = read("tagged", TAGGED).mentions
    assert first.text == "القهوة عند Rashfan باردة للمرة الثالثة 😤 #رشفان"
    assert (first.author, first.mentions, first.hashtags) == (None, ("rashfan",), ("رشفان",))
    assert (first.engagement.shares, first.ref) == (None, None)  # cannot be asked for by id
    assert second.text == "سارة القرني is at Rashfan."
    assert second.author == Author("facebook", "100012345678902", None, "سارة القرني")
    assert second.engagement == Engagement(None, None, 1, as_of=SEEN)


def test_what_stands_in_the_feed_is_ours_only_where_it_says_so() -> None:
    raws = [
        {"id": f"{PAGE}_1", "message": "نفتح في السابعة", "from": {"id": PAGE, "name": "رشفان"}},
        {"id": f"{PAGE}_2", "message": "متى تفتحون؟", "from": {"id": "9", "name": "نورة"}},
        {"id": f"{PAGE}_3", "message": "متى تفتحون؟"},
        {"id": f"{PAGE}_4", "from": {"id": PAGE}},
    ]
    page = FACEBOOK.parse(of_json({"data": raws}), FEED, None)
    assert [post.id for post in page.own_posts] == [f"{PAGE}_1"]
    assert [post.id for post in page.mentions] == [f"{PAGE}_2", f"{PAGE}_3"]
    assert page.skipped == 1
    assert {(more.kind, more.target) for more in page.more} == {
        ("replies", f"{PAGE}_1"), ("replies", f"{PAGE}_2"), ("replies", f"{PAGE}_3"),
        ("figures", f"{PAGE}/{PAGE}_1"),
    }  # fmt: skip
    assert {more.query for more in page.more} == {OWN}


def test_our_answers_below_our_posts_are_own_posts() -> None:
    raws = [
        {"id": "1_2", "message": "نعتذر", "from": {"id": PAGE}, "parent": {"id": "1_1"}},
        {"id": "1_1", "message": "الطلب بارد", "from": {"id": "9", "name": "نورة"}},
    ]
    page = FACEBOOK.parse(of_json({"data": raws}), COMMENTS, None)
    assert [(m.id, m.parent_id) for m in page.own_posts] == [("1_2", "1_1")]
    assert [m.id for m in page.mentions] == ["1_1"]


@pytest.mark.parametrize(
    ("what", "path"),
    [
        (FEED, f"/v26.0/{PAGE}/feed"),
        (TAGGED, f"/v26.0/{PAGE}/tagged"),
        (COMMENTS, f"/v26.0/{PAGE}_10158407654328553/comments"),
        (POST, "/v26.0/175154750010052_424924701699721"),
        (FIGURES, f"/v26.0/{PAGE}"),
        (Read("figures", f"{PAGE}/{PAGE}_1"), f"/v26.0/{PAGE}_1/insights"),
    ],
)
def test_each_read_is_asked_for_at_its_edge(what: Read, path: str) -> None:
    request = FACEBOOK.request(what, credential=SIGNED, since=None, page=None)
    assert request.url.path == path
    assert request.headers["authorization"] == "Bearer EAAtoken"


def test_a_page_with_an_error_in_it_is_no_empty_page() -> None:
    for what in (TAGGED, FEED, COMMENTS, FIGURES, POST, COMMENT):
        with pytest.raises(BadPage):
            FACEBOOK.parse(of_json(error(190, "expired")), what, None)


def test_what_stands_in_our_feed_is_read_again_by_what_it_hangs_on() -> None:
    keys = [f"{PAGE}/{PAGE}_1", f"{PAGE}_1/1_5", f"{PAGE}_1/1_6"]
    request = FACEBOOK.reread_request(keys, credential=SIGNED)
    batch = json.loads(httpx.QueryParams(request.read().decode())["batch"])
    asked = [httpx.URL(part["relative_url"]) for part in batch]
    assert [url.path for url in asked] == [PAGE, f"{PAGE}_1", f"{PAGE}_1", "1_5", "1_6"]
    assert [url.params["fields"] for url in asked[:2]] == [
        "id,feed.limit(1){id}", "id,comments.limit(1){id}",
    ]  # fmt: skip
    bodies: list[dict[str, Any]] = [
        {"id": PAGE}, {"id": f"{PAGE}_1"}, {"id": f"{PAGE}_1", "message": "معدّل"},
        {"id": "1_5", "message": "x", "like_count": 3},
        {"error": {"code": 100, "error_subcode": 33}},
    ]  # fmt: skip
    response = of_json([{"code": 200, "body": json.dumps(one)} for one in bodies])
    page = FACEBOOK.parse_reread(response, keys)
    assert page.gone == (keys[2],)
    assert [(m.id, m.kind, m.ref) for m in page.mentions] == [
        (f"{PAGE}_1", "post", keys[0]), ("1_5", "comment", keys[1]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "targets"),
    [
        ("feed", {"item": "comment", "verb": "add", "post_id": "1_2", "comment_id": "2_3"},
         [("replies", "1_2")]),
        ("feed", {"item": "status", "verb": "add", "post_id": "1_2"}, [("own_posts", PAGE)]),
        ("feed", {"item": "reaction", "verb": "add", "post_id": "1_2"}, []),
        ("mention", {"item": "post", "post_id": "1_2"},
         [("mentions", PAGE), ("mentions", f"{PAGE}/post:1_2")]),
        ("mention", {"item": "comment", "post_id": "1_2", "comment_id": "2_3"},
         [("mentions", PAGE), ("mentions", f"{PAGE}/comment:2_3")]),
        ("mention", {"post_id": "1/../me"}, [("mentions", PAGE)]),
        ("messages", {"text": "x"}, []),
    ],
)  # fmt: skip
def test_a_push_asks_for_what_it_names_and_is_not_taken_at_its_word(
    field: str, value: dict[str, Any], targets: list[tuple[str, str]]
) -> None:
    entry = {"id": PAGE, "time": 1, "changes": [{"field": field, "value": value}]}
    push = FACEBOOK.pushed(json.dumps({"object": "page", "entry": [entry]}).encode(), OURS)
    assert [(due.kind, due.target) for due in push.due] == targets
    assert push.page == Page()
    assert all(due.query == OWN for due in push.due)
    named = {read.key for read in FACEBOOK.reads([], [], OURS)}
    assert all(due.key in named for due in push.due if due.target == PAGE)


def test_a_page_subscribes_by_its_own_token_and_takes_it_back() -> None:
    (request,) = FACEBOOK.subscribing("https://r.example/push", "s", OURS, credential=SIGNED)
    assert (request.method, request.url.path) == ("POST", f"/v26.0/{PAGE}/subscribed_apps")
    assert request.url.params["subscribed_fields"] == "feed,mention"
    (back,) = FACEBOOK.subscribing(None, "s", OURS, credential=SIGNED)
    assert (back.method, back.url.path) == ("DELETE", f"/v26.0/{PAGE}/subscribed_apps")


def test_what_is_tried_says_in_both_languages_which_permission_to_ask_for() -> None:
    probes = FACEBOOK.probes(OURS, credential=SIGNED)
    assert [p.kind for p in probes] == ["sign-in", "own_posts", "mentions", "replies", "figures"]
    for probe in probes:
        assert probe.request.headers["authorization"] == "Bearer EAAtoken"
        assert PAGE in probe.request.url.path
        for text in (probe.arabic, probe.english):
            assert "pages_" in text or "read_insights" in text
        assert any("\u0600" < sign < "\u06ff" for sign in probe.arabic)


def test_a_user_s_token_ends_when_its_data_do() -> None:
    ends = FACEBOOK.parse_expiry(answer("facebook/token.json"))
    assert ends == datetime(2019, 12, 26, 8, 0, tzinfo=UTC)
