"""The cursor rule against a model upstream: whatever happens on the way, nothing is lost.

The same model finds the loss in the two rules that suggest themselves first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from listener.collecting.walk import Rules, Seen, Step, Walk, begin, from_top, later, step

START = datetime(2026, 11, 22, tzinfo=UTC)
OVERLAP = timedelta(minutes=5)
SIZE = 3  # items a page
Rule = Callable[[Walk, Seen, Rules], Step]


@dataclass
class Item:
    mark: int
    at: datetime
    visible: datetime  # an index lags
    gone: bool = False


@dataclass
class World:
    """An upstream, our database (``walk`` and ``stored`` are written together), and a clock."""

    rule: Rule
    cap: int
    filters: bool  # whether the upstream honours ``since`` or just lists everything
    now: datetime = START
    items: list[Item] = field(default_factory=list)
    stored: set[int] = field(default_factory=set)
    walk: Walk = field(default_factory=Walk)
    epoch: int = 0  # page tokens of an earlier epoch are refused
    epoch_of_page: int = 0
    requests: int = 0

    def arrive(self, late: int) -> None:
        self.now += timedelta(seconds=1)
        visible = self.now + timedelta(seconds=late)
        self.items.append(Item(len(self.items) + 1, self.now, visible))

    def upstream(self, since: str | None, page: str | None) -> Seen:
        self.requests += 1
        found = [i for i in self.items if not i.gone and i.visible <= self.now]
        if self.filters and since is not None:
            found = [i for i in found if i.mark > int(since)]
        if page is not None:
            found = [i for i in found if i.mark < int(page)]
        found.sort(key=lambda i: -i.mark)
        shown, more = found[:SIZE], len(found) > SIZE
        return Seen(
            newest=str(shown[0].mark) if shown else None,
            youngest=max((i.at for i in shown), default=None),
            older=str(shown[-1].mark) if more else None,
            ids=tuple(str(i.mark) for i in shown),
        )

    def poll(self, arrivals: int = 0, crash: int | None = None, stored_first: bool = False) -> bool:
        """One poll; ``crash`` at that page, after or before the commit. True when a walk ended."""
        rules = Rules(overlap=OVERLAP, pages_a_poll=self.cap, first=timedelta(days=9))
        walk = begin(self.walk, self.now)
        for n in range(self.cap):
            if walk.page is not None and self.epoch_of_page != self.epoch:
                walk = begin(from_top(walk), self.now)
            page = self.upstream(walk.since, walk.page)
            done = self.rule(walk, page, rules)
            if crash == n and not stored_first:
                return False
            self.stored |= {int(i) for i in page.ids}
            self.walk, self.epoch_of_page = done.walk, self.epoch
            if crash == n:
                return False
            walk = done.walk
            if done.ended:
                return True
            if arrivals:
                self.arrive(0)
        return False

    def settle(self) -> None:
        """Quiet days: walks end, at least twice and further apart than the overlap."""
        self.requests = 0
        for _ in range(3):
            self.now += 2 * OVERLAP
            for _ in range(len(self.items) + 2):
                if self.poll():
                    break

    def lost(self) -> set[int]:
        return {i.mark for i in self.items if not i.gone} - self.stored


late = st.integers(0, int(OVERLAP.total_seconds()) - 1)
happening = st.one_of(
    st.tuples(st.just("arrive"), st.lists(late, min_size=1, max_size=8)),
    st.tuples(st.just("poll"), st.integers(0, 2)),
    st.tuples(st.just("crash"), st.tuples(st.integers(0, 3), st.booleans())),
    st.tuples(st.just("delete"), st.integers(0, 40)),
    st.tuples(st.just("refuse pages"), st.none()),
    st.tuples(st.just("pass"), st.integers(1, 900)),
)
stories = st.tuples(st.lists(happening, max_size=40), st.integers(1, 4), st.booleans())


def play(story: tuple[list[tuple[str, object]], int, bool], rule: Rule) -> World:
    happenings, cap, filters = story
    world = World(rule, cap, filters)
    for what, how in happenings:
        match what, how:
            case "arrive", list(lates):
                for seconds in lates:
                    world.arrive(seconds)
            case "poll", int(arrivals):
                world.poll(arrivals)
            case "crash", (int(page), bool(stored_first)):
                world.poll(0, page, stored_first)
            case "delete", int(index) if index < len(world.items):
                world.items[index].gone = True
            case "refuse pages", _:
                world.epoch += 1
            case "pass", int(seconds):
                world.now += timedelta(seconds=seconds)
    world.settle()
    return world


@settings(max_examples=400, deadline=None)
@given(stories)
def test_nothing_that_is_still_upstream_is_lost(story: tuple[list, int, bool]) -> None:
    world = play(story, step)
    assert not world.lost()


@settings(max_examples=200, deadline=None)
@given(stories)
def test_what_is_known_is_not_read_over_and_over(story: tuple[list, int, bool]) -> None:
    world = play(story, step)
    for _ in range(3):  # old news only: a poll is the page that shows it, and one to be sure
        world.now += 3 * OVERLAP
        world.requests = 0
        assert world.poll() or world.cap == 1
        assert world.requests <= 2


def each_page(walk: Walk, page: Seen, rules: Rules) -> Step:
    """Naive: the newest mark seen is kept after every page, and the next poll starts there."""
    newest = page.newest if later(page.newest, walk.since) or not walk.since else walk.since
    moved = replace(walk, since=newest, page=page.older)
    if page.older is None:
        return Step(from_top(moved), "no older page")
    return Step(moved)


def capped_is_done(walk: Walk, page: Seen, rules: Rules) -> Step:
    """Naive: a walk that used up its pages counts as done."""
    reading = replace(
        walk, reaching=walk.reaching or page.newest, page=page.older, pages=walk.pages + 1
    )
    if page.older is None or reading.pages >= rules.pages_a_poll:
        return Step(replace(from_top(walk), since=reaching(reading)), "no older page")
    return Step(reading)


def reaching(walk: Walk) -> str | None:
    return walk.reaching or walk.since


def without_overlap(walk: Walk, page: Seen, rules: Rules) -> Step:
    """Naive: late posts do not exist."""
    done = step(walk, page, replace(rules, overlap=timedelta(0)))
    return Step(replace(done.walk, since=done.walk.ahead), done.ended) if done.ended else done


@pytest.mark.parametrize("naive", [each_page, capped_is_done, without_overlap])
def test_the_model_finds_the_loss_in_a_naive_rule(naive: Rule) -> None:
    quick = settings(max_examples=3000, deadline=None, database=None, derandomize=True)
    find(stories, lambda story: bool(play(story, naive).lost()), settings=quick)


def test_the_model_finds_no_loss_in_ours_with_the_same_means() -> None:
    quick = settings(max_examples=1000, deadline=None, database=None, derandomize=True)
    with pytest.raises(NoSuchExample):
        find(stories, lambda story: bool(play(story, step).lost()), settings=quick)
