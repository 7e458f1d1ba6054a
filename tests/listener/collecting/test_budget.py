"""What may be taken is reserved before it is asked for: by whoever asks, never too much."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from listener.collecting.budget import Budget, Reserved
from listener.collecting.budget_standing import budgets
from listener.collecting.pace import Held
from listener.collecting.spread import Plan, Stretch
from listener.networks.allowance import Allowance, Cost
from listener.settings.budgets import Cap
from listener.store.session import Database, open_database
from listener.store.tables import spending
from tests.listener.collecting.paid import A_DAY, NOON, TAGS, USD, Wall, budget, took

MIDNIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)  # in Los Angeles
ROLLING = Allowance(most=48, per=timedelta(hours=24), unit="requests")


async def used(db: Database, clock: Wall, network: str = "plain") -> dict[str, Any]:
    async with db.reading() as connection:
        told = await budgets(connection, {network}, clock.at)
    return told[0]


async def begun(one: Budget, db: Database, plan: Plan | None = None) -> Budget:
    async with db.writing() as connection:
        await one.begin(connection, "", plan or Plan())
    return one


async def test_no_more_is_had_than_there_is_and_the_next_day_begins_anew(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=1))
    one = budget(db, clock)
    assert [await took(one, 40) for _ in range(3)] == [True, True, False]
    assert await took(one, 20)
    refused = await one.reserve("", [Cost("units", 1)])
    assert isinstance(refused, Held)
    assert refused.used_up
    assert refused.seconds == pytest.approx(60)
    assert refused.why == "budget: 100 units of 100 used until 2026-11-23 08:00 UTC"
    clock.at = MIDNIGHT
    assert await took(one, 4)


async def test_what_is_reserved_counts_until_it_is_known_what_was_spent(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=30))
    one = budget(db, clock)
    first = await one.reserve("", [Cost("units", 90)])
    assert isinstance(first, Reserved)
    held = await one.reserve("", [Cost("units", 90)])
    assert isinstance(held, Held)
    assert not held.used_up  # it may be had yet
    await one.settle(first, [Cost("units", 5)])
    assert await took(one, 90)
    await begun(one, db)
    assert (await used(db, clock))["used"] == 95


async def test_an_answer_that_nobody_saw_counts_as_it_was_reserved(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(hours=2))
    crashed = budget(db, clock)
    assert isinstance(await crashed.reserve("", [Cost("units", 90)]), Reserved)
    clock.at += timedelta(minutes=11)
    again = await begun(budget(db, clock), db)
    held = await again.reserve("", [Cost("units", 20)])
    assert isinstance(held, Held)
    assert held.used_up
    assert (await used(db, clock))["used"] == 90


async def test_two_collectors_at_once_do_not_exceed_together(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=1))
    both = [budget(db, clock), budget(db, clock)]
    asked = [both[n % 2].reserve("", [Cost("units", 7)]) for n in range(40)]
    answers = await asyncio.gather(*asked)
    assert sum(isinstance(answer, Reserved) for answer in answers) == 14


async def test_all_allowances_of_a_request_are_reserved_or_none(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=1))
    one = budget(db, clock, a=A_DAY, b=Allowance(most=5, per="day", unit="requests"))
    assert isinstance(await one.reserve("", [Cost("a", 50), Cost("b", 6)]), Held)
    assert await took(one, 100, of="a")


async def test_polls_may_be_ahead_of_the_line_and_what_they_lead_to_may_not(db: Database) -> None:
    clock = Wall(MIDNIGHT)
    one = budget(db, clock)
    assert await took(one, 3, extra=True)
    assert not await took(one, 1, extra=True)  # 3 of 100 are taken, and the day has begun just now
    assert await took(one, 2)
    assert not await took(one, 1)
    clock.at += timedelta(hours=2)
    assert await took(one, 1, extra=True)


async def test_what_quiet_hours_left_may_be_taken_later(db: Database) -> None:
    clock = Wall(MIDNIGHT + timedelta(hours=23))
    one = budget(db, clock)
    assert [await took(one, 9, extra=True) for _ in range(12)] == [True] * 11 + [False]


async def test_a_line_that_holds_says_when_and_is_no_budget_that_is_used_up(db: Database) -> None:
    clock = Wall(MIDNIGHT)
    one = budget(db, clock)
    assert await took(one, 50)
    held = await one.reserve("", [Cost("units", 1)])
    assert isinstance(held, Held)
    assert not held.used_up
    assert held.seconds == pytest.approx(11 * 3600)  # half a day, but for the hour of being ahead
    assert held.why == "budget: 50 units of 100 used, spread out; on at 2026-11-23 19:00 UTC"


async def test_of_a_rolling_span_it_is_had_again_when_the_old_has_left(db: Database) -> None:
    clock = Wall()
    one = budget(db, clock, requests=ROLLING)
    for _ in range(12):
        assert await took(one, 4, of="requests")
        clock.at += timedelta(hours=1, minutes=1)
    held = await one.reserve("", [Cost("requests", 4)])
    assert isinstance(held, Held)
    assert held.used_up
    clock.at += timedelta(seconds=held.seconds)
    assert clock.at == NOON + timedelta(hours=24)
    assert await took(one, 4, of="requests")
    assert not await took(one, 4, of="requests")


async def test_the_same_thing_again_is_free_and_another_waits_for_one_to_leave(
    db: Database,
) -> None:
    clock = Wall()
    one = budget(db, clock, tags=TAGS)

    async def asked(tag: str) -> bool:
        return isinstance(await one.reserve("", [Cost("tags", item=tag)]), Reserved)

    for tag in ("a", "b", "c"):
        assert await asked(tag)
        clock.at += timedelta(days=1)
    assert await asked("b")
    held = await one.reserve("", [Cost("tags", item="d")])
    assert isinstance(held, Held)
    assert held.seconds == pytest.approx(4 * 86_400)  # "a" was asked for three days ago
    clock.at += timedelta(days=4, seconds=1)
    assert await asked("d")
    assert not await asked("a")
    assert await asked("b")  # four days ago: it still counts, and is free


async def test_a_budget_of_the_settings_is_of_all_credentials_the_networks_own_of_each(
    db: Database,
) -> None:
    clock = Wall(datetime(2026, 11, 30, 23, tzinfo=UTC))
    one = Budget(db, clock, "plain", {"usd": USD}, [Cap(10, "USD", "month")])
    assert isinstance(await one.reserve("first", [Cost("usd", 8)]), Reserved)
    assert isinstance(await one.reserve("second", [Cost("usd", 8)]), Held)
    other = budget(db, Wall(MIDNIGHT - timedelta(minutes=1)))
    assert isinstance(await other.reserve("first", [Cost("units", 80)]), Reserved)
    assert isinstance(await other.reserve("second", [Cost("units", 80)]), Reserved)


async def test_cents_add_up(db: Database) -> None:
    clock = Wall(datetime(2026, 11, 30, 23, 50, tzinfo=UTC))
    one = Budget(db, clock, "plain", {"usd": USD}, [Cap(1, "USD", "month")])
    assert [await took(one, 0.1, of="usd") for _ in range(11)] == [True] * 10 + [False]


async def test_a_part_of_a_millionth_counts_as_one(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(hours=1))
    one = await begun(budget(db, clock), db)
    assert await took(one, 1 / 3)
    assert (await used(db, clock))["used"] == 0.333334


async def test_what_is_answered_after_midnight_counts_on_both_days(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(seconds=5))
    one = await begun(budget(db, clock), db)
    asked = await one.reserve("", [Cost("units", 60)])
    assert isinstance(asked, Reserved)
    clock.at = MIDNIGHT + timedelta(seconds=5)
    await one.settle(asked, [Cost("units", 60)])
    assert (await used(db, clock))["used"] == 60
    async with db.reading() as connection:
        rows = (await connection.execute(select(spending).order_by(spending.c.bucket))).all()
    assert [(row.bucket < MIDNIGHT, row.amount, row.reserved) for row in rows] == [
        (True, 60_000_000, 0),
        (False, 60_000_000, 0),
    ]


async def test_a_clock_that_was_set_back_makes_no_room(db: Database) -> None:
    clock = Wall(NOON + timedelta(minutes=10))
    one = budget(db, clock, requests=ROLLING)
    assert await took(one, 4, of="requests")
    clock.at -= timedelta(minutes=5)
    assert await took(one, 1, of="requests")
    clock.at = NOON + timedelta(hours=24, minutes=7)  # 24 hours after the second, not the first
    assert not await took(one, 44, of="requests")
    assert await took(one, 43, of="requests")


async def test_status_tells_what_was_taken_planned_and_stretched(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(hours=1))
    one = budget(db, clock, units=A_DAY, tags=TAGS)
    stretch = Stretch("units", "search", 8, timedelta(minutes=30), timedelta(hours=3))
    plan = Plan(rates={"units": 70 / 86_400}, stretched=(stretch,), unasked={"tags": ("d",)})
    await begun(one, db, plan)
    assert await took(one, 95.5)
    assert isinstance(await one.reserve("", [Cost("units", 9)]), Held)
    assert isinstance(await one.reserve("", [Cost("tags", item="a")]), Reserved)
    async with db.reading() as connection:
        tags, units = await budgets(connection, {"plain"}, clock.at)
        assert await budgets(connection, {"other"}, clock.at) == []
    assert (tags["used"], tags["most"], tags["until"], tags["left_out"]) == (1, 3, None, ["d"])
    assert units == {
        "network": "plain", "allowance": "units", "unit": "units", "used": 95.5, "reserved": 0,
        "most": 100, "per": "day", "until": MIDNIGHT.isoformat(), "planned": 70,
        "stretched": [
            {"kind": "search", "reads": 8, "every_seconds": 1800, "to_seconds": 10_800}
        ],
        "left_out": [], "stopped_until": MIDNIGHT.isoformat(),
    }  # fmt: skip


async def test_what_an_extra_could_not_have_is_no_stop(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=1))
    one = await begun(budget(db, clock), db)
    assert isinstance(await one.reserve("", [Cost("units", 101)], extra=True), Held)
    assert (await used(db, clock))["stopped_until"] is None


async def test_what_costs_nothing_touches_no_database(db: Database) -> None:
    one = budget(db, Wall())
    await db.close()
    assert isinstance(await one.reserve("", [Cost("units", 0)]), Reserved)
    assert isinstance(await one.reserve("", []), Reserved)


@pytest.fixture(scope="module")
def file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("budget") / "rasid.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


NAMES = itertools.count()
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which of two processes
        st.sampled_from(["asked", "crashed", "answered later"]),
        st.integers(1, 60),  # the most that it may take
        st.integers(0, 100),  # how much of that it takes, in percent
        st.integers(0, 4 * 3600),  # seconds until the next step
        st.booleans(),
    ),
    max_size=25,
)
KINDS = st.sampled_from([A_DAY, ROLLING, Allowance(most=100, per="month", unit="requests")])


@given(STEPS, KINDS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_it_is_never_exceeded_whoever_asks_crashes_or_is_answered_late(
    file: str, steps: list[tuple[int, str, int, int, int, bool]], allowance: Allowance
) -> None:
    """What the network counted, at the moments at which it was asked, in every one of its
    periods."""
    asyncio.run(_never_exceeded(file, steps, allowance))


async def _never_exceeded(
    file: str, steps: list[tuple[int, str, int, int, int, bool]], allowance: Allowance
) -> None:
    db, clock, name = open_database(file), Wall(MIDNIGHT - timedelta(hours=6)), f"n{next(NAMES)}"
    both = [Budget(db, clock, name, {"units": allowance}) for _ in range(2)]
    counted: list[tuple[datetime, float]] = []
    open_: list[tuple[Reserved, float]] = []
    for who, what, most, percent, pause, extra in steps:
        if open_ and what != "answered later":
            asked, amount = open_.pop(0)
            await both[who].settle(asked, [Cost("units", amount)])
        reserved = await both[who].reserve("", [Cost("units", most)], extra=extra)
        if isinstance(reserved, Reserved):
            took_it = most if what == "crashed" else most * percent / 100
            counted.append((clock.at, took_it))
            if what == "asked":
                await both[who].settle(reserved, [Cost("units", took_it)])
            elif what == "answered later":
                open_.append((reserved, took_it))
            else:
                both[who] = Budget(db, clock, name, {"units": allowance})
        clock.at += timedelta(seconds=pause)
    await db.close()
    for at, _amount in counted:
        if isinstance(allowance.per, timedelta):
            since, until = at - allowance.per, at
            there = sum(a for t, a in counted if since < t <= until)
        else:
            from listener.collecting.limits import Limit, period

            since, until = period(Limit(1, allowance.per, allowance.zone), at)
            there = sum(a for t, a in counted if since <= t < until)
        assert there <= (allowance.most or 0) + 1e-6


async def test_a_thing_that_was_paid_for_today_is_free_until_midnight(db: Database) -> None:
    clock = Wall(datetime(2026, 11, 22, 22, tzinfo=UTC))
    billed = Allowance(most=100, per="month", unit="USD", once_a_day=True)
    one = Budget(db, clock, "plain", {"money": billed}, ())

    async def reads(*items: str | None) -> float:
        reserved = await one.reserve("", [Cost("money", 2.0)], extra=True)
        assert isinstance(reserved, Reserved)
        await one.settle(reserved, [Cost("money", 0.5, item) for item in items])
        await begun(one, db)
        return float((await used(db, clock))["used"])

    assert await reads("post 1", "post 2") == 1.0
    assert await reads("post 2", "post 3", "post 3") == 1.5
    assert await reads(None, None) == 2.5  # what has no name is paid for each time
    clock.at += timedelta(hours=3)
    assert await reads("post 1") == 3.0
    one = Budget(db, clock, "plain", {"money": billed}, ())  # restarted
    assert await reads("post 1") == 3.0
    assert await reads("post 2") == 3.5
    assert await reads("post 3") == 4.0
    one = Budget(db, clock, "plain", {"money": billed}, ())  # another process
    assert await reads("post 2", "post 3", "post 4") == 4.5


async def test_what_was_not_booked_or_is_answered_after_midnight_is_free_to_nobody(
    db: Database,
) -> None:
    clock = Wall(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    billed = Allowance(most=100, per="month", unit="USD", once_a_day=True)
    one = await begun(Budget(db, clock, "plain", {"money": billed}, ()), db)
    late = await one.reserve("", [Cost("money", 2.0)])
    assert isinstance(late, Reserved)
    clock.at += timedelta(minutes=2)
    for already in (0.5, 1.0):  # billed yesterday, perhaps; and again today
        await one.settle(late, [Cost("money", 0.5, "post 1")])
        assert (await used(db, clock))["used"] == already
        asked = await one.reserve("", [Cost("money", 2.0)])
        assert isinstance(asked, Reserved)
        late = asked
    await one.settle(late, [Cost("money", 0.5, "post 1")])
    assert (await used(db, clock))["used"] == 1.0


async def test_a_block_that_is_rolled_on_is_never_without_its_rest(db: Database) -> None:
    clock = Wall(MIDNIGHT - timedelta(minutes=1))
    one, other = await begun(budget(db, clock), db), budget(db, clock)
    block = await one.reserve("", [Cost("units", 40)], room=1.5)
    assert isinstance(block, Reserved)
    block, held = await one.roll(block, [Cost("units", 25)], "", [Cost("units", 40)], room=1.5)
    assert held is None  # 25 are spent and 40 reserved
    assert not await took(other, 36)
    assert await took(other, 20)
    block, held = await one.roll(block, [Cost("units", 10)], "", [Cost("units", 40)], room=1.5)
    assert held is not None
    assert held.used_up
    told = await used(db, clock)
    assert (told["used"], told["reserved"], told["stopped_until"]) == (55, 30, None)
    assert not await took(other, 16)
    await one.settle(block, [Cost("units", 30)])
    assert (await used(db, clock))["used"] == 85
