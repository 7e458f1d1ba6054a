"""Which mentions tell the same story, and which only look like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.deciding.facts import Facts
from alerts.desk.stories import alike, story_of

WHEN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SAID = "قهوة النخلة متى تردون على الطلب رقم 55"
LONG = (
    "أنا زبون عند قهوة النخلة من عشر سنين وللأسف من يوم تغيرت الإدارة والخدمة من سيء إلى أسوأ، "
    "الطلب يتأخر ساعة كاملة والموظف يقول ما عندنا أحد يرد عليكم والقهوة توصل باردة كل مرة"
)


def post(text: str, by: str = "a", **more: object) -> Facts:
    given = Facts(
        mention_id=1, brand_id=1, brand="زين", brand_role="own", revision=1, network="x",
        native_id=by, kind="post", created_at=WHEN, author_id=by, author_handle=by, text=text,
    )  # fmt: skip
    return replace(given, **more)  # type: ignore[arg-type]


def same(one: Facts, other: Facts) -> bool:
    mine, yours = story_of(one), story_of(other)
    sure = bool(set(mine.sure) & set(yours.sure))
    return sure or (bool(set(mine.keys) & set(yours.keys)) and alike(mine, yours))


@pytest.mark.parametrize(
    "other",
    [
        SAID,
        f"RT @a: {SAID} https://t.co/a1",
        f"👏👏 RT @a {SAID}",
        f"{SAID} #قهوة_النخلة #الرياض",
        f"@brand {SAID}؟؟؟ 😡",
        "قهوه النخله متى تردووون على الطلب رقم ٥٥",
    ],
)
def test_the_same_words_by_another_hand_are_one_story(other: str) -> None:
    assert same(post(SAID), post(other, "b"))


@pytest.mark.parametrize(
    "other",
    [
        "قهوة النخلة متى تردون على الطلب رقم 56",
        "قهوة الرياض متى تردون على الطلب رقم 55",
        f"هذا الكلام غير صحيح أبدا RT @a: {SAID}",
        f"{SAID} وأنا مثلكم طلبي ما وصل من أسبوع والله تعبنا",
    ],
)
def test_other_words_are_another_story(other: str) -> None:
    assert not same(post(SAID), post(other, "b"))


@pytest.mark.parametrize(
    "text", ["شكرا", "+1", "👍", "متى تردون؟", "#قاطعوا_قهوة_النخلة", "", "@brand"]
)
def test_what_is_short_is_everybodys(text: str) -> None:
    assert not same(post(text), post(text, "b"))
    assert not same(post(text, kind="reply", parent_id="p"), post(text, "b", kind="reply",
                    parent_id="p"))  # fmt: skip


def test_an_answer_is_longer_before_it_is_a_copy() -> None:
    assert not same(post(SAID, kind="reply"), post(SAID, "b", kind="reply"))
    assert same(post(LONG, kind="reply"), post(LONG, "b", kind="reply"))


def test_a_long_text_may_differ_in_a_word_and_in_no_number() -> None:
    assert same(post(LONG), post(f"منقول: {LONG}", "b"))
    assert same(post(LONG), post(LONG.replace("باردة كل مرة", "باردة"), "b"))
    assert not same(post(f"{LONG} طلب 55"), post(f"{LONG} طلب 56", "b"))
    assert not same(post(LONG), post(LONG.replace("القهوة", "الكيكة").replace("ساعة", "شهرا"), "b"))


def test_a_repost_is_short_too_and_what_the_network_cut_is_whole() -> None:
    assert same(post("الخدمة سيئة"), post("RT @a: الخدمة سيئة", "b"))
    assert same(post("RT @c: الخدمة سيئة"), post("RT @C: الخدمة سيئة", "b"))
    assert not same(post("RT @c: الخدمة سيئة"), post("RT @d: الخدمة سيئة", "b"))
    assert same(post(LONG), post(f"RT @a: {LONG[:100]}…", "b"))
    assert not same(post(LONG), post(f"{LONG[:100]}...", "b"))


def test_a_boost_and_a_quotation_without_words_tell_what_they_pass_on() -> None:
    told = post("الخدمة سيئة")
    assert same(told, post("الخدمة سيئة", "b", kind="repost", parent_id="a"))
    assert same(told, post("👀 https://x.example/a/1", "b", kind="quote", parent_id="a"))
    assert not same(told, post("كذب", "b", kind="quote", parent_id="a"))
    assert not same(told, post("الخدمة سيئة", "b", kind="reply", parent_id="a"))


def article(text: str, url: str, **more: object) -> Facts:
    return post(text, url, kind="article", author_id=None, author_handle=None, url=url, **more)


def test_an_article_is_one_by_its_address_and_by_its_title() -> None:
    title = "قهوة النخلة تغلق نصف فروعها"
    one = article(f"{title}\nالنص الكامل", "https://www.a.example/1?utm_source=x")
    assert same(one, article("قهوة النخلة\nملخص", "http://a.example/1/amp"))
    assert same(one, article(f"{title} - جريدة الغد\nملخص", "https://b.example/9"))
    assert not same(one, article("قهوة النخلة\nملخص", "https://a.example/2"))
    assert not same(article("زين\nأ", "https://a.example/"), article("زين\nب", "http://a.example"))


def test_what_was_handed_in_of_one_page_is_one_by_its_words() -> None:
    page = "https://a.example/reviews"
    assert same(post("أ ب ج د ه و", url=page), post("أ ب ج د ه و\nز", "b", url=page))
    assert not same(post("الخدمة سيئة جدا", url=page), post("القهوة باردة", "b", url=page))


def test_the_same_words_with_another_rating_are_another_review() -> None:
    one = post(LONG, kind="review", rating=1.0)
    other = replace(one, native_id="2", author_handle="b")
    assert same(one, other)
    assert not set(story_of(one).sure) & set(story_of(replace(other, rating=5.0)).sure)
