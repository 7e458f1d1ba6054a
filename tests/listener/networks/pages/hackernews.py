from __future__ import annotations

from listener.networks.hackernews import HackerNews
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import SEARCH

HACKERNEWS = HackerNews(limit=2)

CONTRACT = Contract(
    HACKERNEWS,
    cases=(
        Case(SEARCH, "hackernews/search_first.json", 2, ("full", "next"), older=True),
        Case(SEARCH, "hackernews/search_last.json", 2, ("last",), page="1795338164"),
        Case(SEARCH, "hackernews/search_empty.json", 0, ("empty",)),
    ),
    refusals=(
        Refusal(400, "query", name="hackernews/refused_400.json"),
        by_proxy(401, "sign-in"),
        Refusal(403, "not allowed", {"message": "Method not allowed", "status": 403}),
        Refusal(429, None, {"message": "Too many requests", "status": 429}),
        by_proxy(503, None),
    ),
    items=("hits",),
    lacks={"deleted": "the search leaves deleted items out and tells of none"},
)
