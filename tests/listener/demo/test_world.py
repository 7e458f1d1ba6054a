"""The week: reproducible, large enough, and with everything the demo promises in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

from listener.demo import texts
from listener.demo.cast import PASSED_ON
from listener.demo.day_clock import DayClock
from listener.demo.posts import DAY
from listener.demo.world import BRAND, changes, make_world
from listener.networks.bluesky import Bluesky

END = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
WORLD = make_world(END)


def test_the_same_seed_writes_the_same_week() -> None:
    assert make_world(END) == WORLD
    assert make_world(END, seed=8).posts != WORLD.posts


def test_another_end_moves_the_week_and_changes_no_word() -> None:
    moved = make_world(END + timedelta(hours=5, minutes=3))
    assert [post.text for post in moved.posts] == [post.text for post in WORLD.posts]
    assert {b.at - a.at for a, b in zip(WORLD.posts, moved.posts, strict=True)} == {
        timedelta(hours=5, minutes=3)
    }


def test_it_is_a_full_week_with_a_day_worth_living() -> None:
    truth = WORLD.truth()
    assert len(truth) >= 400
    assert len({(row.network, row.id) for row in truth}) == len(truth)
    lived = [row for row in truth if row.lived]
    assert 40 <= sum(row.needs_answer and not row.deleted for row in lived) <= 70
    categories = Counter(row.category for row in lived)
    for category in ("complaint", "question", "request", "praise", "spam", "repost", "noise"):
        assert categories[category] > 0
    days = {int((WORLD.end - post.at) / DAY) for post in WORLD.posts}
    assert days == set(range(7))
    assert all(post.at < WORLD.end for post in WORLD.posts)


def test_it_breaks_a_crisis_on_the_seventh_day() -> None:
    hours = Counter(
        int((post.at - WORLD.lived_from) / timedelta(hours=3))
        for post in WORLD.posts
        if post.at > WORLD.lived_from and post.category == "complaint"
    )
    assert max(hours.values()) >= 10
    assert hours[0] <= 4


def test_everything_about_the_brand_names_it_and_noise_does_not() -> None:
    words = [keyword.casefold() for keyword in BRAND.keywords]
    for post in WORLD.posts:
        text = f"{post.title} {post.text}".casefold()
        assert any(word in text for word in words) == post.about, post.text
        if post.network == "mastodon" and post.about:
            assert {tag.casefold() for tag in post.hashtags} & {
                tag.casefold() for tag in BRAND.hashtags
            }
        assert "{" not in text


def test_texts_vary() -> None:
    about = [post.text for post in WORLD.posts if post.about]
    assert len(set(about)) > 0.8 * len(about)
    assert {post.dialect for post in WORLD.posts} >= {"glf", "egy", "lev", "mgr", "latn", "en"}
    assert all(texts.lines()[name] for name in ("complaint", "question", "praise", "crisis"))


def test_posts_change_and_go_and_an_author_leaves() -> None:
    kinds = Counter(kind for _, kind, _ in changes(WORLD))
    assert kinds["update"] >= 2
    assert kinds["delete"] >= 2
    assert kinds["left"] == 1
    assert kinds["create"] == sum(post.network == "bluesky" for post in WORLD.posts)
    times = [when for when, _, _ in changes(WORLD)]
    assert times == sorted(times)
    edited = next(post for post in WORLD.posts if post.edited)
    assert edited.text_at(edited.at) != edited.text_at(END)
    deleted = next(post for post in WORLD.posts if post.deleted)
    assert deleted.visible(deleted.at)
    assert not deleted.visible(END)


def test_everybody_writes_the_dialect_of_where_they_live() -> None:
    spoken = [post for post in WORLD.posts if post.network in ("mastodon", "bluesky")]
    assert all(post.author.writes(post.dialect) for post in spoken)
    assert {post.author.home for post in spoken} == {"glf", "egy", "lev", "mgr", "en"}
    assert all(not set(of) & set(other) for of, other in combinations(_marks().values(), 2))
    for post in spoken:
        if post.category != "spam":
            for dialect, marks in _marks().items():
                if post.dialect not in (dialect, "en", "latn"):
                    assert not set(marks) & set(post.text.split()), (post.dialect, post.text)


def _marks() -> dict[str, tuple[str, ...]]:
    """Words that one dialect has and the others have not, cities' quarters and money with them."""
    return {
        "glf": ("وش", "ريال", "العليا", "الملقا", "وللحين", "أبي", "تكفون"),
        "egy": ("مفيش", "محدش", "جنيه", "المعادي", "الزمالك", "النهارده", "بتاع", "دلوقتي"),
        "lev": ("شو", "دنانير", "الصويفية", "عبدون", "كتير", "تبع", "ولهلق"),
        "mgr": ("واش", "درهم", "أكدال", "المعاريف", "بزاف", "ديال", "دابا"),
    }


