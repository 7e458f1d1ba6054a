"""What a Mastodon server tells of an own account: who named it, its statuses, what is said below
them, its numbers.

API: https://docs.joinmastodon.org/methods/accounts/ (#lookup, #statuses),
/methods/statuses/#context and, of whoever's token it is, /methods/notifications/#get. A thread
comes whole; guests are shown its first 60 answers. What is not public (a direct message, a status
for followers only) is left out wherever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from listener.networks import fields as f
from listener.networks.base import BadPage, Page, Read
from listener.records import Figure, Mention

FOLLOWED = timedelta(days=30)
"""How old a status of ours may be whose answers are still read."""
_MEASURES = {
    "followers_count": "followers", "following_count": "following", "statuses_count": "posts",
}  # fmt: skip
_PUBLIC = ("public", "unlisted", None)

Raw = Mapping[str, object]


def public(raw: Raw) -> bool:
    return raw.get("visibility") in _PUBLIC


def notified(body: Sequence[object]) -> list[Raw]:
    """The statuses of notifications; what holds none cannot be read."""
    return [f.obj(f.obj(raw).get("status")) for raw in body]


def below(body: object, target: str) -> list[Raw]:
    """The descendants in a context that our account did not write. Its id is told by those who
    answer the status itself. Raises BadPage."""
    found = f.obj(body).get("descendants")
    if not isinstance(found, list):
        raise BadPage("expected a context with descendants")
    raws = [f.obj(raw) for raw in found]
    direct = (raw for raw in raws if f.ident(raw.get("in_reply_to_id")) == target)
    us = next((f.ident(raw.get("in_reply_to_account_id")) for raw in direct), None)
    return [raw for raw in raws if us is None or f.ident(f.obj(raw.get("account")).get("id")) != us]


def follow(posts: Sequence[Mention], raws: Sequence[Raw], read: Read,
           seen: datetime | None) -> tuple[Read, ...]:  # fmt: skip
    """The answers to own statuses that have some."""
    ids = {f.ident(raw.get("uri")): f.ident(raw.get("id")) for raw in raws}
    reads = []
    for post in posts:
        key, at = ids[post.id], post.created_at
        if key and post.engagement.replies and not (seen and at and at < seen - FOLLOWED):
            reads.append(Read("replies", key, read.query))
    return tuple(reads)


def numbers(body: object, read: Read, seen: datetime | None) -> Page:
    """An account's numbers, under its id on this server; its statuses are asked for by that. Raises
    BadPage where it is no account."""
    account = f.obj(body)
    key = f.ident(account.get("id"))
    if not key or "acct" not in account:
        raise BadPage("expected an account")
    if read.brand is None:
        return Page()
    counted = {measure: f.count(account.get(name)) for name, measure in _MEASURES.items()}
    figures = tuple(
        Figure(read.brand, "mastodon", key, measure, value, seen, "lifetime")
        for measure, value in counted.items()
        if value is not None and seen is not None
    )
    return Page(figures=figures, more=(Read("own_posts", key, read.query),))
