"""Threads: what a page says of each post and reply, what is asked for, what a push asks for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from listener.collecting.granting import asking
from listener.networks.base import BadPage, Costs, Expires, Page, Probes, Read, Rereads, Wait
from listener.networks.pushing import Pushes
from listener.networks.threads import ABOUT, Threads
from listener.records import Account, Author, Credential, Engagement, Mention, Query
from tests.listener.networks.pages.instagram import error
from tests.listener.networks.pages.threads import (
    FIGURES,
    MENTIONS,
    OWN,
    POST_FIGURES,
    POSTS,
    REPLIES,
    SEARCH,
    TAG,
    THREADS,
    USER,
)  # fmt: skip
from tests.listener.networks.recorded import answer, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
OURS = [Account("رشفان", "rashfan", id=USER)]
SIGNED = Credential("threads", {"token": "THtoken"})


def read(name: str, what: Read, page: str | None = None) -> Page:
    return THREADS.parse(answer(f"threads/{name}.json"), what, page)


def test_it_offers_what_the_runners_look_for_but_others_posts_cannot_be_asked_for_by_id() -> None:
    for kind in (Costs, Expires, Probes, Pushes):
        assert isinstance(THREADS, kind)
    assert not isinstance(THREADS, Rereads)


def test_a_post_that_was_found_is_read_field_by_field() -> None:
    page = read("search_first", SEARCH)
    assert page.mentions[0] == Mention(
        network="threads",
        id="18050000000000001",
        text="قهوة رشفان اليوم باردة للمرة الثانية 😤 #رشفان",
        created_at=datetime(2026, 11, 22, 19, 40, 11, tzinfo=UTC),
        url="https://www.threads.net/@noura.d/post/DA1",
        author=Author("threads", None, "noura.d"),
        kind="post",
        hashtags=("رشفان", "قهوة الرياض"),
        engagement=Engagement(as_of=SEEN),
    )
    assert page.mentions[2] == Mention(
        network="threads",
        id="18050000000000003",
        text="@noura.d جرّبي فرع الياسمين",
        created_at=datetime(2026, 11, 22, 18, 59, 59, tzinfo=UTC),
        url="https://www.threads.net/@سلمى_العلمي/post/DA3",
        author=Author("threads", None, "سلمى_العلمي"),
        kind="reply",
        parent_id="18050000000000001",
        thread_id="18050000000000001",
        mentions=("noura.d",),
        engagement=Engagement(replies=0, as_of=SEEN),
    )
    assert (page.mentions[1].kind, page.mentions[1].media) == ("quote", ("photo",))
    assert (page.newest, page.older) == ("2026-11-22T19:40:11.000Z", "QVFIUb")


def test_a_mention_carries_our_handle_also_where_its_text_does_not() -> None:
    first, second = read("mentions", MENTIONS).mentions
    assert (first.mentions, second.mentions) == (("rashfan",), ("rashfan",))
    assert second.media == ("album",)


def test_own_threads_ask_for_replies_and_figures_and_reposts_are_not_ours() -> None:
    page = read("own_threads", POSTS)
    assert [(post.id, post.author) for post in page.own_posts] == [
        ("18050000000000021", Author("threads", USER, "rashfan")),
        ("18050000000000023", Author("threads", USER, "rashfan")),
    ]
    assert [(more.kind, more.target, more.query) for more in page.more] == [
        ("replies", "18050000000000021", OWN),
        ("figures", f"{USER}/18050000000000021", OWN),
        ("figures", f"{USER}/18050000000000023", OWN),
    ]
    old = {"id": "1", "text": "x", "timestamp": "2026-09-22T07:00:00+0000", "has_replies": True}
    assert THREADS.parse(of_json({"data": [old]}), POSTS, None).more == ()


def test_our_answers_in_a_conversation_are_own_posts() -> None:
    page = read("conversation", REPLIES)
    assert [(m.id, m.parent_id, m.thread_id) for m in page.own_posts] == [
        ("18050000000000031", "18050000000000032", "18050000000000021")
    ]
    assert [m.id for m in page.mentions] == ["18050000000000032"]
    assert page.mentions[0].ref == "18050000000000021/18050000000000032"
    assert page.there == ("18050000000000031", "18050000000000032")
    assert read("search_first", SEARCH).there is None
    unread = {"data": [{"id": "7", "text": "x"}, {"id": "8"}]}
    assert THREADS.parse(of_json(unread), REPLIES, None).there is None
    bare = {"id": "7", "text": "x"}  # what does not say stands below what was asked for
    (reply,) = THREADS.parse(of_json({"data": [bare]}), REPLIES, None).mentions
    assert (reply.kind, reply.parent_id, reply.created_at) == ("reply", "18050000000000021", None)


def test_figures_are_what_the_house_calls_them() -> None:
    account = {(f.measure, f.period): f.value for f in read("insights", FIGURES).figures}
    assert account == {
        ("profile_views", "day"): 134, ("likes", "day"): 41, ("comments", "day"): 9,
        ("reposts", "day"): 3, ("quotes", "day"): 1, ("followers", None): 5120,
    }  # fmt: skip
    post = {f.measure: (f.value, f.post_id) for f in read("post_insights", POST_FIGURES).figures}
    assert post["views"] == (900, "18050000000000021")
    assert post["quotes"] == (0, "18050000000000021")
    assert post["shares"] == (5, "18050000000000021")


@pytest.mark.parametrize(
    ("what", "path", "params"),
    [
        (SEARCH, "/v1.0/keyword_search",
         {"q": "رشفان", "search_mode": "KEYWORD", "search_type": "RECENT", "since": "1795376400"}),
        (Read("search", '"قهوة رشفان" باردة', Query("a", "x")), "/v1.0/keyword_search",
         {"q": "قهوة رشفان باردة"}),
        (TAG, "/v1.0/keyword_search", {"q": "رشفان", "search_mode": "TAG"}),
        (MENTIONS, f"/v1.0/{USER}/mentions", {"since": "1795376400"}),
        (POSTS, f"/v1.0/{USER}/threads", {"since": None}),
        (REPLIES, "/v1.0/18050000000000021/conversation", {"reverse": "true"}),
        (FIGURES, f"/v1.0/{USER}/threads_insights", {}),
        (POST_FIGURES, "/v1.0/18050000000000021/insights", {}),
    ],
)  # fmt: skip
def test_each_read_is_asked_for_at_its_edge_and_what_is_new_ten_minutes_early(
    what: Read, path: str, params: dict[str, str | None]
) -> None:
    since = "2026-11-22T19:50:00.000Z"
    request = THREADS.request(what, credential=SIGNED, since=since, page=None)
    assert request.url.path == path
    assert {key: request.url.params.get(key) for key in params} == params
    assert request.headers["authorization"] == "Bearer THtoken"


def test_a_search_that_finds_nothing_does_not_count() -> None:
    (cost,) = THREADS.cost(SEARCH, None)
    assert (cost.of, cost.amount) == ("searches", 1)
    assert THREADS.cost(MENTIONS, None) == []
    assert THREADS.spent(of_json({"data": []}), SEARCH, None) == []
    for response in (
        of_json({"data": [{"id": "1"}]}), httpx.Response(200, content=b"<html>"),
        httpx.Response(400, json=error(613, "too many")), of_json({"error": {}}),
    ):  # fmt: skip
        assert len(THREADS.spent(response, TAG, None)) == 1
    assert ABOUT.allowances["searches"].most == 2200


def test_searches_that_are_used_up_hold_no_other_read() -> None:
    response = httpx.Response(400, json=error(613, "Calls to this api have exceeded"))
    for path, means in (("keyword_search", (900.0, "read")), (f"{USER}/mentions", (None, "host"))):
        response.request = httpx.Request("GET", THREADS.address(path))
        trouble = THREADS.trouble(response)
        assert isinstance(trouble, Wait)
        assert (trouble.seconds, trouble.scope) == means


def test_a_page_with_an_error_in_it_is_no_empty_page() -> None:
    for what in (SEARCH, TAG, MENTIONS, POSTS, REPLIES, FIGURES, POST_FIGURES):
        with pytest.raises(BadPage):
            THREADS.parse(of_json(error(190, "expired")), what, None)


def test_the_token_is_renewed_as_threads_wants_it() -> None:
    oauth = ABOUT.oauth
    assert oauth is not None
    request = asking(oauth, oauth.url(Threads().api_url), {"token": "old"}, SEEN)
    assert (request.method, request.url.host) == ("GET", "graph.threads.net")
    assert request.url.path == "/refresh_access_token"
    assert dict(request.url.params) == {"grant_type": "th_refresh_token", "access_token": "old"}


@pytest.mark.parametrize(
    ("field", "value", "target"),
    [
        ("replies", {"id": "9", "root_post": {"id": "5", "owner_id": USER}}, ("replies", "5")),
        ("replies", {"id": "9", "root_post": {"id": "5"}}, ("replies", "5")),
        ("replies", {"id": "9", "root_post": {"id": "5", "owner_id": "1"}}, None),
        ("replies", {"id": "9", "root_post": {"id": "../me"}}, None),
        ("mentions", {"id": "9", "username": "noura.d"}, ("mentions", USER)),
        ("publish", {"id": "9"}, None),
    ],
)
def test_a_push_asks_for_what_it_names_and_is_not_taken_at_its_word(
    field: str, value: dict[str, Any], target: tuple[str, str] | None
) -> None:
    body = json.dumps({"app_id": "1", "values": {"value": value, "field": field}}).encode()
    push = THREADS.pushed(body, OURS)
    assert [(due.kind, due.target) for due in push.due] == ([target] if target else [])
    assert all(due.query == OWN for due in push.due)
    assert push.page == Page()
    assert not THREADS.subscribing("https://r.example", "s", OURS, credential=SIGNED)


def test_what_is_tried_says_in_both_languages_what_to_ask_for_and_is_no_search() -> None:
    probes = THREADS.probes(OURS, credential=SIGNED)
    assert [p.kind for p in probes] == ["sign-in", "search", "mentions", "replies", "figures"]
    for probe in probes:
        assert USER in probe.request.url.path
        assert "keyword_search" not in urlsplit(str(probe.request.url)).path
        assert "threads_" in probe.arabic
        assert "threads_" in probe.english
        assert any("\u0600" < sign < "\u06ff" for sign in probe.arabic)