def test_the_cast_differs_and_the_crisis_is_passed_on_by_twelve_others() -> None:
    cast = WORLD.cast
    assert cast is not None
    assert len({(p.network, p.dialect, p.category) for p in cast.asks}) == len(cast.asks) == 6
    assert len({p.text for p in cast.asks}) == 6
    assert cast.corrected.edited
    assert cast.deleted.deleted
    assert set(cast.asks) <= set(WORLD.posts)
    others = [p for p in WORLD.posts if cast.crisis.text.split(" #")[0] in p.text]
    assert len({p.author for p in others}) == 1 + PASSED_ON
    assert all(p.at >= cast.crisis.at for p in others)


def test_the_clock_stands_at_its_stops_and_the_day_ends_so_much_later() -> None:
    now = 0.0
    clock = DayClock(WORLD, 40, stops=(0.5, 0.75), monotonic=lambda: now)
    clock.start()
    now = 19.0
    assert not clock.stands()
    now = 27.0
    assert clock.stands()
    assert clock() == WORLD.lived_from + DAY / 2
    clock.go_on()
    assert not clock.stands()
    assert clock() == WORLD.lived_from + DAY / 2
    clock.go_on()  # before it stands: the stop is passed
    now = 47.0
    assert clock() == WORLD.end


def test_people_write_again_under_their_own_complaint() -> None:
    replies = [post for post in WORLD.posts if post.reply_to]
    assert len(replies) == 7  # one is of the cast
    assert all(r.reply_to is not None and r.reply_to.author == r.author for r in replies)
    assert all(r.reply_to is not None and r.reply_to.at < r.at for r in replies)


def test_followers_spread_over_three_orders_of_magnitude() -> None:
    followers = sorted({post.author.followers for post in WORLD.posts if post.network != "rss"})
    assert followers[0] < 100
    assert followers[-1] > 30_000


def test_the_clock_stands_then_runs_then_keeps_time() -> None:
    now = 100.0
    clock = DayClock(WORLD, 45, monotonic=lambda: now)
    assert clock() == WORLD.lived_from
    now = 500.0
    clock.start()
    assert clock() == WORLD.lived_from
    now = 522.5
    assert clock() == WORLD.lived_from + DAY / 2
    clock.start()
    assert clock() == WORLD.lived_from + DAY / 2
    now = 545.0
    assert clock() == WORLD.end
    now = 555.0
    assert clock() == WORLD.end + timedelta(seconds=10)


def test_the_brand_is_what_networks_can_be_asked_for() -> None:
    assert Bluesky().reads([], BRAND.hashtags)


def test_every_line_of_every_dialect_names_the_brand() -> None:
    for category in ("complaint", "question", "request", "praise", "spam", "crisis"):
        for dialect, written in texts.lines()[category].items():
            for line in written:
                assert "رشفان" in line or "rashfan" in line.casefold(), (category, dialect, line)
