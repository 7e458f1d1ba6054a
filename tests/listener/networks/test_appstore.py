"""The App Store: whose apps in which stores, and a feed that is careless."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.networks.appstore import AppStore
from listener.networks.base import BadPage, Wait
from listener.records import Account, Author, Engagement, Figure, Mention, Query
from tests.listener.networks.contract import by_proxy
from tests.listener.networks.pages.appstore import APP, APPSTORE, FIGURES, REVIEWS, THROUGH
from tests.listener.networks.recorded import answer, body, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
URL = "https://apps.apple.com/sa/app/id1404176564?see-all=reviews"


def test_two_reviews_field_by_field() -> None:
    page = APPSTORE.parse(answer("appstore/reviews_first.json"), REVIEWS, None)
    assert page.mentions == (
        Mention(
            "appstore", "12090024630",
            "لا يفتح\nبعد التحديث الأخير لا يفتح التطبيق\nأرجو الحل",
            datetime(2026, 11, 22, 16, 12, 31, tzinfo=UTC), URL,
            Author("appstore", "638572168", name="سلمى العلمي"), "review", rating=1.0,
            engagement=Engagement(likes=7, as_of=NOW),
        ),
        Mention(
            "appstore", "12085559638", "Lovely\nFast delivery every time",
            datetime(2026, 11, 22, 6, 59, 59, tzinfo=UTC), URL,
            Author("appstore", "383116962", name="Lena Fox"), "review", rating=5.0,
            engagement=Engagement(likes=0, as_of=NOW),
        ),
    )  # fmt: skip
    assert (page.older, page.newest) == ("2", "2026-11-22T16:12:31.000Z")
    assert APPSTORE.parse(answer("appstore/reviews_first.json"), THROUGH, None).newest == "whole"


def test_the_app_itself_is_no_review_and_one_entry_is_a_list_of_one() -> None:
    page = APPSTORE.parse(answer("appstore/reviews_with_app.json"), REVIEWS, "3")
    assert ([m.id for m in page.mentions], page.skipped) == (["12080000001"], 0)
    single = APPSTORE.parse(answer("appstore/reviews_single.json"), REVIEWS, None)
    assert [(m.id, m.created_at) for m in single.mentions] == [("12080000002", None)]


def test_pages_are_turned_as_far_as_the_feed_says_and_ten_at_most() -> None:
    first = body("appstore/reviews_first.json")

    def older(page: str, last: int | None, *, empty: bool = False) -> str | None:
        href = f"https://itunes.apple.com/sa/rss/customerreviews/page={last}/id=1/xml"
        link = [{"attributes": {"rel": "last", "href": href}}] if last else []
        raw = {"feed": first["feed"] | {"link": link}}
        if empty:
            del raw["feed"]["entry"]
        return APPSTORE.parse(of_json(raw), REVIEWS, page).older

    assert older("2", 10, empty=True) == "3"  # comes back later
    assert older("3", 3) is None
    assert older("4", None) == "5"
    assert older("4", None, empty=True) is None
    assert older("10", 40) is None


def test_apps_are_read_in_every_store_and_competitors_too() -> None:
    network = AppStore(apps=("1",), countries=("SA", "ae", "sa"))
    accounts = [Account("سدرة", "2", "competitor"), Account("رشفان", "3", id="33")]
    found = network.reads([Query("رشفان", "x")], [], accounts)
    mentions = [(r.target, r.brand) for r in found if r.kind == "mentions"]
    assert mentions == [
        ("sa/2", "سدرة"), ("ae/2", "سدرة"), ("sa/33", "رشفان"), ("ae/33", "رشفان"),
        ("sa/1", "رشفان"), ("ae/1", "رشفان"),
    ]  # fmt: skip
    assert {r.kind for r in found} == {"mentions", "refresh", "figures"}
    assert AppStore().reads([Query("رشفان", "x")], []) == []  # nothing for `rasid try` to ask


def test_requests_name_country_page_and_app() -> None:
    request = APPSTORE.request(REVIEWS, credential=None, since="x", page="4")
    path = "/sa/rss/customerreviews/page=4/id=1404176564/sortby=mostrecent/json"
    assert request.url.path == path
    lookup = APPSTORE.request(FIGURES, credential=None, since=None, page=None)
    assert dict(lookup.url.params) == {"id": "1404176564", "country": "sa"}


def test_figures_are_of_one_store_and_an_app_that_is_not_there_has_none() -> None:
    page = APPSTORE.parse(answer("appstore/lookup.json"), FIGURES, None)
    assert page.figures == (
        Figure("رشفان", "appstore", APP, "rating", 4.3172, NOW, "lifetime"),
        Figure("رشفان", "appstore", APP, "reviews", 2310, NOW, "lifetime"),
    )
    unrated = {"results": [{"averageUserRating": 0, "userRatingCount": 0}]}
    told = APPSTORE.parse(of_json(unrated), FIGURES, None).figures
    assert [(f.measure, f.value) for f in told] == [("reviews", 0)]  # 0 stars are no rating
    with pytest.raises(BadPage):
        APPSTORE.parse(of_json({"resultCount": 1}), FIGURES, None)


def test_a_403_is_a_limit() -> None:
    assert isinstance(APPSTORE.trouble(by_proxy(403, None).response(), NOW), Wait)


def test_an_app_is_tried_by_its_lookup_in_every_store() -> None:
    probes = APPSTORE.probes([], credential=None)
    assert [(p.kind, p.request.url.path) for p in probes] == [("figures", "/lookup")]
