from __future__ import annotations

from listener.networks.base import Read
from listener.networks.demo import Demo
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import QUERY, SEARCH

DEMO = Demo(limit=4)
TAG = Read("hashtag", "رشفان")
REPLIES = Read("replies", "m1", QUERY)
FIGURES = Read("figures", "rashfan", Query("رشفان", ""))

CONTRACT = Contract(
    DEMO,
    cases=(
        Case(
            SEARCH, "demo/search_first.json", 3, ("full", "next", "deleted"),
            older=True, gone=1, more=1,
        ),
        Case(SEARCH, "demo/search_last.json", 1, ("last",), page="2", skipped=1),
        Case(TAG, "demo/search_empty.json", 0, ("empty",)),
        Case(REPLIES, "demo/replies.json", 2, ("last",)),
        Case(FIGURES, "demo/account.json", 0, figures=1),
    ),
    refusals=(
        Refusal(401, "sign-in", {"error": "token expired"}),
        Refusal(403, "not allowed", {"error": "search needs a review"}),
        Refusal(429, 30.0, {"error": "slow down"}, {"Retry-After": "30"}),
        by_proxy(503, None),
    ),
    items=("posts",),
    secret_in="header",
    anonymous=True,
)  # fmt: skip
