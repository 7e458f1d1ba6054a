"""How allowances are spread over reads, before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.collecting.spread import POLLS, Plan, plan
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Read
from listener.settings.budgets import Cap

UNITS = Allowance(most=10_000, per="day", unit="units", zone="America/Los_Angeles")
DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)


def searches(number: int, spelling: int = 0) -> list[Read]:
    return [Read("search", f"{spelling}-{n}", spelling=spelling) for n in range(number)]


def made(
    reads: Sequence[Read],
    cost: Callable[[Read], float],
    *,
    every: timedelta = HALF_HOUR,
    caps: Sequence[Cap] = (),
) -> Plan:
    return plan(
        reads,
        every=lambda read: every,
        cost=lambda read: [Cost("units", cost(read))],
        allowances={"units": UNITS},
        caps=caps,
    )


def a_day(told: Plan, cost: Callable[[Read], float], every: timedelta = HALF_HOUR) -> float:
    return sum(cost(r) * (DAY / told.every.get(r.key, every)) for r in told.reads)


def test_what_fits_is_polled_as_it_is() -> None:
    told = made(searches(1), lambda read: 100)
    assert (told.every, told.stretched, told.dropped) == ({}, (), ())
    assert round((told.rates["units"] or 0) * 86_400) == 4800


def test_what_does_not_fit_is_polled_less_often_all_alike_so_that_it_lasts_the_day() -> None:
    told = made(searches(8), lambda read: 100)  # 38,400 units a day
    (stretch,) = told.stretched
    assert (stretch.kind, stretch.reads, stretch.every) == ("search", 8, HALF_HOUR)
    assert len(set(told.every.values())) == 1
    assert 0.99 * POLLS * 10_000 < a_day(told, lambda read: 100) <= POLLS * 10_000


def test_what_costs_little_is_not_stretched_for_what_costs_much() -> None:
    cheap = [Read("own_posts", "channel")]

    def cost(read: Read) -> float:
        return 1 if read.kind == "own_posts" else 100

    told = made([*searches(8), *cheap], cost)
    assert cheap[0].key not in told.every
    assert a_day(told, cost) <= POLLS * 10_000


def test_other_spellings_go_before_any_read_is_stretched_the_least_likely_first() -> None:
    reads = [*searches(1), *searches(1, spelling=1), *searches(1, spelling=2)]
    told = made(reads, lambda read: 100)
    assert [read.spelling for read in told.dropped] == [2, 1]
    assert [read.spelling for read in told.reads] == [0]
    assert told.stretched == ()


def test_the_lower_of_the_networks_and_the_settings_holds() -> None:
    told = made(searches(1), lambda read: 100, caps=[Cap(1000, "units", "day")])
    assert a_day(told, lambda read: 100) <= POLLS * 1000


def test_what_is_paid_by_item_is_not_stretched_asking_seldom_saves_nothing() -> None:
    told = plan(
        searches(3),
        every=lambda read: timedelta(minutes=2),
        cost=lambda read: [Cost("usd", 1.5)],
        allowances={"usd": Allowance(most=None, per="month", unit="USD")},
        caps=[Cap(50, "USD", "month")],
    )
    assert (told.every, told.rates) == ({}, {"usd": None})


def test_of_different_things_those_that_brands_write_first_are_asked_the_others_never() -> None:
    tags = [
        Read("hashtag", "a"),
        Read("hashtag", "a_other", spelling=1),
        Read("hashtag", "b"),
        Read("hashtag", "c"),
    ]
    told = plan(
        tags,
        every=lambda read: HALF_HOUR,
        cost=lambda read: [Cost("tags", item=read.target)],
        allowances={
            "tags": Allowance(most=2, per=timedelta(days=7), unit="hashtags", distinct=True)
        },
    )
    assert [read.target for read in told.reads] == ["a", "b"]
    assert told.unasked == {"tags": ("c", "a_other")}


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 3, 50, 100]), st.integers(0, 3), st.integers(1, 5000)),
        max_size=12,
    ),
    st.integers(1, 20_000),
)
def test_polls_never_plan_more_than_their_share_and_each_term_is_still_read(
    drawn: list[tuple[int, int, int]], most: int
) -> None:
    reads = [
        Read("search", str(n), spelling=spelling) for n, (_c, spelling, _e) in enumerate(drawn)
    ]
    costs = {read.key: cost for read, (cost, _s, _e) in zip(reads, drawn, strict=True)}
    often = {read.key: timedelta(minutes=e) for read, (_c, _s, e) in zip(reads, drawn, strict=True)}
    told = plan(
        reads,
        every=lambda read: often[read.key],
        cost=lambda read: [Cost("units", costs[read.key])],
        allowances={"units": UNITS},
        caps=[Cap(most, "units", "day")],
    )
    turns = {read.key: told.every.get(read.key, often[read.key]) for read in told.reads}
    taken = sum(costs[key] * (DAY / turn) for key, turn in turns.items())
    assert taken <= POLLS * min(most, 10_000) * 1.0001 or any(
        turn >= timedelta(days=366) for turn in turns.values()
    )
    assert {read.key for read in reads if not read.spelling} <= turns.keys()
    assert all(turns[key] >= often[key] for key in turns)
