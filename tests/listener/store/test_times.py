"""The bound that every mention's time passes, and what is stored of one that nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listener.records import Engagement
from listener.store.session import Database
from listener.store.tables import mentions
from listener.store.times import AHEAD, EARLIEST, admitted, believable
from tests.listener.store.rows import NOW, mention, read, store

DECEMBER_9999 = datetime(9999, 12, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "passes"),
    [
        (EARLIEST, True),
        (EARLIEST - SECOND, False),
        (NOW + AHEAD, True),
        (NOW + AHEAD + SECOND, False),
        (DECEMBER_9999, False),
        (datetime.max.replace(tzinfo=UTC), False),
        (datetime.min.replace(tzinfo=UTC), False),
        (NOW.replace(tzinfo=None), False),
    ],
)
def test_from_1990_to_a_day_ahead(moment: datetime, passes: bool) -> None:
    assert believable(moment, NOW) is passes
    assert (admitted(mention(created_at=moment), NOW) is not None) is passes


async def test_the_store_refuses_and_counts_what_is_beyond(db: Database) -> None:
    added = await store(
        db, mention(1, created_at=DECEMBER_9999), mention(2), mention(3, created_at=EARLIEST)
    )
    assert (len(added.new), added.refused, added.untimely) == (2, 1, 1)
    assert [row["native_id"] for row in await read(db, mentions)] == ["2", "3"]


async def test_a_known_row_does_not_take_over_an_unbelievable_time(db: Database) -> None:
    await store(db, mention(1))
    added = await store(db, mention(1, "نص آخر", created_at=DECEMBER_9999))
    assert (added.changed, added.untimely) == ([], 1)
    assert [row["text"] for row in await read(db, mentions)] == [mention(1).text]


async def test_an_unknown_time_is_counted_when_it_came_and_says_so(db: Database) -> None:
    await store(db, mention(1, created_at=None), mention(2))
    undated, dated = await read(db, mentions)
    assert (undated["created_at"], undated["created_known"]) == (NOW, False)
    assert (dated["created_at"], dated["created_known"]) == (NOW - timedelta(hours=1), True)


async def test_numbers_as_of_the_year_9999_do_not_stand_for_ever(db: Database) -> None:
    lying = Engagement(likes=1_000_000, as_of=DECEMBER_9999)
    await store(db, mention(1, engagement=lying))
    later = NOW + timedelta(hours=1)
    await store(db, mention(1, engagement=Engagement(likes=5, as_of=later)), now=later)
    (row,) = await read(db, mentions)
    assert (row["likes"], row["engagement_at"]) == (5, later)
