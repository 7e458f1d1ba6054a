"""TikTok's own videos and numbers, held against what a person reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from listener.networks.base import BadPage, Page, Probes, Read, Refused, Wait
from listener.networks.tiktok import TikTok
from listener.records import Account, Author, Credential, Engagement, Figure, Mention
from tests.listener.networks.pages.tiktok import CONTRACT, OWN, USER, VIDEOS, error
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NETWORK = TikTok()
TOKEN = Credential("tiktok", {"token": "act.s3cret"})


def page_of(name: str, read: Read = VIDEOS, page: str | None = None) -> Page:
    return NETWORK.parse(answer(f"tiktok/{name}.json"), read, page)


def test_a_video_is_read_field_by_field() -> None:
    assert page_of("videos_first").own_posts[0] == Mention(
        network="tiktok",
        id="7575212345678901234",
        text="كيف نحمّص قهوة رشفان في الصباح #رشفان #قهوة",
        created_at=datetime(2026, 11, 22, 7, 0, tzinfo=UTC),
        url="https://www.tiktok.com/@rashfan/video/7575212345678901234",
        author=Author("tiktok", "rashfan"),
        hashtags=("رشفان", "قهوة"),
        media=("video",),
        engagement=Engagement(likes=1204, replies=86, shares=40, views=25310, as_of=SEEN),
    )


def test_a_video_with_a_title_of_its_own_has_both_and_one_without_words_is_one() -> None:
    second, third = page_of("videos_first").own_posts[1:]
    assert second == Mention(
        network="tiktok",
        id="7574812345678901111",
        text="Weekend in Rashfan\nLive oud from 8 pm #Rashfan with @oud_nights",
        created_at=datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
        url="https://www.tiktok.com/@rashfan/video/7574812345678901111",
        author=Author("tiktok", "rashfan"),
        hashtags=("Rashfan",),
        mentions=("oud_nights",),
        media=("video",),
        engagement=Engagement(likes=310, replies=12, shares=5, views=8120, as_of=SEEN),
    )
    assert (third.text, third.engagement.replies) == ("", 0)


def test_the_accounts_numbers_and_hidden_ones_are_none() -> None:
    figures = page_of("user", USER).figures
    assert figures[0] == Figure("رشفان", "tiktok", "rashfan", "followers", 41800, SEEN, "lifetime")
    assert {f.measure: f.value for f in figures} == {
        "followers": 41800, "following": 120, "likes": 980233, "posts": 212,
    }  # fmt: skip
    raw = body("tiktok/user.json")
    del raw["data"]["user"]["follower_count"]  # the scope is not granted
    told = NETWORK.parse(of_json(raw), USER, None).figures
    assert "followers" not in {f.measure for f in told}


def test_pages_go_on_by_the_cursor_while_there_is_more() -> None:
    first = page_of("videos_first")
    assert first.older == "1795158000000"
    assert page_of("videos_last", page=first.older).older is None
    assert page_of("videos_empty").older is None
    asked = NETWORK.request(VIDEOS, credential=TOKEN, since=None, page=first.older)
    assert asked.method == "POST"
    assert json.loads(asked.read()) == {"max_count": 20, "cursor": 1795158000000}
    assert "view_count" in asked.url.params["fields"]
    assert asked.headers["authorization"] == "Bearer act.s3cret"


def test_ids_may_be_numbers_and_a_time_that_is_not_understood_is_skipped() -> None:
    raw = body("tiktok/videos_first.json")
    raw["data"]["videos"][0]["id"] = 7575212345678901234
    raw["data"]["videos"][1]["create_time"] = "yesterday"
    page = NETWORK.parse(of_json(raw), VIDEOS, None)
    assert [m.id for m in page.own_posts] == ["7575212345678901234", "7574412345678902222"]
    assert page.skipped == 1


@pytest.mark.parametrize("read", [VIDEOS, USER])
def test_a_200_that_carries_an_error_is_bad_and_no_empty_page(read: Read) -> None:
    with pytest.raises(BadPage, match="internal_error"):
        NETWORK.parse(answer("tiktok/error_200.json"), read, None)
    with pytest.raises(BadPage):
        NETWORK.parse(of_json({"data": {}, "error": {"code": "ok"}}), read, None)


def test_a_scope_that_is_missing_stops_its_own_read_and_a_dead_token_all() -> None:
    scope = httpx.Response(401, json=error("scope_not_authorized", "Scope video.list is missing"))
    found = NETWORK.trouble(scope, SEEN)
    assert isinstance(found, Refused)
    assert (found.kind, found.scope) == ("not allowed", "read")
    dead = NETWORK.trouble(httpx.Response(401, json=error("access_token_invalid", "x")), SEEN)
    assert isinstance(dead, Refused)
    assert (dead.kind, dead.scope) == ("sign-in", "host")
    busy = NETWORK.trouble(httpx.Response(429, json=error("rate_limit_exceeded", "x")), SEEN)
    assert isinstance(busy, Wait)
    assert (busy.seconds, busy.scope) == (60.0, "read")


def test_only_the_tokens_account_is_read() -> None:
    two = [Account("رشفان", "rashfan"), Account("بن", "bun")]
    assert NETWORK.reads([], ["رشفان"], two) == []
    reads = TikTok(account="@Rashfan").reads([], [], two)
    assert [(r.kind, r.target) for r in reads] == [("own_posts", "rashfan"), ("figures", "rashfan")]
    one = NETWORK.reads([], [], [two[0], Account("منافس", "x", "competitor")])
    assert reads == one


def test_tokens_are_renewed_under_the_apps_client_key() -> None:
    oauth = NETWORK.about.oauth
    assert oauth is not None
    assert oauth.url(NETWORK.api_url) == "https://open.tiktokapis.com/v2/oauth/token/"
    assert (oauth.id_name, oauth.rotates) == ("client_key", True)


def test_probes_name_the_scope_to_ask_for() -> None:
    assert isinstance(NETWORK, Probes)
    found = NETWORK.probes([Account("رشفان", "rashfan")], credential=TOKEN)
    assert {p.kind: p.arabic.split("الصلاحية ")[1].split()[0] for p in found} == {
        "own_posts": "video.list", "figures": "user.info.stats",
    }  # fmt: skip
    assert CONTRACT.network.about.listens is False
    assert OWN.text == ""
