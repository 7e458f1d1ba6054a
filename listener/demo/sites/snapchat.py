"""Snapchat's Public Profile API about the world: the brand's profile in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.sites.base import Clock, dated
from listener.demo.world import World

TOKEN, PROFILE = "snapchat-token-of-rashfan", "bd6bd72d-96a4-4cb5-9d13-8a18a3f5c1a1"
NUMBERS = {"VIEWS": 733_012, "VIEWERS": 91_230, "SHARES": 441, "STORY_VIEWS": 512_000,
           "INTERACTIONS": 12_033}  # fmt: skip


class Site:
    """``allowed``: whether the app is on the allowlist."""

    allowed = True

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": TOKEN, "profile": PROFILE}

    def routes(self) -> Sequence[web.RouteDef]:
        profile = "/snapchat/public_profiles/{id}"
        return [web.get(profile, self._profile), web.get(f"{profile}/stats", self._stats)]

    async def _profile(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        shown = {
            "id": PROFILE, "organization_id": "8fdeefec-f502-4ca8-9a84-6411e0a51053",
            "display_name": BRAND_PERSON.name, "description": "قهوة",
            "category": "CATEGORY_V3_BUSINESS_GROUP", "snap_user_name": BRAND_PERSON.handle,
            "profile_type": "PUBLIC_PROFILE", "profile_tier": "TIER_PUBLIC",
            "subscriber_count": BRAND_PERSON.followers,
            "share_authorized_data_with_api_partners": False,
        }  # fmt: skip
        one = {"sub_request_status": "SUCCESS", "public_profile": shown}
        return self._told({"public_profiles": [one]})

    async def _stats(self, request: web.Request) -> web.StreamResponse:
        if (refused := self._refused(request)) is not None:
            return refused
        wanted = request.query.get("fields", "").split(",")
        unknown = [name for name in wanted if name not in NUMBERS]
        if unknown:
            return _error("E1002", f"field {unknown[0]} is not available for PROFILE", 400)
        fields = [
            {"field": {"field_name": name},
             "stats": [{"dimension_breakdown": "DEFAULT", "value": str(NUMBERS[name])}]}
            for name in wanted
        ]  # fmt: skip
        span = {"start_time": "1970-01-01T00:00:00.000Z", "end_time": "2026-11-22T00:00:00.000Z"}
        asset = {"asset_type": "PROFILE", "asset_id": PROFILE}
        return self._told({"assets": [{**asset, "timeseries": [{**span, "fields": fields}]}]})

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error("E1003", "Unauthorized", 401)
        if not self.allowed:
            return _error("E1004", "The app is not on the allowlist", 403)
        if request.match_info["id"] != PROFILE:
            return _error("E1006", "No such profile", 404)
        return None

    def _told(self, body: Mapping[str, Any]) -> web.StreamResponse:
        whole = {"request_status": "SUCCESS", "request_id": "6720f0aa00ff04", **body}
        return dated(web.json_response(whole), self.clock())


def _error(code: str, message: str, status: int) -> web.Response:
    told = {"request_status": "ERROR", "request_id": "6720f0aa00ff07", "error_code": code}
    body = {**told, "debug_message": message, "display_message": "The request failed"}
    return web.json_response(body, status=status)
