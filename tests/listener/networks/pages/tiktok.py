from __future__ import annotations

from listener.networks.base import Read
from listener.networks.tiktok import TikTok
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
VIDEOS = Read("own_posts", "rashfan", OWN)
USER = Read("figures", "rashfan", OWN)


def error(code: str, message: str) -> dict[str, object]:
    return {"data": {}, "error": {"code": code, "message": message, "log_id": "20261122"}}


CONTRACT = Contract(
    TikTok(limit=3),
    cases=(
        Case(VIDEOS, "tiktok/videos_first.json", 0, ("full", "next"), older=True, own_posts=3),
        Case(VIDEOS, "tiktok/videos_last.json", 0, ("last",), page="1795158000000", own_posts=1),
        Case(VIDEOS, "tiktok/videos_empty.json", 0, ("empty",)),
        Case(USER, "tiktok/user.json", 0, figures=4),
    ),
    refusals=(
        Refusal(
            401,
            "sign-in",
            error("access_token_invalid", "The access token is invalid or not found."),
        ),
        Refusal(401, "not allowed", error("scope_not_authorized", "Scope video.list is missing")),
        Refusal(403, "not allowed", error("scope_permission_missed", "Add video.list")),
        Refusal(429, 60.0, error("rate_limit_exceeded", "The API rate limit was exceeded.")),
        Refusal(503, None, error("internal_error", "Something went wrong")),
        by_proxy(502, None),
    ),
    items=("data", "videos"),
    lacks={"deleted": "a list leaves deleted videos out"},
    secret_in="header",
)
