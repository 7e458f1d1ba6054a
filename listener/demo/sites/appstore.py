"""Apple's feed of customer reviews about the world, with its oddities, and the lookup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from listener.demo.posts import Post
from listener.demo.review_posts import average, changed, dated, reviews
from listener.demo.sites.base import Clock
from listener.demo.world import World

APP = "1404176564"
COUNTRIES = ("sa", "ae")
A_PAGE = 6
"""A real page has 50: shorter here, so that a week has several."""
_TYPE = "text/javascript"


class Site:
    """``flaky``: page 2 is empty whenever it is asked for."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock, self.flaky = world, clock, False

    def routes(self) -> Sequence[web.RouteDef]:
        feed = "/appstore/{country}/rss/customerreviews/page={page}/id={app}/sortby=mostrecent/json"
        return [web.get(feed, self.feed), web.get("/appstore/lookup", self.lookup)]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "apps": [APP], "countries": list(COUNTRIES)}

    def limited(self) -> web.Response:
        """Apple says no more than this."""
        return web.Response(status=403, text="<html>Forbidden</html>", content_type="text/html")

    def of(self, country: str) -> list[Post]:
        """Reviews of one store, by their last change."""
        found = reviews(self.world, "appstore", self.clock())
        return [post for post in found if COUNTRIES[int(post.native) % 2] == country]

    async def feed(self, request: web.Request) -> web.Response:
        country, page = request.match_info["country"], int(request.match_info["page"])
        if page > 10:
            return web.Response(status=400, text="CustomerReviews RSS page depth is limited to 10")
        now = self.clock()
        found = self.of(country) if request.match_info["app"] == APP else []
        last = max(1, -(-len(found) // A_PAGE))
        shown = [_review(p, country, now) for p in found[(page - 1) * A_PAGE : page * A_PAGE]]
        if page == 1 and found:
            shown = [_app(), *shown]
        if page == 2 and self.flaky:
            shown = []
        address = f"https://itunes.apple.com/{country}/rss/customerreviews"
        links = [("self", page), ("first", 1), ("last", last)]
        body: dict[str, Any] = {
            "author": {"name": {"label": "iTunes Store"}},
            "updated": {"label": now.isoformat(timespec="seconds")},
            "title": {"label": "iTunes Store: Customer Reviews"},
            "link": [
                {"attributes": {"rel": rel, "href": f"{address}/page={n}/id={APP}/xml"}}
                for rel, n in links
            ],
            "id": {"label": address},
        }
        if shown:
            body["entry"] = shown[0] if len(shown) == 1 else shown
        return web.json_response({"feed": body}, content_type=_TYPE, headers=dated(now))

    async def lookup(self, request: web.Request) -> web.Response:
        found = self.of(request.query.get("country", "us"))
        results = [
            {
                "trackId": int(APP),
                "trackName": "رشفان",
                "averageUserRating": average(found),
                "userRatingCount": 100 * len(found),
            }
        ]
        there = bool(found) and request.query.get("id") == APP
        body = {"resultCount": int(there), "results": results if there else []}
        return web.json_response(body, content_type=_TYPE, headers=dated(self.clock()))


def _app() -> dict[str, Any]:
    return {
        "im:name": {"label": "رشفان"},
        "im:artist": {"label": "Rashfan"},
        "id": {"label": f"https://itunes.apple.com/app/id{APP}", "attributes": {"im:id": APP}},
        "title": {"label": "رشفان - Rashfan"},
    }


def _review(post: Post, country: str, now: Any) -> dict[str, Any]:
    """An entry of the feed: the first words are its title."""
    title, _, rest = post.text_at(now).partition(" ")
    home = f"https://itunes.apple.com/{country}"
    who = int.from_bytes(post.author.handle.encode()[:4], "big")
    return {
        "author": {
            "uri": {"label": f"{home}/reviews/id{who}"},
            "name": {"label": post.author.name},
            "label": "",
        },
        "updated": {"label": changed(post, now).isoformat(timespec="seconds")},
        "im:rating": {"label": str(post.rating)},
        "im:version": {"label": "3.4.3"},
        "id": {"label": post.native},
        "title": {"label": title},
        "content": {"label": rest, "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": f"{home}/review?id={APP}&type=Purple"}},
        "im:voteSum": {"label": str(post.likes)},
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
        "im:voteCount": {"label": str(post.likes + 1)},
    }
