from __future__ import annotations

import json

from listener.networks.base import Read
from listener.networks.instagram import Instagram
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

USER = "17841407673135339"
INSTAGRAM = Instagram(user=USER)
OWN = Query("رشفان", "")
TAG = Read("hashtag", "developers")
TAGS = Read("mentions", USER, OWN, also=("rashfan",))
MEDIA = Read("mentions", f"{USER}/mentioned_media/17990000000000001", OWN, also=("rashfan",))
COMMENT = Read("mentions", f"{USER}/mentioned_comment/17990000000000009", OWN)
COMMENTS = Read("replies", "17846368219941692", OWN)
THREADS = Read("replies", "17885103395504675", OWN)
POSTS = Read("own_posts", USER, OWN)
FIGURES = Read("figures", USER, OWN)
POST_FIGURES = Read("figures", f"{USER}/18035507131611621", OWN)


def error(code: int, message: str, sub: int | None = None) -> dict[str, object]:
    told: dict[str, object] = {"message": message, "type": "OAuthException", "code": code}
    return {"error": told | ({"error_subcode": sub} if sub else {}) | {"fbtrace_id": "AQt_hJ68v"}}


USED_UP = {
    "x-business-use-case-usage": json.dumps(
        {
            USER: [
                {
                    "type": "instagram", "call_count": 100, "total_cputime": 25,
                    "total_time": 25, "estimated_time_to_regain_access": 5,
                }
            ]
        }
    )
}  # fmt: skip
NO_REVIEW = (
    "(#100) Object does not exist, cannot be loaded due to missing permission or reviewable "
    "feature, or does not support this operation"
)

CONTRACT = Contract(
    INSTAGRAM,
    cases=(
        Case(MEDIA, "instagram/mentioned_media.json", 1),
        Case(COMMENT, "instagram/mentioned_comment.json", 1),
        Case(TAG, "instagram/tag_lookup.json", 0, older=True),
        Case(TAG, "instagram/tag_first.json", 5, ("full", "next"), older=True),
        Case(TAG, "instagram/tag_last.json", 5, ("last",), page="after"),
        Case(TAGS, "instagram/tags.json", 5, ("full",)),
        Case(TAGS, "instagram/empty.json", 0, ("empty",)),
        Case(COMMENTS, "instagram/comments_first.json", 2, older=True),
        Case(COMMENTS, "instagram/comments_last.json", 2, page="after"),
        Case(THREADS, "instagram/threads.json", 2, own_posts=1, more=1, skipped=1),
        Case(POSTS, "instagram/own_media.json", 0, ("full",), own_posts=2),
        Case(FIGURES, "instagram/account.json", 0, figures=2, older=True),
        Case(FIGURES, "instagram/insights.json", 0, figures=3, page="all"),
        Case(POST_FIGURES, "instagram/post_insights.json", 0, figures=1),
    ),
    refusals=(
        Refusal(400, "sign-in", error(190, "Error validating access token", 463)),
        Refusal(400, "not allowed", error(100, NO_REVIEW)),
        Refusal(400, "query", error(100, "(#100) Tried accessing nonexisting field (username)")),
        Refusal(400, "gone", error(100, "Unsupported get request", 33)),
        Refusal(400, "page token", error(100, "(#100) Invalid cursors values are not allowed")),
        Refusal(400, 21_600.0, error(18, "(#18) maximum number of hashtags", 2207034)),
        Refusal(400, None, error(2, "An unexpected error has occurred")),
        Refusal(400, 300.0, error(80002, "(#80002) too many calls to this account"), USED_UP),
        Refusal(401, "sign-in", error(190, "The access token could not be decrypted")),
        Refusal(403, "not allowed", error(10, "(#10) Application does not have permission")),
        Refusal(403, 900.0, error(4, "(#4) Application request limit reached"),
                {"x-app-usage": '{"call_count":101,"total_time":9,"total_cputime":1}'}),
        Refusal(429, 60.0, error(613, "Calls to this api have exceeded"), {"retry-after": "60"}),
        by_proxy(503, None),
    ),
    items=("data",),
    lacks={"deleted": "pages leave out what is deleted; a batch of ids tells"},
    secret_in="header",
    anonymous=True,
)  # fmt: skip
