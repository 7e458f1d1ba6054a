"""Google Play: a review's words and our answer, and what may be taken in an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listener.networks.base import BadPage
from listener.records import Account, Author, Credential, Engagement, Mention
from tests.listener.networks.pages.googleplay import GOOGLEPLAY, PACKAGE, REVIEWS, WEEK
from tests.listener.networks.recorded import answer, body, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
URL = f"https://play.google.com/store/apps/details?id={PACKAGE}&reviewId=gp%3AAOqpTOF"


def test_two_reviews_and_our_answer_field_by_field() -> None:
    first = GOOGLEPLAY.parse(answer("googleplay/reviews_first.json"), REVIEWS, None)
    assert first.mentions[0] == Mention(
        "googleplay", "gp:AOqpTOF1", "التطبيق بيقفل لوحده بعد التحديث",
        datetime(2026, 11, 22, 18, 0, tzinfo=UTC), f"{URL}1",
        Author("googleplay", name="منة المرسي"), "review", "ar", rating=1.0,
        engagement=Engagement(likes=10, as_of=NOW),
    )  # fmt: skip
    assert (first.older, first.newest) == ("CgwI==", "2026-11-22T18:00:00.000Z")
    last = GOOGLEPLAY.parse(answer("googleplay/reviews_last.json"), REVIEWS, "CgwI==")
    assert last.mentions[0].author is None
    assert last.own_posts[0] == Mention(
        "googleplay", "gp:AOqpTOF4/reply", "من صفحة الحساب ثم العناوين",
        datetime(2026, 11, 21, 19, 46, 40, tzinfo=UTC), f"{URL}4", Author("googleplay", PACKAGE),
        "reply", parent_id="gp:AOqpTOF4", thread_id="gp:AOqpTOF4",
    )  # fmt: skip


def test_a_title_stands_before_a_tab_and_the_original_is_read() -> None:
    page = GOOGLEPLAY.parse(answer("googleplay/reviews_first.json"), REVIEWS, None)
    assert [m.text for m in page.mentions[1:]] == [
        "Great\nOrders arrive hot", "بطيء\nالتطبيق بطيء",
    ]  # fmt: skip


def test_seconds_are_text_or_a_number() -> None:
    raw = body("googleplay/reviews_first.json")
    told = raw["reviews"][0]["comments"][0]["userComment"]["lastModified"]
    for seconds in ("1795370400", 1795370400):
        told["seconds"] = seconds
        page = GOOGLEPLAY.parse(of_json(raw), REVIEWS, None)
        assert page.mentions[0].created_at == datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    for seconds in ("١٧٩٥", "-1", None, "9" * 40):
        told["seconds"] = seconds
        page = GOOGLEPLAY.parse(of_json(raw), REVIEWS, None)
        assert page.mentions[0].created_at is None  # not understood is unknown


def test_the_walk_through_the_week_has_no_mark() -> None:
    page = GOOGLEPLAY.parse(answer("googleplay/reviews_first.json"), WEEK, None)
    assert (page.newest, len(page.mentions)) == ("whole", 3)


def test_what_is_no_list_of_reviews_is_no_page() -> None:
    for value in ([], {"error": {}}, {"reviews": 7}):
        with pytest.raises(BadPage):
            GOOGLEPLAY.parse(of_json(value), REVIEWS, None)


def test_every_page_takes_one_of_two_hundred_an_hour() -> None:
    (allowance,) = GOOGLEPLAY.about.allowances.values()
    assert (allowance.most, allowance.per) == (200, timedelta(hours=1))
    (cost,) = GOOGLEPLAY.cost(REVIEWS, None)
    assert (cost.of, cost.amount) == ("requests", 1.0)
    assert GOOGLEPLAY.spent(answer("googleplay/reviews_first.json"), REVIEWS, None) == [cost]


def test_an_app_is_tried_with_one_review() -> None:
    accounts = [Account("x", "com.x")]
    probes = GOOGLEPLAY.probes(accounts, credential=Credential("googleplay", {"token": "t"}))
    assert [p.request.url.path.split("/")[-2] for p in probes] == ["com.x", PACKAGE]
    assert {p.request.url.params["maxResults"] for p in probes} == {"1"}
