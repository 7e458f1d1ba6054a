from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from listener.running.poison import FIRST, LONGEST, Poison, reason
from listener.store.faults import of_database

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Work:
    """Fails whenever one of ``bad`` is among what it is given."""

    def __init__(self, *bad: int) -> None:
        self.bad, self.done, self.calls = set(bad), list[int](), 0

    async def __call__(self, some: Sequence[int]) -> None:
        self.calls += 1
        if self.bad & set(some):
            raise ValueError("the year 9999")
        self.done += some


async def test_one_bad_item_among_many_is_found_and_the_rest_is_done() -> None:
    poison, work = Poison[int](), Work(37)
    done = await poison.work(range(100), work, now=NOW, at_once=100)
    assert sorted(work.done) == sorted(done) == [n for n in range(100) if n != 37]
    assert work.calls < 20
    (left,) = poison.listed()
    assert (left["item"], left["why"]) == ("37", "ValueError: the year 9999")


async def test_what_is_left_out_is_tried_again_after_pauses_that_double() -> None:
    poison, work = Poison[int](), Work(1)
    await poison.work([1, 2], work, now=NOW)
    calls = work.calls
    await poison.work([1, 2], work, now=NOW + FIRST / 2)
    assert work.calls == calls + 1  # only the good one
    assert poison.due(NOW + FIRST / 2) == []
    assert poison.due(NOW + FIRST) == [1]
    await poison.work([1, 2], work, now=NOW + FIRST)
    until = datetime.fromisoformat(poison.listed()[0]["until"])
    assert until == NOW + FIRST + 2 * FIRST


async def test_what_works_again_is_left_out_no_longer() -> None:
    poison, work = Poison[int](), Work(1)
    await poison.work([1, 2], work, now=NOW)
    work.bad.clear()
    assert await poison.work([1], work, now=NOW + FIRST) == [1]
    assert poison.listed() == []


async def test_pauses_have_an_end() -> None:
    poison, work, now = Poison[int](), Work(1), NOW
    for _ in range(40):
        await poison.work([1, 2], work, now=now)
        now += LONGEST
    assert datetime.fromisoformat(poison.listed()[0]["until"]) <= now


async def test_where_nothing_can_be_done_it_is_no_matter_of_one_item() -> None:
    poison, work = Poison[int](), Work(1, 2, 3)
    with pytest.raises(ValueError, match="9999"):
        await poison.work([1, 2, 3], work, now=NOW)
    assert poison.listed() == []


async def test_a_database_that_is_away_is_no_poison() -> None:
    poison, calls = Poison[int](), 0

    async def away(_some: Sequence[int]) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    with pytest.raises(OperationalError):
        await poison.work([1, 2, 3], away, now=NOW)
    assert (calls, poison.listed()) == (2, [])
    assert of_database(ConnectionRefusedError())


def test_a_reason_is_a_line_without_the_text_of_a_mention() -> None:
    error = IntegrityError("INSERT …", {"text": "a stranger's words"}, Exception("UNIQUE\nfailed"))
    assert reason(error) == "IntegrityError: UNIQUE failed"
    assert reason(KeyError()) == "KeyError"
    assert len(reason(ValueError("x" * 5000))) == 200


async def test_an_item_is_tried_by_its_time_not_by_the_wall() -> None:
    poison, work = Poison[int](), Work(1)
    await poison.work([1, 2], work, now=NOW)
    await poison.work([1, 2], work, now=NOW - timedelta(days=1))  # a clock that was set back
    assert len(poison.listed()) == 1
