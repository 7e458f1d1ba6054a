from __future__ import annotations

from listener.networks.base import Read
from listener.networks.googleplay import GooglePlay
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
PACKAGE = "com.rashfan.app"
REVIEWS, WEEK = Read("mentions", PACKAGE, OWN), Read("own_posts", PACKAGE, OWN)
GOOGLEPLAY = GooglePlay(packages=(PACKAGE,))


def error(code: int, message: str, reason: str) -> dict[str, object]:
    told = {"message": message, "domain": "androidpublisher", "reason": reason}
    return {"error": {"code": code, "message": message, "errors": [told]}}


CONTRACT = Contract(
    GOOGLEPLAY,
    cases=(
        Case(REVIEWS, "googleplay/reviews_first.json", 3, ("full", "next"), older=True),
        Case(
            REVIEWS, "googleplay/reviews_last.json", 1, ("last",),
            page="CgwI==", own_posts=2, skipped=1,
        ),
        Case(REVIEWS, "googleplay/reviews_empty.json", 0, ("empty",)),
        Case(WEEK, "googleplay/reviews_first.json", 3, older=True),
    ),
    refusals=(
        Refusal(401, "sign-in", error(401, "Invalid Credentials", "authError")),
        Refusal(403, "not allowed", error(403, "The caller has no permission", "permissionDenied")),
        Refusal(403, None, error(403, "Quota exceeded for quota metric", "rateLimitExceeded")),
        Refusal(404, "gone", error(404, "Package not found: com.x", "applicationNotFound")),
        Refusal(429, None, error(429, "Quota exceeded", "rateLimitExceeded")),
        by_proxy(503, None),
    ),
    items=("reviews",),
    lacks={"deleted": "the list leaves deleted reviews out and tells of none"},
    secret_in="header",
    anonymous=True,  # a reviewer may have no name
)  # fmt: skip
