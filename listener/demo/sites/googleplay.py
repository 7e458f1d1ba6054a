"""The Google Play Developer API's reviews about the world: what was written in the last week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from listener.demo.posts import Post
from listener.demo.review_posts import answer, changed, dated, google_error, reviews, signed_in
from listener.demo.sites.base import Clock, number
from listener.demo.wire import language
from listener.demo.world import World

PACKAGE, TOKEN = "com.rashfan.app", "ya29.demo-app-token"
WEEK, AN_HOUR = timedelta(days=7), 200
A_PAGE = 10
"""A real page has up to 100: shorter here, so that a week has several."""


class Site:
    """``asked``: when, of the last hour."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.asked: list[datetime] = []

    def routes(self) -> Sequence[web.RouteDef]:
        path = "/googleplay/androidpublisher/v3/applications/{package}/reviews"
        return [web.get(path, self.listed)]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "packages": [PACKAGE], "token": TOKEN}

    def limited(self) -> web.Response:
        return google_error(429, "RESOURCE_EXHAUSTED", "Quota exceeded")

    async def listed(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        if not signed_in(request, TOKEN):
            return google_error(401, "UNAUTHENTICATED", "Request had invalid credentials.")
        if request.match_info["package"] != PACKAGE:
            return google_error(404, "NOT_FOUND", "Package not found.")
        self.asked = [at for at in self.asked if at > now - timedelta(hours=1)] + [now]
        if len(self.asked) > AN_HOUR:
            return self.limited()
        week = now - WEEK
        found = [p for p in reviews(self.world, "googleplay", now) if changed(p, now) > week]
        start, most = (
            number(query.get("token"), 0),
            min(number(query.get("maxResults"), 10), A_PAGE),
        )
        shown = found[start : start + most]
        body: dict[str, Any] = {"reviews": [_review(p, now) for p in shown]} if shown else {}
        if start + most < len(found):
            body["tokenPagination"] = {"nextPageToken": str(start + most)}
        return web.json_response(body, headers=dated(now))


def _review(post: Post, now: datetime) -> dict[str, Any]:
    """A review as the API writes it: title, tab, body."""
    comments: list[dict[str, Any]] = [
        {
            "userComment": {
                "text": f"\t{post.text_at(now)}",
                "lastModified": _time(changed(post, now)),
                "starRating": post.rating,
                "reviewerLanguage": language(post),
                "device": "a52q",
                "androidOsVersion": 33,
                "appVersionCode": 343,
                "appVersionName": "3.4.3",
                "thumbsUpCount": post.likes,
                "thumbsDownCount": 0,
            }
        }
    ]
    if (reply := answer(post, now)) is not None:
        told = {"text": reply[0], "lastModified": _time(reply[1])}
        comments.append({"developerComment": told})
    return {"reviewId": post.native, "authorName": post.author.name, "comments": comments}


def _time(moment: datetime) -> dict[str, Any]:
    return {"seconds": str(int(moment.timestamp())), "nanos": moment.microsecond * 1000}
