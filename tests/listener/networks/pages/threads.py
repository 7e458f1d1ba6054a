from __future__ import annotations

from listener.networks.base import Read
from listener.networks.threads import Threads
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.pages.instagram import error
from tests.listener.networks.recorded import QUERY

USER = "17841499999999999"
THREADS = Threads(user=USER, limit=3)
OWN = Query("رشفان", "")
SEARCH = Read("search", "رشفان", QUERY)
TAG = Read("hashtag", "رشفان")
MENTIONS = Read("mentions", USER, OWN, also=("rashfan",))
POSTS = Read("own_posts", USER, OWN)
REPLIES = Read("replies", "18050000000000021", OWN)
FIGURES = Read("figures", USER, OWN)
POST_FIGURES = Read("figures", f"{USER}/18050000000000021", OWN)

CONTRACT = Contract(
    THREADS,
    cases=(
        Case(SEARCH, "threads/search_first.json", 3, ("full", "next"), older=True),
        Case(SEARCH, "threads/search_last.json", 1, ("last",), page="QVFIUb", skipped=1),
        Case(TAG, "threads/empty.json", 0, ("empty",)),
        Case(MENTIONS, "threads/mentions.json", 2, ("full", "last")),
        Case(POSTS, "threads/own_threads.json", 0, own_posts=2, more=3, older=True),
        Case(REPLIES, "threads/conversation.json", 1, ("full",), own_posts=1),
        Case(FIGURES, "threads/insights.json", 0, figures=6),
        Case(POST_FIGURES, "threads/post_insights.json", 0, figures=6),
    ),
    refusals=(
        Refusal(400, "sign-in", error(190, "Error validating access token", 463)),
        Refusal(400, "query", error(100, "(#100) Param search_mode must be one of {KEYWORD, TAG}")),
        Refusal(401, "sign-in", error(190, "The access token could not be decrypted")),
        Refusal(403, "not allowed", error(10, "(#10) Application does not have permission")),
        Refusal(429, 60.0, error(613, "Calls to this api have exceeded"), {"retry-after": "60"}),
        by_proxy(503, None),
    ),
    items=("data",),
    lacks={"deleted": "pages leave out what is deleted, and others' posts have no id to ask for"},
    secret_in="header",
)
