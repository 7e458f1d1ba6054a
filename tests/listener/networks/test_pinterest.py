"""Pinterest's own pins and numbers, held against what a person reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.networks.base import BadPage, Page, Probes, Read
from listener.networks.pinterest import Pinterest
from listener.records import Account, Author, Credential, Engagement, Figure, Mention
from tests.listener.networks.pages.pinterest import ACCOUNT, BOOKMARK, PINS
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NETWORK = Pinterest()
TOKEN = Credential("pinterest", {"token": "pina_s3cret"})
FIRST = "813744226420795884"


def page_of(name: str, read: Read = PINS, page: str | None = None) -> Page:
    return NETWORK.parse(answer(f"pinterest/{name}.json"), read, page)


def test_a_pin_is_read_field_by_field() -> None:
    assert page_of("pins_first").own_posts[0] == Mention(
        network="pinterest",
        id=FIRST,
        text="قهوة اليوم\nكيمكس إثيوبي من السابعة صباحًا #رشفان",
        created_at=datetime(2026, 11, 20, 9, 10, 40, tzinfo=UTC),
        url=f"https://www.pinterest.com/pin/{FIRST}/",
        author=Author("pinterest", "rashfan"),
        hashtags=("رشفان",),
        media=("photo",),
        engagement=Engagement(likes=10, replies=2, as_of=SEEN),
    )


def test_a_video_pin_without_a_zone_in_its_time_is_read_field_by_field() -> None:
    assert page_of("pins_first").own_posts[1] == Mention(
        network="pinterest",
        id="813744226420795885",
        text="Weekend in Rashfan\nLive oud from 8 pm",
        created_at=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
        url="https://www.pinterest.com/pin/813744226420795885/",
        author=Author("pinterest", "rashfan"),
        media=("video",),
        engagement=Engagement(likes=1, replies=0, as_of=SEEN),
    )


def test_the_numbers_of_a_pin_are_since_it_was_made_and_what_is_not_told_is_none() -> None:
    figures = page_of("pins_first").figures
    assert {(f.measure, f.value) for f in figures if f.post_id == FIRST} == {
        ("impressions", 2210), ("saves", 41), ("clicks", 7), ("link_clicks", 3),
    }  # fmt: skip
    assert {f.measure for f in figures if f.post_id == "813744226420795885"} == {
        "impressions", "clicks", "link_clicks",
    }  # fmt: skip
    young = page_of("pins_first").own_posts[2]
    assert not [f for f in figures if f.post_id == young.id]
    assert young.engagement == Engagement(as_of=SEEN)
    assert (young.text, young.media) == ("", ("album",))


def test_the_accounts_numbers_are_its_own_and_its_months() -> None:
    figures = page_of("account", ACCOUNT).figures
    assert figures[0] == Figure(
        "رشفان", "pinterest", "rashfan", "followers", 9120, SEEN, "lifetime"
    )
    assert {(f.measure, f.value, f.period) for f in figures[1:]} == {
        ("following", 31, "lifetime"), ("posts", 212, "lifetime"), ("views", 150233, "30 days"),
    }  # fmt: skip
    hidden = body("pinterest/account.json") | {"monthly_views": -1}
    assert len(NETWORK.parse(of_json(hidden), ACCOUNT, None).figures) == 3


def test_pages_go_on_by_the_bookmark() -> None:
    first = page_of("pins_first")
    assert first.older == BOOKMARK
    assert page_of("pins_last", page=BOOKMARK).older is None
    asked = NETWORK.request(PINS, credential=TOKEN, since="1", page=BOOKMARK)
    assert str(asked.url) == (
        "https://api.pinterest.com/v5/pins?page_size=250&pin_metrics=true&bookmark=LT4xMTc3NDc3"
    )
    assert asked.headers["authorization"] == "Bearer pina_s3cret"


@pytest.mark.parametrize("junk", [None, 7, {}, "x"], ids=str)
def test_a_pin_that_cannot_be_read_is_counted_and_the_others_stay(junk: object) -> None:
    raw = body("pinterest/pins_first.json")
    raw["items"][1] = junk
    page = NETWORK.parse(of_json(raw), PINS, None)
    assert (len(page.own_posts), page.skipped) == (2, 1)


@pytest.mark.parametrize("read", [PINS, ACCOUNT])
def test_a_200_that_is_no_page_is_bad_and_no_empty_one(read: Read) -> None:
    for whole in ({}, {"code": 2, "message": "Authentication failed."}):
        with pytest.raises(BadPage):
            NETWORK.parse(of_json(whole), read, None)


def test_only_the_tokens_account_is_read_and_nothing_by_words() -> None:
    two = [Account("رشفان", "rashfan"), Account("بن", "bun")]
    assert NETWORK.reads([], ["رشفان"], two) == []
    reads = Pinterest(account="bun").reads([], [], two)
    assert [(r.kind, r.target) for r in reads] == [("own_posts", "bun"), ("figures", "bun")]
    assert NETWORK.about.listens is False


def test_tokens_are_renewed_at_pinterest_and_probes_name_the_scopes() -> None:
    oauth = NETWORK.about.oauth
    assert oauth is not None
    assert oauth.url(NETWORK.api_url) == "https://api.pinterest.com/v5/oauth/token"
    assert isinstance(NETWORK, Probes)
    found = NETWORK.probes([Account("رشفان", "rashfan")], credential=TOKEN)
    assert [p.kind for p in found] == ["own_posts", "figures"]
    assert found[0].request.url.params["page_size"] == "1"
    assert "pins:read" in found[0].arabic
