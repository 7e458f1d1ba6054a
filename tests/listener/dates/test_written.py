"""Dates as feeds, spreadsheets and people write them: understood as a whole, or unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.dates import month_first, says_its_zone, time_written
from listener.dates.names import months

RIYADH = ZoneInfo("Asia/Riyadh")


def read(written: object, **more: bool) -> str | None:
    moment = time_written(written, zone=RIYADH, **more)
    assert moment is None or moment.tzinfo is UTC
    return moment and f"{moment:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        # names of months: Gulf and Egypt, Levant and Iraq, Maghreb, both at once; Persian, French
        ("الأحد، 2 يناير 2022 10:00:00", "2022-01-02 07:00:00"),
        ("٢٢ تشرين الثاني ٢٠٢٦ ٩:٣٠ ص", "2026-11-22 06:30:00"),
        ("22 كانون الأول 2026", "2026-12-21 21:00:00"),
        ("22 كانون الثاني 2026", "2026-01-21 21:00:00"),
        ("5 تشرين الثاني / نوفمبر 2026 الساعة 9:30 مساءً", "2026-11-05 18:30:00"),
        ("5 نوفمبر (تشرين الثاني) 2026", "2026-11-04 21:00:00"),
        ("22 نونبر 2026 - 14:30", "2026-11-22 11:30:00"),
        ("جانفي 5, 2026", "2026-01-04 21:00:00"),
        ("5 فيفري 2026", "2026-02-04 21:00:00"),
        ("12 غشت 2026 10:00", "2026-08-12 07:00:00"),
        ("12 أوت 2026", "2026-08-11 21:00:00"),
        ("3 جويلية 2026", "2026-07-02 21:00:00"),
        ("۵ نوامبر ۲۰۲۶", "2026-11-04 21:00:00"),
        ("22 novembre 2026 à 14h30", "2026-11-22 11:30:00"),
        ("November 22nd, 2026 at 9:30 am", "2026-11-22 06:30:00"),
        ("22-نوفمبر-2026", "2026-11-21 21:00:00"),
        # day first
        ("22/11/2026 09:30", "2026-11-22 06:30:00"),
        ("05/11/2026", "2026-11-04 21:00:00"),
        ("05-11-2026 14:30 +0300", "2026-11-05 11:30:00"),
        ("22.11.2026", "2026-11-21 21:00:00"),
        ("۲۲/۱۱/۲۰۲۶ ۰۹:۳۰", "2026-11-22 06:30:00"),
        ("22/11/26 09:30", "2026-11-22 06:30:00"),
        ("22-Nov-26", "2026-11-21 21:00:00"),
        ("Wed, 11/05/2026", "2026-05-10 21:00:00"),
        ("Thu, 11/05/2026", "2026-11-04 21:00:00"),  # its weekday says that the month is first
        ("2026-11-22 9:30", "2026-11-22 06:30:00"),
        ("2026/11/22 9:30 PM", "2026-11-22 18:30:00"),
        # twelve hours
        ("Thu, 05 Nov 2026 02:30:00 PM +0300", "2026-11-05 11:30:00"),
        ("22/11/2026, 09:30:15 ص", "2026-11-22 06:30:15"),
        ("الإثنين، ٢٣ نوفمبر، ٢٠٢٦ - ١٢:٠٥ م", "2026-11-23 09:05:00"),
        ("22-11-2026 12:00 AM", "2026-11-21 21:00:00"),
        ("22/11/2026 ٩ مساءً", "2026-11-22 18:00:00"),
        # zones
        ("Sun, 02 Jan 2022 10:00:00", "2022-01-02 07:00:00"),
        ("Thu, 5 Nov 2026 14:30 GMT", "2026-11-05 14:30:00"),
        ("Thu, 5 Nov 26 14:30 UT", "2026-11-05 14:30:00"),
        ("Thu, 5 Nov 2026 14:30 EST", "2026-11-05 19:30:00"),
        ("Thu, 5 Nov 2026 14:30 A", "2026-11-05 14:30:00"),
        ("Thu Nov 05 2026 14:30:00 GMT+0300 (Arabian Standard Time)", "2026-11-05 11:30:00"),
        ("2026-11-05T14:30+03:00[Asia/Riyadh]", "2026-11-05 11:30:00"),
        ("22 نوفمبر 2026 09:30 بتوقيت مكة المكرمة", "2026-11-22 06:30:00"),
        ("09:30 بتوقيت غرينتش - 22/11/2026", "2026-11-22 09:30:00"),
        # machines
        ("2026-11-22T09:30:00.123Z", "2026-11-22 09:30:00"),
        ("20261122T093000Z", "2026-11-22 09:30:00"),
        ("20261122", "2026-11-21 21:00:00"),
        ("2026-W47-7", "2026-11-21 21:00:00"),
        ("2026-326", "2026-11-21 21:00:00"),
        ("١٧٩٥١٦٧٠٠٠", "2026-11-20 09:30:00"),
        (1795167000000, "2026-11-20 09:30:00"),
        # both calendars
        ("22 نوفمبر 2026م", "2026-11-21 21:00:00"),
        ("10 جمادى الآخرة 1448 هـ الموافق 22 نوفمبر 2026 م", "2026-11-21 21:00:00"),
    ],
)  # fmt: skip
def test_what_is_written_is_understood(written: object, utc: str) -> None:
    assert read(written) == utc


@pytest.mark.parametrize(
    "written",
    [
        "yesterday", "منذ ساعتين", "9:30", "22 Nov 09:30", "2026", "2026-11", "2026-W47",
        "10 جمادى الآخرة 1448 هـ", "12 رمضان 1448", "1448/06/10", "۱۴۰۵/۰۹/۰۱",
        "31/11/2026", "11/22/2026", "2026-22-11", "26-11-05", "46348.395", "1989-12-31", "0",
        "22 November 2026 25:10", "22/11/2026 00:30 PM", "22/11/2026 م 09:30",
        "Thu, 5 Nov 2026 14:30 IST", "5 Nov Dec 2026", "22/11/2026 23/11/2026",
        "22 Nov 2026 09:30 10:30", "22 Nov 2026 maybe", "1" * 400, "", " ", None, True, [],
        float("nan"), float("inf"), 1e300, 10**400, "٢٢/١١", "22 Nov 2026 09:30 +9900",
    ],
)  # fmt: skip
def test_what_is_not_understood_as_a_whole_is_unknown(written: object) -> None:
    assert read(written) is None


def test_ast_is_arabias_where_the_source_is_arab() -> None:
    written = "Thu Nov  5 14:30:00 AST 2026"
    assert read(written, arab=True) == "2026-11-05 11:30:00"
    assert read(written) == "2026-11-05 18:30:00"


def test_the_month_is_first_only_where_it_is_said_or_the_other_dates_show_it() -> None:
    assert read("11/22/2026", month_first=True) == "2026-11-21 21:00:00"
    assert read("11/05/2026", month_first=True) == "2026-11-04 21:00:00"
    assert month_first(["11/05/2026", "11/22/2026"])
    assert not month_first(["11/05/2026"])
    assert not month_first(["11/22/2026", "22/11/2026"])
    assert not month_first([None, "2026-11-22"])


def test_a_zone_that_is_written_is_told_apart_from_none() -> None:
    assert says_its_zone("Thu, 05 Nov 2026 02:30:00 PM +0300") is not None
    assert says_its_zone("2026-11-05T14:30:00Z") is not None
    for without in ("Thu, 05 Nov 2026 02:30:00", "2026-11-05T14:30:00", "05/11/2026", "x"):
        assert says_its_zone(without) is None


def test_no_name_of_a_month_means_two() -> None:
    assert set(months().values()) == set(range(1, 13))
    assert months()["تشرين الثاني"] == months()["نونبر"] == months()["november"] == 11


@given(
    st.integers(7 * 10**8, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(
        ["%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %I:%M:%S %p", "%Y%m%d%H%M%S",
         "%a, %d %b %Y %H:%M:%S", "%A %d %B %Y %H:%M:%S", "%Y-%jT%H:%M:%S"]
    ),
)  # fmt: skip
def test_every_moment_comes_back_in_every_form(at: datetime, form: str) -> None:
    assert time_written(at.strftime(form), zone=UTC) == at


@given(st.text(max_size=60) | st.text("0123456789/:-. امصتهـaApPmMzZ+", max_size=40))
def test_any_text_is_a_time_or_unknown(written: str) -> None:
    moment = time_written(written, zone=RIYADH)
    assert moment is None or moment.year >= 1990
