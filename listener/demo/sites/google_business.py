"""The Google Business Profile API about the world: reviews of the brand's place, its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiohttp import web

from listener.demo.posts import Post
from listener.demo.review_posts import (
    answer,
    average,
    changed,
    dated,
    google_error,
    reviews,
    signed_in,
)
from listener.demo.sites.base import Clock, number
from listener.demo.wire import iso
from listener.demo.world import World

CLIENT = {
    "client_id": "rasid-demo.apps.googleusercontent.com",
    "client_secret": "GOCSPX-demo-secret",
    "refresh_token": "1//demo-refresh",
}
ACCOUNT, LOCATION = "accounts/108", "locations/4711"
PLACE = f"{ACCOUNT}/{LOCATION}"
TOKEN = "ya29.demo-place-token"
A_PAGE = 10
"""Fewer than asked for, as the API may: so that a week has several pages."""
LATE = timedelta(days=3)
"""A day's performance is not counted before."""
_STARS = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE")


class Site:
    """``lost``: the place has been given to another account."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock, self.lost = world, clock, False

    def routes(self) -> Sequence[web.RouteDef]:
        here = "/google_business"
        return [
            web.get(f"{here}/v4/{{account:accounts/\\d+}}/{{place:locations/\\d+}}/reviews",
                    self.listed),
            web.get(f"{here}/$discovery/rest", self.discovery),
            web.post(f"{here}/token", self.granted),
            web.get(f"{here}/v1/{{place:locations/\\d+}}:fetchMultiDailyMetricsTimeSeries",
                    self.performance),
        ]  # fmt: skip

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "locations": [PLACE], "token": TOKEN}

    async def granted(self, request: web.Request) -> web.Response:
        """developers.google.com/identity/protocols/oauth2/web-server#offline"""
        asked = await request.post()
        wanted = {**CLIENT, "grant_type": "refresh_token"}
        if any(asked.get(name) != value for name, value in wanted.items()):
            told = {"error": "invalid_grant", "error_description": "Bad Request"}
            return web.json_response(told, status=400)
        return web.json_response(
            {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        )

    def limited(self) -> web.Response:
        """One request too many; Google does not say for how long."""
        told = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'"
        return google_error(429, "RESOURCE_EXHAUSTED", told)

    def _refused(self, request: web.Request) -> web.Response | None:
        if not signed_in(request, TOKEN):
            return google_error(401, "UNAUTHENTICATED", "Request had invalid credentials.")
        found = request.match_info["place"] == LOCATION and not self.lost
        if not found or request.match_info.get("account", ACCOUNT) != ACCOUNT:
            return google_error(404, "NOT_FOUND", "Requested entity was not found.")
        return None

    async def listed(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        now, query = self.clock(), request.query
        found, size = reviews(self.world, "google_business", now), number(query.get("pageSize"), 50)
        if size > 50:
            return google_error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
        if query.get("orderBy") != "updateTime desc":
            found.sort(key=lambda post: post.at)
        start, most = number(query.get("pageToken"), 0), min(size, A_PAGE)
        body: dict[str, Any] = {}
        if found[start : start + most]:
            body["reviews"] = [review(post, now) for post in found[start : start + most]]
            body |= {"averageRating": average(found), "totalReviewCount": len(found)}
        if start + most < len(found):
            body["nextPageToken"] = str(start + most)
        return web.json_response(body, headers=dated(now))

    async def discovery(self, request: web.Request) -> web.Response:
        told = {"id": "businessprofileperformance:v1", "kind": "discovery#restDescription"}
        return web.json_response(told, headers=dated(self.clock()))

    async def performance(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        query, now = request.query, self.clock()
        try:
            first, last = (
                date(*(int(query[f"dailyRange.{end}.{part}"]) for part in ("year", "month", "day")))
                for end in ("startDate", "endDate")
            )
        except (KeyError, ValueError):
            return google_error(400, "INVALID_ARGUMENT", "dailyRange is required.")
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        series = [
            {"dailyMetric": metric, "timeSeries": {"datedValues": [_value(metric, day, now)
                                                                   for day in days]}}
            for metric in query.getall("dailyMetrics", [])
        ]  # fmt: skip
        body = {"multiDailyMetricTimeSeries": [{"dailyMetricTimeSeries": series}]}
        return web.json_response(body, headers=dated(now))


def _value(metric: str, day: date, now: datetime) -> dict[str, Any]:
    """A value that is nought, or not there yet, is left out."""
    told: dict[str, Any] = {"date": {"year": day.year, "month": day.month, "day": day.day}}
    value = seen(metric, day)
    there = datetime(day.year, day.month, day.day, tzinfo=UTC) + LATE <= now
    return told | ({"value": str(value)} if value and there else {})


def seen(metric: str, day: date) -> int:
    """How often, on a day; calls on odd days only."""
    number = day.toordinal() % 17 + len(metric)
    return number * day.day % 2 if metric == "CALL_CLICKS" else number


def review(post: Post, now: datetime) -> dict[str, Any]:
    """A review as the API writes it; times in nanoseconds."""
    told: dict[str, Any] = {
        "name": f"{PLACE}/reviews/{post.native}",
        "reviewId": post.native,
        "reviewer": {
            "profilePhotoUrl": "https://lh3.googleusercontent.com/a/demo",
            "displayName": post.author.name,
        },
        "starRating": _STARS[post.rating or 0],
        "comment": post.text_at(now),
        "createTime": iso(post.at).replace("Z", "000000Z"),
        "updateTime": iso(changed(post, now)).replace("Z", "000000Z"),
    }
    if (reply := answer(post, now)) is not None:
        told["reviewReply"] = {
            "comment": reply[0], "updateTime": iso(reply[1]), "reviewReplyState": "APPROVED",
        }  # fmt: skip
    return told
