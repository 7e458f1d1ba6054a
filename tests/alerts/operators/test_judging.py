from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alerts.operators.judging import Trouble, judge, patience
from tests.alerts.numbers.seeded import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def row(state: str = "ok", **values: Any) -> dict[str, Any]:
    return {"state": state, "why": None, "errors": 0, "last_success": NOW - MINUTE, **values}


def kind(verdict: Trouble | str) -> str:
    if isinstance(verdict, str):
        return verdict
    return verdict.kind if verdict.lasting else f"{verdict.kind}, not for long"


@pytest.mark.parametrize(
    ("every", "ago", "found"),
    [
        (2 * MINUTE, 30 * MINUTE, "failing, not for long"),
        (2 * MINUTE, 31 * MINUTE, "failing"),
        (HOUR, 61 * MINUTE, "failing, not for long"),  # its first failure
        (HOUR, 3 * HOUR, "failing, not for long"),
        (HOUR, 3 * HOUR + MINUTE, "failing"),
        (6 * HOUR, 18 * HOUR, "failing, not for long"),
    ],
)
def test_a_source_may_fail_for_half_an_hour_or_three_turns(
    every: timedelta, ago: timedelta, found: str
) -> None:
    verdict = judge(row("unreachable", errors=1, last_success=NOW - ago), NOW, every=every)
    assert kind(verdict) == found


def test_a_source_that_never_answered_is_given_its_time_too() -> None:
    never = row("unreachable", errors=1, last_success=None)
    assert kind(judge(never, NOW, every=HOUR)) == "failing, not for long"
    first_seen = NOW - 2 * HOUR
    assert kind(judge(never, NOW, every=HOUR, known_since=first_seen)) == "failing, not for long"
    assert kind(judge(never, NOW, every=MINUTE, known_since=first_seen)) == "failing"


def test_a_refusal_needs_somebody_at_once() -> None:
    verdict = judge(row("refused", why="the token is dead", errors=1), NOW, every=HOUR)
    assert verdict == Trouble("refused", "the token is dead", NOW - MINUTE)


@pytest.mark.parametrize(
    ("brought", "found"), [((0, 30), "empty"), ((0, 29), "well"), ((1, 500), "well")]
)
def test_a_source_that_answers_but_brings_nothing_is_silent_too(
    brought: tuple[int, int], found: str
) -> None:
    assert kind(judge(row(), NOW, every=MINUTE, brought=brought)) == found


def test_a_week_of_nothing_does_not_make_nothing_usual() -> None:
    assert kind(judge(row(), NOW, every=MINUTE, brought=(0, 0), was_empty=True)) == "empty"
    assert kind(judge(row(), NOW, every=MINUTE, brought=(1, 0), was_empty=True)) == "well"


def test_what_waits_as_the_network_asked_is_neither_well_nor_in_trouble() -> None:
    assert judge(row("waiting"), NOW, every=MINUTE) == "unsure"
    assert judge(row("new", last_success=None), NOW, every=MINUTE) == "unsure"


def test_what_is_not_read_and_what_a_page_asked_for_are_told_of_nobody() -> None:
    assert judge(row("paused"), NOW, every=MINUTE) == "apart"
    assert judge(row("refused", errors=1, parent="hashtag:a"), NOW, every=MINUTE) == "apart"


def test_patience_is_the_longer_of_the_two() -> None:
    assert patience(MINUTE) == 30 * MINUTE
    assert patience(HOUR) == 3 * HOUR
