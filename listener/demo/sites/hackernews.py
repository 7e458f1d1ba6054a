"""Algolia's search of Hacker News about the world."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from listener.demo import wire
from listener.demo.sites.base import Clock, number
from listener.demo.world import World

_FILTER = re.compile(r"created_at_i(>=|<=|>|<)(\d+)")


class Site:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address}

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get("/hackernews/api/v1/search_by_date", self.search_by_date)]

    async def search_by_date(self, request: web.Request) -> web.Response:
        now, query = self.clock(), request.query
        limit = min(max(number(query.get("hitsPerPage"), 20), 1), 1000)
        words = query.get("query", "").replace('"', "").casefold()
        bounds = _FILTER.findall(query.get("numericFilters", ""))
        posts = [
            post
            for post in self.world.seen("hackernews", now)
            if all(word in post.text.casefold() for word in words.split())
            and all(_holds(int(post.at.timestamp()), sign, int(bound)) for sign, bound in bounds)
        ]
        reach = posts[:1000]
        page = number(query.get("page"), 0)
        hits = reach[page * limit : (page + 1) * limit]
        return web.json_response(
            {
                "exhaustive": {"nbHits": True, "typo": True},
                "exhaustiveNbHits": True,
                "exhaustiveTypo": True,
                "hits": [wire.hit(post, words) for post in hits],
                "hitsPerPage": limit,
                "nbHits": len(posts),
                "nbPages": -(-len(reach) // limit),
                "page": page,
                "params": f"advancedSyntax=true&analyticsTags=backend&hitsPerPage={limit}",
                "processingTimeMS": 3,
                "processingTimingsMS": {"_request": {"roundTrip": 12}, "total": 3},
                "query": words,
                "serverTimeMS": 4,
            }
        )


def _holds(value: int, sign: str, bound: int) -> bool:
    return {
        ">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound,
    }[sign]  # fmt: skip
