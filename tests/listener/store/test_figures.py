"""A number is written down when it changes, and once a day while it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.records import Figure
from listener.store import figures as store
from listener.store.forget import erase, forget_author
from listener.store.session import Database
from listener.store.tables import figures
from tests.listener.store.rows import KEY, NOW, brand_ids, read
from tests.plans import plans_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOLLOWERS = Figure("Zain", "instagram", "zain", "followers", 120, NOW)
REACH = replace(FOLLOWERS, measure="reach", period="day", post_id="p1")


async def keep(db: Database, *told: Figure, now: datetime = NOW) -> int:
    ids = await brand_ids(db)
    async with db.writing() as connection:
        return await store.keep(connection, told, brand_ids=ids, key=KEY, now=now)


async def known(db: Database, *names: str) -> list[Any]:
    rows = sorted(await read(db, figures), key=lambda row: (row["as_of"], row["id"]))
    return [tuple(row[name] for name in names) if names[1:] else row[names[0]] for row in rows]


async def polled(db: Database, values: Sequence[float], every: timedelta) -> list[float]:
    """What stands of values that were read one after the other."""
    for n, value in enumerate(values):
        at = NOW + n * every
        await keep(db, replace(FOLLOWERS, value=value, as_of=at), now=at)
    return await known(db, "value")


async def test_a_number_that_stands_is_written_once_a_day(db: Database) -> None:
    assert await polled(db, [120] * 16, 6 * HOUR) == [120] * 5  # 09:30, then each day from 00:00
    days = [at.date() for at in await known(db, "as_of")]
    assert len(set(days)) == len(days) == 5


async def test_each_change_is_a_row_also_back_to_what_it_was(db: Database) -> None:
    assert await polled(db, [120, 120, 121, 121, 120, 0], HOUR) == [120, 121, 120, 0]


async def test_many_polls_of_a_quiet_account_stay_few_rows(db: Database) -> None:
    told = [replace(FOLLOWERS, as_of=NOW - 10 * DAY + n * HOUR / 4) for n in range(960)]
    assert await keep(db, *told) == 0  # more than one look at once
    assert len(await known(db, "value")) == 11


async def test_series_do_not_mix(db: Database) -> None:
    told = [
        FOLLOWERS, replace(FOLLOWERS, brand="stc"), replace(FOLLOWERS, network="x"),
        replace(FOLLOWERS, account="zain_sa"), replace(FOLLOWERS, account=None),
        replace(FOLLOWERS, measure="posts"), replace(FOLLOWERS, period="day"),
        replace(FOLLOWERS, post_id="p1"), replace(FOLLOWERS, post_id="P1"),
    ]  # fmt: skip
    await keep(db, *told)
    await keep(db, *(replace(one, as_of=NOW + HOUR) for one in told))
    assert await known(db, "as_of") == [NOW] * 9
    await keep(db, *(replace(one, as_of=NOW + HOUR, value=121) for one in told))
    assert await known(db, "value") == [120] * 9 + [121] * 9


async def test_two_of_one_moment_are_one_and_the_last_counts(db: Database) -> None:
    await keep(db, FOLLOWERS, replace(FOLLOWERS, value=121))
    assert await known(db, "value") == [121]
    await keep(db, replace(FOLLOWERS, value=122))
    assert await known(db, "value") == [122]
    await keep(db, replace(FOLLOWERS, value=122))
    assert await known(db, "value") == [122]


async def test_days_of_a_network_are_a_row_each_and_are_corrected(db: Database) -> None:
    """Also over a change of the clocks, where a day has 23 hours."""
    midnight = datetime(2026, 11, 18, 8, tzinfo=UTC)
    days = [midnight, midnight + 23 * HOUR, midnight + 47 * HOUR]
    await keep(db, *(replace(REACH, value=50, as_of=at) for at in reversed(days)))
    assert await known(db, "as_of", "value") == [(at, 50) for at in days]
    await keep(db, *(replace(REACH, value=60 + n, as_of=at) for n, at in enumerate(days)))
    assert await known(db, "as_of", "value") == [(at, 60 + n) for n, at in enumerate(days)]


async def test_an_older_figure_that_comes_late_takes_its_place(db: Database) -> None:
    await keep(db, replace(FOLLOWERS, value=130))
    await keep(db, replace(FOLLOWERS, value=110, as_of=NOW - DAY))
    assert await known(db, "value") == [110, 130]


async def test_what_was_entered_by_hand_stands_beside_it(db: Database) -> None:
    await keep(db, replace(FOLLOWERS, source="by hand"), FOLLOWERS)
    await keep(db, replace(FOLLOWERS, as_of=NOW + HOUR))
    assert sorted(await known(db, "source")) == ["by hand", "collected"]


@pytest.mark.parametrize(
    "change",
    [
        {"value": math.nan},
        {"value": math.inf},
        {"value": 1e300},
        {"brand": "nobody"},
        {"as_of": NOW.replace(tzinfo=None)},
        {"as_of": datetime(9999, 1, 1, tzinfo=UTC)},
        {"measure": ""},
        {"network": ""},
        {"post_id": "x" * 5000},
    ],
)
async def test_what_can_be_no_figure_is_counted_and_keeps_no_other_out(
    db: Database, change: dict[str, Any]
) -> None:
    assert await keep(db, replace(FOLLOWERS, **change), FOLLOWERS) == 1
    assert await known(db, "value") == [120]


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_what_stood_before_is_found_by_the_index(db: Database) -> None:
    await keep(db, FOLLOWERS)
    with plans_of(db) as plans:
        await keep(db, FOLLOWERS, REACH, replace(FOLLOWERS, as_of=NOW + HOUR))
    steps = [step for step in plans if "figures" in step]
    assert steps
    assert all("as_of<?" in step for step in steps)


async def test_odd_names_are_stored(db: Database) -> None:
    odd = replace(FOLLOWERS, account="za\x00in \ud800", measure="followers\x00", period="")
    assert await keep(db, odd) == 0
    assert await known(db, "account", "period") == [("za\ufffdin \ufffd", "")]


async def test_of_a_deleted_post_the_numbers_stay_and_no_new_ones_come(db: Database) -> None:
    await keep(db, REACH)
    async with db.writing() as connection:
        await erase(connection, "instagram", ["p1"], key=KEY, now=NOW)
    later = NOW + 2 * DAY
    for_others = (replace(FOLLOWERS, as_of=later), replace(REACH, post_id="p2", as_of=later))
    assert await keep(db, replace(REACH, as_of=later, value=9), *for_others, now=later) == 0
    assert await known(db, "post_id") == ["p1", "", "p2"]


async def test_an_account_that_is_forgotten_is_named_no_more(db: Database) -> None:
    other = replace(FOLLOWERS, account="zain_sa")
    elsewhere = replace(FOLLOWERS, network="x")
    by_hand = replace(FOLLOWERS, account="Zain", source="by hand")
    await keep(db, FOLLOWERS, other, elsewhere, by_hand)
    for _ in range(2):  # entered by hand once more, and forgotten once more
        async with db.writing() as connection:
            await forget_author(connection, "instagram", "zain", key=KEY, now=NOW)
        named = await known(db, "network", "account")
        assert sorted(n for n in named if not n[1].startswith("forgotten:")) == [
            ("instagram", "zain_sa"), ("x", "zain"),
        ]  # fmt: skip
        assert len(named) == 4
        entered = {"brand_id": 1, "network": "instagram", "account": "Zain", "post_id": "",
                   "measure": "followers", "period": "", "as_of": NOW, "source": "by hand",
                   "value": 120.0}  # fmt: skip
        async with db.writing() as connection:
            await connection.execute(figures.insert(), [entered])
    async with db.writing() as connection:
        await forget_author(connection, "instagram", "zain", key=KEY, now=NOW)
    await keep(db, replace(FOLLOWERS, as_of=NOW + DAY), now=NOW + DAY)
    assert len(await known(db, "value")) == 4
