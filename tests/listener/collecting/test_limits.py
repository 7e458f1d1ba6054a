"""Periods of the network's own clock, and how much may be taken by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.collecting.limits import Limit, bucket, grain, limits_of, line, on_line, period
from listener.networks.allowance import Allowance
from listener.settings.budgets import Cap

LA = "America/Los_Angeles"
ZONES = ["UTC", LA, "Asia/Riyadh", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]
SECONDS = st.integers(0, 2 * 366 * 86_400)
TIMES = SECONDS.map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n))


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        ((2026, 11, 22, 7, 59), (2026, 11, 21, 8), (2026, 11, 22, 8)),  # a minute before midnight
        ((2026, 11, 22, 8, 0), (2026, 11, 22, 8), (2026, 11, 23, 8)),
        ((2026, 11, 1, 12, 0), (2026, 11, 1, 7), (2026, 11, 2, 8)),  # the day of 25 hours
        ((2027, 3, 14, 12, 0), (2027, 3, 14, 8), (2027, 3, 15, 7)),  # the day of 23
    ],
)
def test_a_day_of_a_zone_begins_at_its_midnight_also_when_its_clocks_change(
    now: tuple[int, ...], begin: tuple[int, ...], end: tuple[int, ...]
) -> None:
    told = period(Limit(1, "day", LA), datetime(*now, tzinfo=UTC))  # type: ignore[misc, arg-type]
    assert told == (datetime(*begin, tzinfo=UTC), datetime(*end, tzinfo=UTC))  # type: ignore[misc, arg-type]


def test_a_month_ends_where_the_next_begins() -> None:
    december = period(Limit(1, "month"), datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert december == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    february = period(Limit(1, "month"), datetime(2028, 2, 29, tzinfo=UTC))
    assert february == (datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC))


@given(TIMES, st.sampled_from(ZONES), st.sampled_from(["day", "month"]))
def test_every_moment_is_in_its_period_and_no_row_lies_across_a_begin(
    now: datetime, zone: str, per: str
) -> None:
    limit = Limit(1, per, zone)  # type: ignore[arg-type]
    begin, end = period(limit, now)
    assert begin <= now < end
    assert period(limit, begin) == (begin, end)
    assert period(limit, end)[0] == end
    long = grain([limit])
    assert bucket(begin, long) == begin
    assert bucket(now, long) >= begin


@given(TIMES, st.sampled_from(ZONES), st.sampled_from(["day", "month"]))
def test_the_line_rises_to_all_and_polls_are_ahead_of_what_they_lead_to(
    now: datetime, zone: str, per: str
) -> None:
    limit = Limit(240, per, zone)  # type: ignore[arg-type]
    begin, end = period(limit, now)
    assert line(limit, begin, extra=True) == 0
    assert line(limit, begin, extra=False) == pytest.approx(10)
    assert line(limit, end - timedelta(seconds=1), extra=True) == pytest.approx(240, rel=1e-3)
    assert line(limit, now, extra=True) <= line(limit, now, extra=False) <= 240
    later = now + (end - now) / 2
    assert line(limit, later, extra=True) >= line(limit, now, extra=True)


@given(TIMES, st.floats(0, 240), st.booleans(), st.sampled_from(["day", "month"]))
def test_who_waits_for_the_line_waits_until_it_has_come_and_not_past_the_end(
    now: datetime, taken: float, extra: bool, per: str
) -> None:
    limit = Limit(240, per, LA)  # type: ignore[arg-type]
    _begin, end = period(limit, now)
    at = on_line(limit, taken, now, extra=extra)
    assert now < at <= end
    assert at == end or line(limit, at, extra=extra) >= taken - 1e-6 * 240


def test_the_settings_bound_what_is_counted_in_their_unit_and_nothing_else() -> None:
    own = Allowance(most=10_000, per="day", unit="units", zone=LA)
    caps = [Cap(9000, "units", "day"), Cap(50, "USD", "month")]
    network, ours = limits_of(own, caps)
    assert (network.most, network.ours) == (10_000, False)
    assert (ours.most, ours.zone, ours.ours) == (9000, LA, True)
    free = Allowance(most=None, per="month", unit="USD")
    assert [limit.most for limit in limits_of(free, caps)] == [50]
    assert limits_of(free, []) == ()


def test_rows_of_a_rolling_span_are_no_longer_than_its_24th() -> None:
    quarter = Limit(450, timedelta(minutes=15))
    assert grain([quarter, Limit(9, "month")]) == timedelta(seconds=37.5)
    assert grain([Limit(30, timedelta(days=7))]) == timedelta(minutes=15)
