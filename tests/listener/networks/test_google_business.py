"""Google Business Profile: whose reviews are read, what a review says, and what its figures are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import pytest

from listener.demo.sites.google_business import review
from listener.networks.base import BadPage, Read, Refused
from listener.records import Account, Author, Credential, Figure, Mention, Query
from tests.listener.networks.pages.google_business import (
    FIGURES,
    GOOGLE_BUSINESS,
    OWN,
    PERFORMANCE,
    PLACE,
    REVIEWS,
    THROUGH,
    TODAY,
)
from tests.listener.networks.recorded import answer, body, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def test_a_review_and_our_answer_field_by_field() -> None:
    first = GOOGLE_BUSINESS.parse(answer("google_business/reviews_first.json"), REVIEWS, None)
    assert first.mentions[0] == Mention(
        "google_business", "AbFvOqk1", "انتظرت نصف ساعة والقهوة باردة",
        datetime(2026, 11, 22, 18, 4, 11, 231873, tzinfo=UTC),
        author=Author("google_business", name="نورة الدوسري"), kind="review", rating=1.0,
        ref=f"{PLACE}/reviews/AbFvOqk1",
    )  # fmt: skip
    assert (first.older, first.newest) == ("CAoQAB1", "2026-11-22T18:04:11.231Z")
    last = GOOGLE_BUSINESS.parse(answer("google_business/reviews_last.json"), REVIEWS, "x")
    assert last.own_posts == (
        Mention(
            "google_business", "AbFvOqk4/reply", "شكرًا لك، يسعدنا رأيك",
            datetime(2026, 11, 2, 14, 0, tzinfo=UTC), author=Author("google_business", PLACE),
            kind="reply", parent_id="AbFvOqk4", thread_id="AbFvOqk4",
        ),
    )  # fmt: skip
    assert last.newest == "2026-11-03T08:00:00.000Z"  # by its last change


def test_what_was_written_is_read_and_not_its_translation() -> None:
    first = GOOGLE_BUSINESS.parse(answer("google_business/reviews_first.json"), REVIEWS, None)
    last = GOOGLE_BUSINESS.parse(answer("google_business/reviews_last.json"), REVIEWS, None)
    assert first.mentions[1].text == "أفضل قهوة في الحي"
    assert last.mentions[0].text == "المكان هادي والخدمة سريعة"


def test_stars_without_words_are_told_as_stars_and_nobody_has_no_name() -> None:
    page = GOOGLE_BUSINESS.parse(answer("google_business/reviews_first.json"), REVIEWS, None)
    silent = page.mentions[2]
    assert (silent.text, silent.rating, silent.author) == ("★★★☆☆", 3.0, None)
    assert page.mentions[1].media == ("photo",)


def test_the_walk_through_all_tells_what_is_there_and_has_no_mark() -> None:
    page = GOOGLE_BUSINESS.parse(answer("google_business/reviews_last.json"), THROUGH, None)
    assert page.there == ("AbFvOqk4", "AbFvOqk5", "AbFvOqk6")
    assert page.newest == "whole"
    raw = body("google_business/reviews_last.json")
    del raw["reviews"][1]["reviewId"]
    assert GOOGLE_BUSINESS.parse(of_json(raw), THROUGH, None).there is None  # one is not known
    assert GOOGLE_BUSINESS.parse(answer("google_business/reviews_last.json"), REVIEWS, None).there \
        is None  # fmt: skip


def test_an_account_is_a_place_and_the_sections_places_are_the_only_brands() -> None:
    brands = [Query("رشفان", "رشفان"), Query("رشفان", "#رشفان")]
    found = GOOGLE_BUSINESS.reads(brands, [])
    assert [(read.kind, read.target, read.brand, read.given) for read in found] == [
        ("mentions", PLACE, "رشفان", True),
        ("own_posts", PLACE, "رشفان", True),
        ("figures", PLACE, "رشفان", True),
        ("figures", f"{PLACE}/performance", "رشفان", True),
    ]
    two = [*brands, Query("نخلة", "نخلة")]
    assert [(r.kind, r.query) for r in GOOGLE_BUSINESS.reads(two, [])] == [
        ("mentions", None), ("own_posts", None),
    ]  # fmt: skip
    theirs = [Account("نخلة", PLACE), Account("سدرة", "accounts/1/locations/9", "competitor")]
    assert {read.brand for read in GOOGLE_BUSINESS.reads(two, [], theirs)} == {"نخلة"}
    assert {read.target for read in GOOGLE_BUSINESS.reads(two, [], theirs)} == {
        PLACE, f"{PLACE}/performance",
    }  # fmt: skip


def test_figures_are_the_places_and_days_without_a_value_are_none() -> None:
    page = GOOGLE_BUSINESS.parse(answer("google_business/figures.json"), FIGURES, None)
    assert page.figures == (
        Figure("رشفان", "google_business", PLACE, "rating", 4.2, NOW, "lifetime"),
        Figure("رشفان", "google_business", PLACE, "reviews", 128, NOW, "lifetime"),
    )
    page = GOOGLE_BUSINESS.parse(answer("google_business/performance.json"), PERFORMANCE, TODAY)
    assert [(f.measure, f.as_of.day, f.value, f.period, f.account) for f in page.figures] == [
        ("impressions", 17, 150, "day", PLACE),
        ("impressions", 18, 98, "day", PLACE),
        ("calls", 17, 4, "day", PLACE),
    ]


def test_the_first_page_of_performance_tells_the_day_and_the_second_asks_for_those_before() -> None:
    token = Credential("google_business", {"token": "t"})
    first = GOOGLE_BUSINESS.request(PERFORMANCE, credential=token, since=None, page=None)
    assert first.url.host == "businessprofileperformance.googleapis.com"
    assert "authorization" not in first.headers  # it is public
    page = GOOGLE_BUSINESS.parse(answer("google_business/discovery.json"), PERFORMANCE, None)
    assert page.older == TODAY == str(date(2026, 11, 22).toordinal())
    second = GOOGLE_BUSINESS.request(PERFORMANCE, credential=token, since=None, page=page.older)
    assert second.url.path == "/v1/locations/4711:fetchMultiDailyMetricsTimeSeries"
    params = second.url.params
    assert [params[f"dailyRange.startDate.{p}"] for p in ("year", "month", "day")] == [
        "2026", "11", "12",
    ]  # fmt: skip
    assert params["dailyRange.endDate.day"] == "21"
    assert len(params.get_list("dailyMetrics")) == 7
    assert second.headers["authorization"] == "Bearer t"


def test_a_page_of_figures_that_is_refused_does_not_begin_the_walk_again() -> None:
    error = {"error": {"code": 404, "message": "Requested entity was not found."}}
    response = httpx.Response(404, json=error)
    response.request = GOOGLE_BUSINESS.request(PERFORMANCE, credential=None, since=None, page=TODAY)
    trouble = GOOGLE_BUSINESS.trouble(response, NOW)
    assert isinstance(trouble, Refused)
    assert trouble.kind == "not allowed"


def test_a_project_without_access_is_told_so_and_not_to_wait() -> None:
    trouble = GOOGLE_BUSINESS.trouble(answer("google_business/not_approved_429.json"), NOW)
    assert isinstance(trouble, Refused)
    assert "access" in trouble.why


@pytest.mark.parametrize("value", [[], {"error": {"code": 500}}, {"reviews": {}}, "x"])
def test_a_200_that_is_no_list_of_reviews_is_no_page(value: object) -> None:
    with pytest.raises(BadPage):
        GOOGLE_BUSINESS.parse(of_json(value), REVIEWS, None)


def test_a_place_is_tried_with_one_review() -> None:
    accounts = [Account("x", "accounts/1/locations/2")]
    probes = GOOGLE_BUSINESS.probes(accounts, credential=Credential("g", {"token": "t"}))
    assert [p.request.url.path for p in probes] == [
        "/v4/accounts/1/locations/2/reviews", f"/v4/{PLACE}/reviews",
    ]  # fmt: skip
    assert all(p.request.url.params["pageSize"] == "1" for p in probes)


def test_the_simulated_place_writes_the_fields_of_the_documents() -> None:
    from listener.demo.world import make_world
    from tests.timeline.at_sites import END

    post = next(p for p in make_world(END, sites=["google_business"]).posts if p.rating)
    told = set(review(post, END))
    known = {key for raw in body("google_business/reviews_last.json")["reviews"] for key in raw}
    assert told <= known
    read = Read("mentions", PLACE, OWN)
    page = GOOGLE_BUSINESS.parse(of_json({"reviews": [review(post, END)]}), read, None)
    assert page.mentions[0].rating == post.rating
