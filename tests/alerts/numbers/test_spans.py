from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.numbers.spans import WeekStart, before, last_full, month_of, named, week_of

RIYADH = "Asia/Riyadh"
starts = st.sampled_from(["saturday", "sunday", "monday"])
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def test_a_week_starts_on_the_configured_day_in_the_configured_zone() -> None:
    week = week_of(date(2026, 11, 25), RIYADH, "sunday")
    assert (week.first, week.last) == (date(2026, 11, 22), date(2026, 11, 28))
    assert week.since == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert week.until == datetime(2026, 11, 28, 21, tzinfo=UTC)


def test_a_week_over_the_change_of_clocks_has_an_hour_less() -> None:
    week = week_of(date(2026, 3, 29), "Europe/Paris", "monday")
    assert week.until - week.since == timedelta(days=7, hours=-1)


def test_the_last_full_week_is_over() -> None:
    now = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday already in Riyadh
    assert last_full("week", now, RIYADH, "monday").last == date(2026, 11, 22)
    assert last_full("week", now - timedelta(hours=2), RIYADH, "monday").last == date(2026, 11, 15)
    assert last_full("month", now, RIYADH, "monday").name == "2026-10"


@given(days, starts)
def test_weeks_hold_their_day_and_meet_without_gap(day: date, start: WeekStart) -> None:
    week = week_of(day, RIYADH, start)
    assert week.first <= day <= week.last
    assert before(week, start).until == week.since
    assert named("week", week.name, RIYADH, start) == week


@given(days)
def test_months_hold_their_day_and_meet_without_gap(day: date) -> None:
    month = month_of(day, RIYADH)
    assert month.first <= day <= month.last
    assert before(month, "sunday").until == month.since
    assert named("month", month.name, RIYADH, "sunday") == month


def test_a_date_that_is_none_says_what_to_write() -> None:
    with pytest.raises(ValueError, match="2026-W47"):
        named("week", "next week", RIYADH, "sunday")


@pytest.mark.parametrize("of", ["9999-12-31", "9999-12", "9999-W52", "0001-01-01", "0001-W01"])
@pytest.mark.parametrize("kind", ["week", "month"])
def test_a_year_that_no_zone_can_tell_is_no_date(kind: Literal["week", "month"], of: str) -> None:
    with pytest.raises(ValueError, match="2026-W47"):
        named(kind, of, RIYADH, "sunday")
