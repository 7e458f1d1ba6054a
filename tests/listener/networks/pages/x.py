from __future__ import annotations

from listener.networks.base import Read
from listener.networks.x import X
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import SEARCH

OWN = Query("رشفان", "")
PROBLEMS = "https://api.x.com/2/problems/"

CONTRACT = Contract(
    X(),
    cases=(
        Case(SEARCH, "x/search_first.json", 4, ("full", "next", "deleted"), older=True, gone=1),
        Case(SEARCH, "x/search_last.json", 4, ("full", "last")),
        Case(Read("replies", "1275653067283759104", OWN), "x/search_last.json", 4),
        Case(Read("mentions", "783214", OWN), "x/mentions_first.json", 3, ("next",), older=True),
        Case(
            Read("own_posts", "2244994945", OWN),
            "x/own_posts.json",
            0,
            ("full", "next"),
            older=True,
            own_posts=5,
            more=5,
        ),
        Case(Read("figures", "TwitterDev", OWN), "x/account.json", 0, figures=3, more=2),
        Case(Read("figures", "2244994945", OWN), "x/account.json", 0, figures=3),
        Case(SEARCH, "x/empty.json", 0, ("empty",)),
    ),
    refusals=(
        Refusal(401, "sign-in", {"title": "Unauthorized", "type": "about:blank", "status": 401}),
        Refusal(
            403,
            "not allowed",
            {
                "title": "Client Forbidden",
                "detail": "you must use keys and tokens from an App attached to a Project",
                "reason": "client-not-enrolled",
                "type": PROBLEMS + "client-forbidden",
            },
        ),
        Refusal(
            429,
            540.0,
            {"title": "Too Many Requests", "type": "about:blank", "status": 429},
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1795378140"},
        ),
        Refusal(
            429,
            3600.0,
            {
                "title": "UsageCapExceeded",
                "detail": "Usage cap exceeded: Monthly product cap",
                "period": "Monthly",
                "type": PROBLEMS + "usage-capped",
            },
            {"x-rate-limit-remaining": "12", "x-rate-limit-reset": "1795378140"},
        ),
        Refusal(503, None, {"title": "Service Unavailable", "type": "about:blank"}),
        by_proxy(502, None),
    ),
    items=("data",),
    secret_in="header",
)
