"""Single rules of the walk; all of them together are in test_cursor_rule.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listener.collecting.walk import (
    LoopGuard,
    Rules,
    Seen,
    Walk,
    begin,
    from_top,
    later,
    seen,
    step,
)
from listener.networks.base import Page, Read
from listener.records import Figure, Mention

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RULES = Rules(overlap=timedelta(minutes=5), pages_a_walk=4)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("10", "9"),
        ("100000000000000000000001", "99999999999999999999999"),
        ("2026-11-22T09:00:00.5Z", "2026-11-22T09:00:00Z"),
        ("2026-11-22T09:00:00Z", "2026-11-22T11:59:59+03:00"),
    ],
)
def test_marks_are_compared_by_what_they_mean(newer: str, older: str) -> None:
    assert later(newer, older)
    assert not later(older, newer)
    assert not later(newer, newer)


@pytest.mark.parametrize("opaque", ['W/"abc"\n', "t3_zz", "", None, "9" * 9999 + "x", "9999-99"])
def test_opaque_marks_are_never_later(opaque: str | None) -> None:
    assert not later(opaque, "1")
    assert not later("1", opaque)


def test_a_page_is_seen_by_its_own_newest_else_by_its_latest_mark() -> None:
    mentions = tuple(Mention("x", str(n), "t", NOW) for n in (3, 11, 2))
    assert seen(Page(mentions), ["3", "11", "2"]).newest == "11"
    assert seen(Page(mentions, newest="etag"), ["3", "11", "2"]).newest == "etag"
    assert seen(Page(mentions), []).newest is None


def test_since_moves_an_overlap_after_the_walk_that_found_it() -> None:
    walk, page = Walk(), Seen("7", NOW, None, ("7",))
    walk = step(begin(walk, NOW), page, RULES).walk
    assert (walk.since, walk.ahead) == (None, "7")
    walk = step(begin(walk, NOW + timedelta(minutes=4)), page, RULES).walk
    assert walk.since is None
    walk = step(begin(walk, NOW + timedelta(minutes=5)), replace(page, newest="9"), RULES).walk
    assert (walk.since, walk.ahead) == ("7", "9")


def test_a_first_walk_goes_back_as_far_as_told() -> None:
    walk = begin(Walk(), NOW)
    fresh = step(walk, Seen("9", NOW - timedelta(hours=47), "p2", ("9",)), RULES)
    assert fresh.ended is None
    assert step(fresh.walk, Seen("8", NOW - timedelta(hours=49), "p3"), RULES).ended == "far enough"


def test_a_walk_without_end_is_ended_and_leaves_a_gap() -> None:
    walk = replace(begin(Walk(since="1", ahead="1", ahead_at=NOW), NOW), pages=3)
    done = step(walk, Seen("50", NOW, "more", ("50",)), RULES)
    assert done.ended == "too many pages"
    assert done.skipped_some


def test_an_unordered_network_reads_its_window_again_each_time() -> None:
    walk = begin(Walk(), NOW)
    first = step(walk, Seen(None, NOW, "a", ("5",)), RULES)
    last = step(first.walk, Seen(None, NOW, None, ("2",)), RULES)
    assert last.ended == "no older page"
    assert from_top(last.walk) == Walk()


def test_a_clock_set_back_does_not_hold_the_mark_for_ever() -> None:
    walk = Walk(since="1", ahead="5", ahead_at=NOW + timedelta(days=300))
    page = Seen("6", NOW, None, ("6",))
    walk = step(begin(walk, NOW), page, RULES).walk
    assert (walk.since, walk.ahead, walk.ahead_at) == ("1", "5", NOW)
    walk = step(begin(walk, NOW + timedelta(minutes=6)), page, RULES).walk
    assert walk.since == "5"


def test_a_walk_that_was_not_begun_is_a_bug() -> None:
    with pytest.raises(ValueError, match="not begun"):
        step(Walk(), Seen(), RULES)


def test_the_guard_tells_circles_from_a_token_that_is_always_the_same() -> None:
    guard = LoopGuard()
    assert not guard.circles(None, Seen(older="A", ids=("1",)))
    assert not guard.circles("A", Seen(older="A", ids=("2",)))
    assert not guard.circles("A", Seen(older="A", ids=("3",)))
    assert guard.circles("A", Seen(older="A", ids=("3",)))


def test_the_guard_finds_longer_circles_and_endless_empty_pages() -> None:
    guard = LoopGuard()
    assert not guard.circles(None, Seen(older="A", ids=("1",)))
    assert not guard.circles("A", Seen(older="B", ids=("2",)))
    assert not guard.circles("B", Seen(older="A", ids=("3",)))
    assert guard.circles("A", Seen(older="B", ids=("2",)))
    empty = LoopGuard()
    assert [empty.circles(str(n), Seen(older=str(n + 1))) for n in range(8)].index(True) == 7


def figures(account: str, value: float, at: datetime = NOW) -> Page:
    return Page(figures=(Figure("b", "plain", account, "followers", value, at),), older="A")


@pytest.mark.parametrize(
    "page",
    [
        lambda n: figures(f"account {n}", 1),
        lambda n: Page(gone=(str(n),), older="A"),
        lambda n: Page(more=(Read("replies", str(n)),), older="A"),
        lambda n: Page(own_posts=(Mention("plain", str(n), "x", NOW),), older="A"),
    ],
    ids=["figures", "deletions", "reads to follow", "own posts"],
)
def test_a_page_with_anything_new_on_it_is_progress(page: Callable[[int], Page]) -> None:
    guard = LoopGuard()
    assert not any(guard.circles("A" if n else None, seen(page(n), [])) for n in range(20))
    again = LoopGuard()
    assert [again.circles(str(n), seen(page(1), [])) for n in range(20)].index(True) == 8


def test_figures_dated_anew_are_no_progress() -> None:
    guard, later_on = LoopGuard(), timedelta(seconds=1)
    pages = [figures("a", n, NOW + n * later_on) for n in range(20)]
    assert any(guard.circles("A", seen(page, [])) for page in pages)


def test_the_last_page_is_no_circle() -> None:
    guard = LoopGuard()
    guard.circles("A", Seen(older="B", ids=("1",)))
    assert not guard.circles("A", Seen(older=None, ids=("1",)))
