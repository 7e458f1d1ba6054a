"""What Facebook wants before it answers (what is tried, and what to ask for where it refuses), and
what it tells of its own accord.

Permissions: https://developers.facebook.com/docs/permissions. Pushes:
https://developers.facebook.com/docs/graph-api/webhooks/reference/page (``feed``, ``mention``).
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
    "افتح Webhooks في لوحة تطبيق Meta واختر Page، وأدخل العنوان {address} ورمز التحقق {token}، "
    "ثم اشترك في feed وmention"
)
CONSOLE_ENGLISH = (
    "in the Meta app's dashboard open Webhooks, choose Page, enter {address} and the verify token "
    "{token}, then subscribe to feed and mention"
)
_POSTS = frozenset({"post", "status", "photo", "video", "share", "album", "link"})

Kind = Literal["sign-in", "own_posts", "mentions", "replies", "figures"]
TRIED: Sequence[tuple[Kind, str, Mapping[str, str | int], str, str]] = (
    (
        "sign-in",
        "{page}",
        {"fields": "id,name"},
        "أنشئ رمز دخول للصفحة (Page token) بصلاحية pages_show_list من حساب يديرها، وتحقق من معرّف "
        "الصفحة في page",
        "get a Page token with pages_show_list from somebody who manages the Page, and check the "
        "id in page",
    ),
    (
        "own_posts",
        "{page}/feed",
        {"fields": "id", "limit": 1},
        "اطلب صلاحية pages_read_engagement في مراجعة التطبيق لدى Meta؛ من دونها لا تُقرأ منشورات "
        "الصفحة",
        "ask for pages_read_engagement in Meta's app review; without it the Page's posts are not "
        "read",
    ),
    (
        "mentions",
        "{page}/tagged",
        {"fields": "id", "limit": 1},
        "اطلب صلاحيتي pages_read_user_content وpages_read_engagement في مراجعة التطبيق لدى Meta؛ "
        "من دونهما لا تُقرأ المنشورات التي تشير إلى الصفحة",
        "ask for pages_read_user_content and pages_read_engagement in Meta's app review; without "
        "them posts that tag the Page are not read",
    ),
    (
        "replies",
        "{page}/feed",
        {"fields": "id,comments.limit(1){id}", "limit": 1},
        "اطلب صلاحية pages_read_user_content في مراجعة التطبيق لدى Meta؛ من دونها لا تُقرأ "
        "التعليقات",
        "ask for pages_read_user_content in Meta's app review; without it no comment is read",
    ),
    (
        "figures",
        "{page}/insights",
        {"metric": "page_media_view", "period": "day"},
        "اطلب صلاحية read_insights في مراجعة التطبيق لدى Meta؛ من دونها لا يُعرف الوصول ولا "
        "المشاهدات",
        "ask for read_insights in Meta's app review; without it reach and views stay unknown",
    ),
)


def is_post(named: str) -> bool:
    """Whether what a push named (``post:<id>``, ``comment:<id>``) is a post."""
    return named.startswith("post:")


def due(body: bytes, accounts: Sequence[Account], page: str) -> tuple[Read, ...]:
    """What a push makes worth a look. ``page``: id of the Page of an account whose settings name
    none. Raises BadPage."""
    reads: dict[str, Read] = {}
    for told, field, value in graph_push.changes(body):
        ours = graph_push.account_of(told, accounts, page)
        if ours is None:
            continue
        own, query = ours
        post, comment = graph.native(value.get("post_id")), graph.native(value.get("comment_id"))
        item, found = f.text(value.get("item")), []
        if field == "feed" and item == "comment" and post:
            found.append(Read("replies", post, query))
        elif field == "feed" and item in _POSTS:
            found.append(Read("own_posts", own, query))
        elif field == "mention":
            found.append(Read("mentions", own, query))
            named = f"comment:{comment}" if comment else f"post:{post}"
            if comment or post:
                found.append(Read("mentions", f"{own}/{named}", query))
        reads |= {read.key: read for read in found}
    return tuple(reads.values())
