"""Google Business Profile's performance of a location: how often it was seen and what was clicked,
by day.

API: ``locations/2:fetchMultiDailyMetricsTimeSeries`` of
https://businessprofileperformance.googleapis.com/v1
(https://developers.google.com/my-business/reference/performance/rest/v1/locations/fetchMultiDailyMetricsTimeSeries).
It is asked for days, and a network has no clock: the first page is the API's own description, whose
``Date`` says what day it is; the second asks for the ``DAYS`` before that.

A day without a value is no figure: what is not counted yet cannot be told from nought there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import quote

import httpx

from listener.networks import fields as f
from listener.networks.base import BadPage, Page, Read
from listener.records import Figure

NETWORK = "google_business"
DAYS = 10
"""A day's values come up to a week late, and change."""
_HERE = "/performance"
_METHOD = ":fetchMultiDailyMetricsTimeSeries"
_MEASURES = {
    "BUSINESS_IMPRESSIONS_DESKTOP_MAPS": "impressions",
    "BUSINESS_IMPRESSIONS_DESKTOP_SEARCH": "impressions",
    "BUSINESS_IMPRESSIONS_MOBILE_MAPS": "impressions",
    "BUSINESS_IMPRESSIONS_MOBILE_SEARCH": "impressions",
    "CALL_CLICKS": "calls",
    "WEBSITE_CLICKS": "website_clicks",
    "BUSINESS_DIRECTION_REQUESTS": "directions",
}


def beside(read: Read) -> Read:
    """The read of the performance of the location whose figures ``read`` reads."""
    return replace(read, target=f"{read.target}{_HERE}")


def asks(read: Read) -> bool:
    return (read.target or "").endswith(_HERE)


def answered(path: str) -> bool:
    """Whether ``path`` was asked for metrics."""
    return path.endswith(_METHOD)


def request(base: str, read: Read, page: str | None, headers: dict[str, str]) -> httpx.Request:
    """base: of the reviews' API; elsewhere (tests, a proxy) both lie under one address."""
    home = base.replace("//mybusiness.", "//businessprofileperformance.", 1)
    today = _day(page)
    if today is None:
        return httpx.Request("GET", f"{home}/$discovery/rest", params={"version": "v1"})
    location = (read.target or "").removesuffix(_HERE).rpartition("/")[2]
    params: dict[str, int | list[str]] = {"dailyMetrics": list(_MEASURES)}
    for name, ago in (("startDate", DAYS), ("endDate", 1)):
        day = date.fromordinal(max(today - ago, 1))
        parts = {"year": day.year, "month": day.month, "day": day.day}
        params |= {f"dailyRange.{name}.{part}": number for part, number in parts.items()}
    url = f"{home}/v1/locations/{quote(location, safe='')}{_METHOD}"
    return httpx.Request("GET", url, params=params, headers=headers)


def parse(body: Mapping[str, object], read: Read, page: str | None, seen: datetime | None) -> Page:
    if _day(page) is None:
        return Page(older=str(seen.date().toordinal()) if seen else None)
    series = body.get("multiDailyMetricTimeSeries", [])
    if not isinstance(series, list):
        raise BadPage("expected series of daily metrics")
    sums: dict[tuple[str, datetime], float] = {}
    for one in (s for many in series for s in f.items(f.obj(many).get("dailyMetricTimeSeries"))):
        measure = _MEASURES.get(f.text(f.obj(one).get("dailyMetric")) or "")
        for dated in f.items(f.obj(f.obj(one).get("timeSeries")).get("datedValues")):
            value, at = _whole(f.obj(dated).get("value")), _end(f.obj(f.obj(dated).get("date")))
            if measure and value is not None and at is not None:
                sums[measure, at] = sums.get((measure, at), 0) + value
    account = (read.target or "").removesuffix(_HERE)
    brand = read.brand
    return Page(
        figures=tuple(
            Figure(brand, NETWORK, account, measure, value, at, "day")
            for (measure, at), value in sums.items()
            if brand
        )
    )


def _day(page: str | None) -> int | None:
    """A page is named by its day: its number in the calendar (``date.toordinal``)."""
    if not page or not page.isascii() or not page.isdecimal() or len(page) > 7:
        return None
    return int(page) if 0 < int(page) <= date.max.toordinal() else None


def _whole(value: object) -> int | None:
    """A 64-bit number, which Google's JSON writes as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return f.count(int(value))
    return f.count(value)


def _end(day: Mapping[str, object]) -> datetime | None:
    """The end of a day; the API says no zone, so UTC."""
    parts = [f.count(day.get(name)) for name in ("year", "month", "day")]
    try:
        year, month, number = (part or 0 for part in parts)
        return f.iso_time(datetime(year, month, number, 23, 59, 59, tzinfo=UTC).isoformat())
    except (ValueError, OverflowError):
        return None
