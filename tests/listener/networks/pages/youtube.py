from __future__ import annotations

from listener.networks.base import Read
from listener.networks.youtube import YouTube
from listener.records import Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy
from tests.listener.networks.recorded import QUERY

YOUTUBE = YouTube()
OWN = Query("رشفان", "")
CHANNEL = "UCWJ2lWNubArHWmf3FIHbfcQ"
WORDS = Read("search", "surfing", QUERY)
VIDEO = Read("replies", "D-lhorsDlUQ", QUERY)
COMMENTS = Read("mentions", CHANNEL, OWN)
THREAD = Read("replies", "D-lhorsDlUQ/Ugw5zYU6n9pmIgAZWvN4AaABAg", OWN)
UPLOADS = Read("own_posts", CHANNEL, OWN)
IDS = "videos:D-lhorsDlUQ,ovdbrdCIP7U:"


def refused(reason: str, message: str = "") -> dict[str, object]:
    return {"error": {"message": message, "errors": [{"reason": reason, "message": message}]}}


CONTRACT = Contract(
    YOUTUBE,
    cases=(
        Case(WORDS, "youtube/search_first.json", 0, ("next",), older=True),
        Case(WORDS, "youtube/search_last.json", 0, older=True),  # its videos
        Case(WORDS, "youtube/search_empty.json", 0, ("empty",)),
        Case(WORDS, "youtube/videos.json", 2, ("full", "last"), page=IDS, more=1),
        Case(WORDS, "youtube/videos.json", 2, page=f"{IDS}CBkQAA", older=True, more=1),
        Case(Read("feed", CHANNEL), "youtube/videos.json", 2, page=IDS),
        Case(UPLOADS, "youtube/uploads.json", 0, older=True),
        Case(UPLOADS, "youtube/videos.json", 0, ("full",), page=IDS, own_posts=2),
        Case(VIDEO, "youtube/threads_first.json", 5, ("full",), older=True, more=1),
        Case(COMMENTS, "youtube/threads_last.json", 2, ("full",)),
        Case(COMMENTS, "youtube/threads_replies.json", 2, more=1),
        Case(THREAD, "youtube/replies.json", 2, older=True),
        Case(Read("figures", CHANNEL, OWN), "youtube/channel.json", 0, figures=3),
        Case(Read("figures", "nba", OWN), "youtube/channel.json", 0, figures=3, more=2),
        Case(Read("figures", "rashfann", OWN), "youtube/channel_unknown.json", 0),
    ),
    refusals=(
        Refusal(400, "sign-in", name="youtube/refused_400_key.json"),
        Refusal(400, "page token", refused("invalidPageToken", "The request is not valid.")),
        Refusal(401, "sign-in", refused("authError", "Invalid Credentials")),
        Refusal(403, "not allowed", name="youtube/refused_403_permission.json"),
        Refusal(403, 43200.0, name="youtube/refused_403_quota.json"),  # noon in California
        Refusal(403, "not allowed", refused("accessNotConfigured", "It has not been used before.")),
        Refusal(403, "gone", refused("commentsDisabled", "It has <b>disabled</b> comments.")),
        Refusal(403, None, refused("rateLimitExceeded", "Too many")),
        Refusal(404, "gone", refused("videoNotFound", "The video cannot be found.")),
        Refusal(429, 7.0, refused("rateLimitExceeded", "Too many"), {"Retry-After": "7"}),
        Refusal(503, None, refused("backendError", "Backend Error")),
        by_proxy(503, None),
    ),
    items=("items",),
    lacks={"deleted": "lists leave deleted ones out; asking again by id tells"},
    secret_in="header",
)
