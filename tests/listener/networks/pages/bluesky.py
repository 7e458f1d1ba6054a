from __future__ import annotations

from listener.networks.base import Read
from listener.networks.bluesky import Bluesky
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal
from tests.listener.networks.recorded import SEARCH

BLUESKY = Bluesky(limit=5, account="balpha760448.test")
OWN = Query("رشفان", "")
US = "balpha760448.test"
POST = "at://did:plc:c65dwhawq7zi4t7qqowbc7nv/app.bsky.feed.post/3n2webrexfs2o"
NAMED = Read("mentions", US, OWN)

CONTRACT = Contract(
    BLUESKY,
    cases=(
        Case(SEARCH, "bluesky/search_first.json", 5, ("full", "next"), older=True),
        Case(SEARCH, "bluesky/search_middle.json", 5, page="5", older=True),
        Case(SEARCH, "bluesky/search_last.json", 1, ("last",), page="10"),
        Case(SEARCH, "bluesky/search_hashtag.json", 6, older=True),
        Case(SEARCH, "bluesky/search_links.json", 1),
        Case(SEARCH, "bluesky/search_empty.json", 0, ("empty",)),
        Case(NAMED, "bluesky/notifications.json", 2),
        Case(NAMED, "bluesky/search_first.json", 5, ("full",), older=True),
        Case(
            Read("own_posts", US, OWN),
            "bluesky/author_feed.json",
            0,
            older=True,
            own_posts=2,
            more=1,
        ),
        Case(Read("replies", POST, OWN), "bluesky/thread.json", 1),
        Case(Read("replies", POST + "#quotes", OWN), "bluesky/quotes.json", 2),
        Case(Read("figures", US, OWN), "bluesky/profile.json", 0, figures=3),
    ),
    refusals=(
        Refusal(400, "query", name="bluesky/refused_400_query.json"),
        Refusal(400, "sign-in", name="bluesky/refused_400_token.json"),
        Refusal(400, "gone", name="bluesky/refused_400_not_found.json"),
        Refusal(401, "sign-in", {"error": "AuthMissing", "message": "Authentication Required"}),
        Refusal(403, "not allowed", {"error": "Forbidden", "message": "Search is not public"}),
        Refusal(
            429,
            300.0,
            {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"},
            {"ratelimit-remaining": "0", "ratelimit-reset": "1795377900"},
        ),
        Refusal(503, None, {"error": "UpstreamFailure", "message": "Upstream unavailable"}),
    ),
    items=("posts",),
    lacks={"deleted": "a search leaves deleted posts out; the stream tells"},
    secret_in="header",
)
