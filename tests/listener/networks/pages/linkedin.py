from __future__ import annotations

from listener.networks.base import Read
from listener.networks.linkedin import LinkedIn
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

OWN = Query("رشفان", "")
PAGE = "2414183"
POST = "urn:li:share:7130000000000000001"
NOTES = Read("mentions", PAGE, OWN)

CONTRACT = Contract(
    LinkedIn(organization=PAGE),
    cases=(
        Case(NOTES, "linkedin/notifications.json", 4, ("next", "deleted"), older=True, gone=1),
        Case(NOTES, "linkedin/notifications_last.json", 2, ("full", "last"), page="6"),
        Case(NOTES, "linkedin/empty.json", 0, ("empty",)),
        Case(
            Read("own_posts", PAGE, OWN),
            "linkedin/posts.json",
            0,
            ("full", "last"),
            own_posts=3,
            more=6,
        ),
        Case(Read("replies", POST, OWN), "linkedin/comments.json", 3, ("full", "last"), more=1),
        Case(Read("figures", PAGE, OWN), "linkedin/followers.json", 0, figures=1),
        Case(Read("figures", f"{PAGE}#posts", OWN), "linkedin/share_statistics.json", 0, figures=5),
        Case(Read("figures", f"{PAGE}#{POST}", OWN), "linkedin/post_statistics.json", 0, figures=5),
        Case(Read("figures", f"{PAGE}#page", OWN), "linkedin/page_statistics.json", 0, figures=1),
    ),
    refusals=(
        Refusal(
            401,
            "sign-in",
            {"status": 401, "serviceErrorCode": 65601, "code": "REVOKED_ACCESS_TOKEN",
             "message": "The token used in the request has been revoked by the user"},
        ),
        Refusal(
            403,
            "not allowed",
            {"status": 403, "serviceErrorCode": 100, "code": "ACCESS_DENIED",
             "message": "Not enough permissions to access: organizationalEntityNotifications"},
        ),
        Refusal(
            429,
            4 * 3600.0,
            {"status": 429, "code": "TOO_MANY_REQUESTS",
             "message": "Resource level throttle APPLICATION DAY limit is reached"},
        ),
        Refusal(
            426,
            "query",
            {"status": 426, "code": "NONEXISTENT_VERSION",
             "message": "Requested version 20230101 is not active"},
        ),
        Refusal(503, None, {"status": 503, "message": "Service unavailable"}),
        by_proxy(502, None),
    ),
    items=("elements",),
    secret_in="header",
)  # fmt: skip
