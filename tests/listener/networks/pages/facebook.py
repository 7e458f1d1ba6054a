from __future__ import annotations

from listener.networks.base import Read
from listener.networks.facebook import Facebook
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.pages.instagram import USED_UP, error

PAGE = "19292868552"
FACEBOOK = Facebook(page=PAGE)
OWN = Query("رشفان", "")
TAGGED = Read("mentions", PAGE, OWN, also=("rashfan",))
POST = Read("mentions", f"{PAGE}/post:175154750010052_424924701699721", OWN)
COMMENT = Read("mentions", f"{PAGE}/comment:10158371815748553_10158371930463553", OWN)
FEED = Read("own_posts", PAGE, OWN)
COMMENTS = Read("replies", f"{PAGE}_10158407654328553", OWN)
FIGURES = Read("figures", PAGE, OWN)
POST_FIGURES = Read("figures", f"{PAGE}/{PAGE}_1", OWN)

CONTRACT = Contract(
    FACEBOOK,
    cases=(
        Case(POST, "facebook/post.json", 1),
        Case(COMMENT, "facebook/comment.json", 1),
        Case(TAGGED, "facebook/tagged.json", 2, ("full", "next"), older=True),
        Case(TAGGED, "facebook/empty.json", 0, ("empty",)),
        Case(FEED, "facebook/feed_first.json", 0, ("full", "next"), own_posts=5, older=True),
        Case(FEED, "facebook/feed_last.json", 5, ("full", "last"), page="after"),
        Case(COMMENTS, "facebook/comments_first.json", 10, ("full", "next"), older=True),
        Case(FIGURES, "facebook/page.json", 0, figures=1, older=True),
        Case(FIGURES, "facebook/insights.json", 0, ("last",), figures=2, page="all"),
        Case(POST_FIGURES, "facebook/post_insights.json", 0, figures=1),
    ),
    refusals=(
        Refusal(400, "not allowed", name="facebook/refused_100.json"),
        Refusal(400, "sign-in", error(190, "Error validating access token", 460)),
        Refusal(400, "query", error(12, "(#12) recommendation is deprecated for v22.0")),
        Refusal(400, 300.0, error(80001, "(#80001) too many calls to this Page"), USED_UP),
        Refusal(401, "sign-in", error(190, "The access token could not be decrypted")),
        Refusal(403, "not allowed", error(200, "(#200) Requires pages_read_engagement")),
        Refusal(403, None, error(32, "(#32) Page request limit reached")),
        Refusal(429, 60.0, error(613, "Calls to this api have exceeded"), {"retry-after": "60"}),
        Refusal(500, None, error(1, "Please reduce the amount of data you're asking for")),
        by_proxy(503, None),
    ),
    items=("data",),
    lacks={"deleted": "pages leave out what is deleted; a batch of ids tells"},
    secret_in="header",
    anonymous=True,
)
