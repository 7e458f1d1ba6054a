from __future__ import annotations

from listener.networks.base import Read
from listener.networks.pinterest import Pinterest
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
PINS = Read("own_posts", "rashfan", OWN)
ACCOUNT = Read("figures", "rashfan", OWN)
BOOKMARK = "LT4xMTc3NDc3"

CONTRACT = Contract(
    Pinterest(),
    cases=(
        Case(PINS, "pinterest/pins_first.json", 0, ("next",), older=True, own_posts=3, figures=7),
        Case(PINS, "pinterest/pins_last.json", 0, ("last",), page=BOOKMARK, own_posts=1, figures=1),
        Case(PINS, "pinterest/pins_empty.json", 0, ("empty",)),
        Case(ACCOUNT, "pinterest/account.json", 0, figures=4),
    ),
    refusals=(
        Refusal(401, "sign-in", {"code": 2, "message": "Authentication failed."}),
        Refusal(403, "not allowed", {"code": 7, "message": "You are not permitted to do that."}),
        Refusal(
            429,
            12.0,
            {"code": 8, "message": "You have exceeded your rate limit. Try again later."},
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "12"},
        ),
        Refusal(500, None, {"code": -1, "message": "Unexpected error"}),
        by_proxy(503, None),
    ),
    items=("items",),
    lacks={
        "deleted": "a list leaves deleted pins out",
        "full": "a page of pins brings figures besides, counted by hand in its own tests",
    },
    secret_in="header",
)
