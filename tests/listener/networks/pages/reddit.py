from __future__ import annotations

from listener.networks.base import Read
from listener.networks.reddit import Reddit
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import QUERY

REDDIT = Reddit(user_agent="linux:rasid:1 (by /u/rashfan)", subreddits=("kakapo",), inbox=True)
OWN = Query("رشفان", "")
WORDS = Read("search", "praw oauth search", QUERY)
COMMUNITY = Read("feed", "kakapo")
INBOX = Read("mentions", "rashfan", OWN)
POSTS = Read("own_posts", "rashfan", OWN)
THREAD = Read("replies", "t3_2gmzqe", QUERY)

CONTRACT = Contract(
    REDDIT,
    cases=(
        Case(WORDS, "reddit/search_last.json", 3, ("full", "last"), more=3),
        Case(WORDS, "reddit/new_first.json", 2, ("full", "next"), older=True, more=2),
        Case(WORDS, "reddit/search_empty.json", 0, ("empty",)),
        Case(WORDS, "reddit/info.json", 2, ("deleted",), gone=4, more=1),
        Case(COMMUNITY, "reddit/comments.json", 3, ("full",)),
        Case(COMMUNITY, "reddit/before_deleted_empty.json", 0, ("empty",)),
        Case(COMMUNITY, "reddit/unknown_community.json", 0, skipped=0),
        Case(INBOX, "reddit/inbox_first.json", 2, ("full",), older=True),
        Case(INBOX, "reddit/inbox_mixed.json", 2, older=True),
        Case(INBOX, "reddit/inbox_last.json", 1, ("last",)),
        Case(POSTS, "reddit/comments.json", 0, own_posts=3),
        Case(THREAD, "reddit/thread.json", 2),
        Case(Read("figures", "rashfan", OWN), "reddit/account.json", 0, figures=1),
    ),
    refusals=(
        Refusal(400, "query", name="reddit/refused_400.json"),
        Refusal(302, "gone", {}, {"location": "/subreddits/search?q=nosuchplace"}),
        Refusal(401, "sign-in", {"message": "Unauthorized", "error": 401}),
        Refusal(403, "not allowed", {"reason": "private", "message": "Forbidden", "error": 403}),
        by_proxy(403, "not allowed"),
        Refusal(404, "gone", {"reason": "banned", "message": "Not Found", "error": 404}),
        Refusal(
            429, 342.0, {"message": "Too Many Requests", "error": 429},
            {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "342"},
        ),
        by_proxy(503, None),
    ),
    items=("data", "children"),
    secret_in="header",
)  # fmt: skip
