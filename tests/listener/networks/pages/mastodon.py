from __future__ import annotations

from listener.networks.base import Read
from listener.networks.mastodon import Mastodon
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import SEARCH

MASTODON = Mastodon(api_url="https://fosstodon.org", limit=3)
TAG = Read("hashtag", "rstats")
OWN = Query("رشفان", "")
US = "117020565966271181"
STATUS = "114026814291152535"

CONTRACT = Contract(
    MASTODON,
    cases=(
        Case(TAG, "mastodon/tag_first.json", 3, ("full", "next"), older=True),
        Case(TAG, "mastodon/tag_single_4_5.json", 1, older=True),
        Case(TAG, "mastodon/context_replies.json", 3, ("last",)),
        Case(TAG, "mastodon/account_replies.json", 2, older=True),
        Case(SEARCH, "mastodon/search_empty.json", 0, ("empty",)),
        Case(Read("mentions", US, OWN), "mastodon/notifications.json", 1, older=True),
        Case(
            Read("own_posts", US, OWN),
            "mastodon/account_statuses.json",
            0,
            older=True,
            own_posts=3,
        ),
        Case(Read("replies", STATUS, OWN), "mastodon/context.json", 3),
        Case(
            Read("figures", "mastodonpy_test", OWN),
            "mastodon/account.json",
            0,
            figures=3,
            more=1,
        ),
    ),
    refusals=(
        Refusal(401, "sign-in", name="mastodon/refused_401.json"),
        Refusal(403, "not allowed", {"error": "This action is not allowed"}),
        Refusal(
            429,
            240.0,
            {"error": "Too many requests"},
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-22T20:04:00.000Z"},
        ),
        by_proxy(503, None),
    ),
    lacks={"deleted": "timelines leave deleted statuses out; the stream tells"},
    secret_in="header",
)
