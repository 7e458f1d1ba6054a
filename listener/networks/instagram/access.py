"""What Instagram wants before it answers (what is tried, and what to ask for where it refuses), and
what it tells of its own accord.

Permissions: https://developers.facebook.com/docs/permissions; the feature for hashtags:
https://developers.facebook.com/docs/features-reference/instagram-public-content-access. Pushes:
https://developers.facebook.com/docs/instagram-platform/webhooks/examples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import Read
from listener.networks.graph import push as graph_push
from listener.records import Account

CONSOLE_ARABIC = (
    "افتح Webhooks في لوحة تطبيق Meta واختر Instagram، وأدخل العنوان {address} ورمز التحقق "
    "{token}، ثم اشترك في comments وmentions"
)
CONSOLE_ENGLISH = (
    "in the Meta app's dashboard open Webhooks, choose Instagram, enter {address} and the verify "
    "token {token}, then subscribe to comments and mentions"
)

Kind = Literal["sign-in", "replies", "figures", "hashtag", "mentions"]
Tried = tuple[Kind, str, Mapping[str, str | int], str, str]
"""Kind, path with ``{user}``, parameters, and in Arabic and English what to get."""
_REACH: Mapping[str, str | int] = {
    "metric": "reach", "period": "day", "metric_type": "total_value",
}  # fmt: skip


def tried(own_sign_in: bool) -> list[Tried]:
    """``own_sign_in``: by Instagram's own sign-in, which knows neither hashtags nor tags."""
    if own_sign_in:
        basic, comments, figures = (
            "instagram_business_basic",
            "instagram_business_manage_comments",
            "instagram_business_manage_insights",
        )
    else:
        basic, comments, figures = (
            "instagram_basic", "instagram_manage_comments", "instagram_manage_insights",
        )  # fmt: skip
    always: list[Tried] = [
        (
            "sign-in",
            "{user}",
            {"fields": "id,username"},
            f"أنشئ رمز دخول جديدًا بصلاحية {basic} لحساب إنستغرام مهني، وتحقق من معرّف الحساب "
            "في user",
            f"get a new token with {basic} for a professional account, and check the id in user",
        ),
        (
            "replies",
            "{user}/media",
            {"fields": "id,comments.limit(1){id}", "limit": 1},
            f"اطلب صلاحية {comments} في مراجعة التطبيق لدى Meta؛ من دونها لا تُقرأ التعليقات",
            f"ask for {comments} in Meta's app review; without it no comment is read",
        ),
        (
            "figures",
            "{user}/insights",
            _REACH,
            f"اطلب صلاحية {figures} في مراجعة التطبيق لدى Meta؛ من دونها لا يُعرف الوصول "
            "ولا المشاهدات",
            f"ask for {figures} in Meta's app review; without it reach and views stay unknown",
        ),
    ]
    return always if own_sign_in else [*always, *_BY_FACEBOOK]


_BY_FACEBOOK: list[Tried] = [
    (
        "hashtag",
        "{user}/recently_searched_hashtags",
        {"limit": 1},
        "اطلب ميزة Instagram Public Content Access وصلاحية instagram_basic في مراجعة التطبيق لدى "
        "Meta؛ من دونهما لا تُقرأ الوسوم",
        "ask for the feature Instagram Public Content Access and for instagram_basic in Meta's app "
        "review; without them no hashtag is read",
    ),
    (
        "mentions",
        "{user}/tags",
        {"fields": "id", "limit": 1},
        "اطلب صلاحيتي instagram_manage_comments وpages_read_engagement في مراجعة التطبيق لدى Meta؛ "
        "من دونهما لا تُقرأ المنشورات التي تشير إلى الحساب",
        "ask for instagram_manage_comments and pages_read_engagement in Meta's app review; without "
        "them posts that tag the account are not read",
    ),
]


def due(body: bytes, accounts: Sequence[Account], user: str) -> tuple[Read, ...]:
    """What a push makes worth a look. ``user``: id of the account whose settings name none. Raises
    BadPage."""
    reads: dict[str, Read] = {}
    for told, field, value in graph_push.changes(body):
        ours = graph_push.account_of(told, accounts, user)
        media = graph.native(f.obj(value.get("media")).get("id") or value.get("media_id"))
        if ours is None or media is None:
            continue
        own, query = ours
        if field in ("comments", "live_comments"):
            parent = graph.native(value.get("parent_id"))
            read = Read("replies", f"{parent}/replies" if parent else media, query)
        elif field == "mentions":
            comment = graph.native(value.get("comment_id"))
            what = f"mentioned_comment/{comment}" if comment else f"mentioned_media/{media}"
            read = Read("mentions", f"{own}/{what}", query)
        else:
            continue
        reads[read.key] = read
    return tuple(reads.values())
