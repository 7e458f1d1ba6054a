from __future__ import annotations

from listener.networks.base import Read
from listener.networks.google_business import GoogleBusiness
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
PLACE = "accounts/108/locations/4711"
REVIEWS, THROUGH = Read("mentions", PLACE, OWN), Read("own_posts", PLACE, OWN)
FIGURES = Read("figures", PLACE, OWN)
PERFORMANCE = Read("figures", f"{PLACE}/performance", OWN)
TODAY = "739942"  # 22 November 2026
GOOGLE_BUSINESS = GoogleBusiness(locations=(PLACE,))


def error(code: int, status: str, message: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "status": status, **more}}


CONTRACT = Contract(
    GOOGLE_BUSINESS,
    cases=(
        Case(REVIEWS, "google_business/reviews_first.json", 3, ("full", "next"), older=True),
        Case(
            REVIEWS, "google_business/reviews_last.json", 2, ("last",),
            page="CAoQAB1", own_posts=1, skipped=1,
        ),
        Case(REVIEWS, "google_business/reviews_empty.json", 0, ("empty",)),
        Case(THROUGH, "google_business/reviews_last.json", 0, own_posts=1, skipped=1),
        Case(FIGURES, "google_business/figures.json", 0, figures=2),
        Case(PERFORMANCE, "google_business/discovery.json", 0, older=True),
        Case(PERFORMANCE, "google_business/performance.json", 0, page=TODAY, figures=3),
    ),
    refusals=(
        Refusal(401, "sign-in", error(401, "UNAUTHENTICATED", "Request had invalid credentials.")),
        Refusal(403, "not allowed", error(403, "PERMISSION_DENIED", "No permission")),
        Refusal(
            403, None,
            error(403, "PERMISSION_DENIED", "Slow down", errors=[{"reason": "rateLimitExceeded"}]),
        ),
        Refusal(404, "gone", error(404, "NOT_FOUND", "Requested entity was not found.")),
        Refusal(429, None, error(429, "RESOURCE_EXHAUSTED", "Quota exceeded")),
        Refusal(429, "not allowed", name="google_business/not_approved_429.json"),
        Refusal(503, None, error(503, "UNAVAILABLE", "The service is currently unavailable.")),
        by_proxy(502, None),
    ),
    items=("reviews",),
    lacks={"deleted": "a review that is gone is just not there: Page.there tells"},
    secret_in="header",
    anonymous=True,
)  # fmt: skip
