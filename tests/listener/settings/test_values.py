"""Durations, rates, secrets, times and days as people write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.settings import MissingSecretError, Rate, Secret
from listener.settings.moments import (
    clock,
    day,
    day_range,
    month_moment,
    span,
    week_moment,
    weekday,
)
from listener.settings.values import duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("2m", timedelta(minutes=2)),
        ("48h", timedelta(hours=48)),
        ("2w", timedelta(days=14)),
        ("7 days", timedelta(days=7)),
        ("13 months", timedelta(days=403)),
        ("٥m", timedelta(minutes=5)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"\d{1,40} ?(s|m|h|d|w|months)"), st.integers())
)
def test_a_duration_is_one_or_a_value_error(value: object) -> None:
    try:
        found = duration(value)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
        assert timedelta(0) <= found <= timedelta(days=36_525)
    assert not said or "13 months" in said


def test_rates() -> None:
    assert Rate.parse("60/h") == Rate(60, timedelta(hours=1))
    assert Rate.parse("60/h").seconds == 60
    for wrong in ("0/s", "5", "5/fortnight", 5, None):
        with pytest.raises(ValueError, match="60/h"):
            Rate.parse(wrong)


def test_day_ranges() -> None:
    assert day_range("sunday-thursday") == (6, 0, 1, 2, 3)
    assert day_range("friday") == (4,)
    assert day_range("Fri-Sat") == (4, 5)
    assert day_range("saturday-friday") == (5, 6, 0, 1, 2, 3, 4)
    for wrong in ("", "fr", "sunday-", "a-b", "sun-mon-tue"):
        with pytest.raises(ValueError, match="day"):
            day_range(wrong)
    assert weekday("TUES") == 1


def test_spans() -> None:
    assert span("09:00-17:00") == (time(9), time(17))
    assert span("20:00 – 02:00") == (time(20), time(2))
    assert span("00:00-24:00") == (time(0), time.max)
    for wrong in ("9-5", "09:00", "09:00-09:00", "24:00-01:00", "09:60-10:00", "a-b-c"):
        with pytest.raises(ValueError, match="09:00-17:00"):
            span(wrong)


def test_clocks_and_days() -> None:
    assert clock("7:05") == time(7, 5)
    assert clock(time(9, 30)) == time(9, 30)
    for wrong in ("24:00", "9", 9, None, "09:00:00:00"):
        with pytest.raises(ValueError, match="09:00"):
            clock(wrong)
    assert day("2027-02-22") == day(date(2027, 2, 22)) == date(2027, 2, 22)
    for other in ("2027-02-30", "22/2/2027", 5, datetime(2027, 2, 22)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="2027-02-22"):
            day(other)


def test_summary_moments() -> None:
    assert week_moment("sun 09:00") == (6, time(9))
    assert week_moment("Saturday 7:30") == (5, time(7, 30))
    assert month_moment("1st 09:00") == (1, time(9))
    assert month_moment("28 23:59") == (28, time(23, 59))
    for wrong in ("", "sun", "29th 09:00", "0 09:00", "noday 09:00"):
        with pytest.raises(ValueError, match="09:00"):
            week_moment(wrong) if wrong.startswith(("s", "n")) else month_moment(wrong)


def test_a_secret_is_named_and_read_when_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("  from a file\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("RASID_TEST_TOKEN", "from the environment\n")
    assert Secret.parse("env:RASID_TEST_TOKEN").reveal() == "from the environment"
    assert Secret.parse("file:token", tmp_path).reveal() == "from a file"
    monkeypatch.setenv("RASID_TEST_TOKEN", " ")
    for name in ("env:RASID_TEST_TOKEN", "file:none", "file:binary", "file:."):
        with pytest.raises(MissingSecretError, match=name):
            Secret.parse(name, tmp_path).reveal()
    for wrong in ("xoxb-1", "env:", "env:A B", "file:", "env:A\n", 5):
        with pytest.raises(ValueError, match="never write it here") as raised:
            Secret.parse(wrong)
        assert "xoxb" not in str(raised.value)
