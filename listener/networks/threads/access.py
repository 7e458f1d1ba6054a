"""What Threads wants before it answers (what is tried, and what to ask for where it refuses), and
what it tells of its own accord.

Permissions: https://developers.facebook.com/documentation/threads/get-started. Pushes:
https://developers.facebook.com/documentation/threads/webhooks.
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
    "افتح حالة استخدام Threads في لوحة تطبيق Meta ثم الإعدادات، وأدخل في Webhooks العنوان "
    "{address} ورمز التحقق {token}، ثم اشترك في replies وmentions"
)
CONSOLE_ENGLISH = (
    "in the Meta app's dashboard open the Threads use case and its settings, enter {address} and "
    "the verify token {token} under Webhooks, then subscribe to replies and mentions"
)

Kind = Literal["sign-in", "search", "mentions", "replies", "figures"]
TRIED: Sequence[tuple[Kind, str, Mapping[str, str | int], str, str]] = (
    (
        "sign-in",
        "{user}",
        {"fields": "id,username"},
        "أنشئ رمز دخول جديدًا بصلاحية threads_basic، وتحقق من معرّف الحساب في user",
        "get a new token with threads_basic, and check the id in user",
    ),
    (
        "search",
        "{user}",
        {"fields": "recently_searched_keywords"},
        "اطلب صلاحية threads_keyword_search في مراجعة التطبيق لدى Meta؛ قبل الموافقة لا يشمل البحث "
        "إلا منشوراتك",
        "ask for threads_keyword_search in Meta's app review; before it is approved only your own "
        "posts are searched",
    ),
    (
        "mentions",
        "{user}/mentions",
        {"fields": "id", "limit": 1},
        "اطلب صلاحية threads_manage_mentions في مراجعة التطبيق لدى Meta؛ قبل الموافقة لا تظهر إلا "
        "إشارات المختبِرين",
        "ask for threads_manage_mentions in Meta's app review; before it is approved only testers' "
        "mentions are shown",
    ),
    (
        "replies",
        "{user}/replies",
        {"fields": "id", "limit": 1},
        "اطلب صلاحية threads_read_replies في مراجعة التطبيق لدى Meta؛ من دونها لا تُقرأ الردود",
        "ask for threads_read_replies in Meta's app review; without it no reply is read",
    ),
    (
        "figures",
        "{user}/threads_insights",
        {"metric": "followers_count"},
        "اطلب صلاحية threads_manage_insights في مراجعة التطبيق لدى Meta؛ من دونها لا تُعرف الأرقام",
        "ask for threads_manage_insights in Meta's app review; without it figures stay unknown",
    ),
)


def due(body: bytes, accounts: Sequence[Account], user: str) -> tuple[Read, ...]:
    """What a push makes worth a look. ``user``: id of the account whose settings name none. Raises
    BadPage."""
    reads: dict[str, Read] = {}
    for told, field, value in graph_push.changes(body):
        root = f.obj(value.get("root_post"))
        whose = told or (f.ident(root.get("owner_id")) if field == "replies" else None)
        ours = graph_push.account_of(whose, accounts, user)
        if ours is None:
            continue
        own, query = ours
        post = graph.native(root.get("id"))
        if field == "replies" and post:
            read = Read("replies", post, query)
        elif field == "mentions":
            read = Read("mentions", own, query)
        else:
            continue
        reads[read.key] = read
    return tuple(reads.values())
