from __future__ import annotations

from listener.networks.base import Read
from listener.networks.snapchat import Snapchat
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
KEY = "bd6bd72d-96a4-4cb5-9d13-8a18a3f5c1a1"
PROFILE = Read("figures", KEY, OWN)
STATS = Read("figures", f"{KEY}#stats", OWN)


def error(code: str, message: str) -> dict[str, object]:
    told = {"request_status": "ERROR", "request_id": "6720", "error_code": code}
    return {**told, "debug_message": message, "display_message": "The request failed"}


CONTRACT = Contract(
    Snapchat(profile=KEY),
    cases=(
        Case(PROFILE, "snapchat/profile.json", 0, figures=1),
        Case(STATS, "snapchat/stats.json", 0, ("last",), figures=5),
        Case(STATS, "snapchat/stats_empty.json", 0, ("empty",)),
    ),
    refusals=(
        Refusal(401, "sign-in", error("E1003", "Unauthorized")),
        Refusal(403, "not allowed", error("E1004", "The app is not on the allowlist")),
        Refusal(429, 30.0, error("E1005", "Too many requests"), {"retry-after": "30"}),
        Refusal(500, None, error("E1001", "Internal error")),
        by_proxy(503, None),
    ),
    lacks={
        "full": "an answer is one profile's numbers, no list",
        "next": "an answer is one profile's numbers: no pages",
        "deleted": "nothing but numbers is read",
    },
    secret_in="header",
)
