from __future__ import annotations

from listener.networks.appstore import AppStore
from listener.networks.base import Read
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
APP = "sa/1404176564"
REVIEWS, THROUGH = Read("mentions", APP, OWN), Read("refresh", APP, OWN)
FIGURES = Read("figures", APP, OWN)
APPSTORE = AppStore(apps=("1404176564",))

CONTRACT = Contract(
    APPSTORE,
    cases=(
        Case(REVIEWS, "appstore/reviews_first.json", 2, ("full", "next"), older=True),
        Case(REVIEWS, "appstore/reviews_with_app.json", 1, ("last",), page="3"),
        Case(REVIEWS, "appstore/reviews_single.json", 1),
        Case(REVIEWS, "appstore/reviews_empty_middle.json", 0, page="2", older=True),
        Case(REVIEWS, "appstore/reviews_empty.json", 0, ("empty",)),
        Case(THROUGH, "appstore/reviews_first.json", 2, older=True),
        Case(FIGURES, "appstore/lookup.json", 0, figures=2),
        Case(FIGURES, "appstore/lookup_none.json", 0),
    ),
    refusals=(
        by_proxy(401, "sign-in"),
        by_proxy(403, None),  # asked too often: nobody signs in here
        by_proxy(404, "gone"),
        Refusal(429, 60.0, "<html>Too many requests</html>", {"Retry-After": "60"}),
        by_proxy(503, None),
    ),
    items=("feed", "entry"),
    lacks={"deleted": "the feed leaves deleted reviews out and tells of none"},
)
