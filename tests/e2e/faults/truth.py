"""The posts of a run: each by an author of its own, in a thread of its own, with a mark in its text
that no other post has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.demo.people import Person
from listener.demo.posts import Home, Post
from listener.demo.world import Fault, World

BRAND = "رشفان"
MARK = re.compile(r"ZQ\d{5}")

_SERVERS = ("waha.example", "diwan.example", "majlis.example")
_ARABIC = (
    "ليش تطبيق #رشفان ما يفتح عندي من أمس؟ رقم الطلب {mark}",
    "طلبت من #رشفان قبل يومين ولا وصلني شي، وين طلبي؟ {mark}",
    "يا #رشفان خصمتوا المبلغ مرتين، مين يرجّع لي فلوسي؟ رقم الطلب {mark}",
    "#رشفان القهوة وصلت باردة والعلبة مكسورة، كيف أستبدلها؟ {mark}",
)
_ENGLISH = (
    "Why was I charged twice by Rashfan? Order {mark}",
    "The Rashfan app crashes when I pay, how do I fix it? Order {mark}",
)
_HOMES: tuple[Home, ...] = ("mastodon", "bluesky", "hackernews", "bluesky")


def mark(number: int) -> str:
    return f"ZQ{number:05d}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts ``first`` … ``first + count - 1``, spread evenly over ``seconds`` from ``start``."""

    first: int
    count: int
    start: datetime
    seconds: float


def make_world(batches: Sequence[Batch]) -> World:
    """In the time of the first batch one network limits its guests, another goes away."""
    posts = tuple(
        _post(batch.first + n, batch.start + timedelta(seconds=batch.seconds * n / batch.count))
        for batch in batches
        for n in range(batch.count)
    )
    start, span = batches[0].start, timedelta(seconds=batches[0].seconds)
    faults = (
        Fault("hackernews", "limited", start + span * 0.3, start + span * 0.35),
        Fault("bluesky", "down", start + span * 0.5, start + span * 0.55),
        Fault("jetstream", "down", start + span * 0.4, start + span * 0.6),
    )
    return World(max(post.at for post in posts), posts, faults)


def _post(number: int, at: datetime) -> Post:
    home = _HOMES[number % len(_HOMES)]
    latin = home == "hackernews"
    texts = _ENGLISH if latin else _ARABIC
    author = Person(
        f"writer{number}", f"Writer {number}", _SERVERS[number % 3], 900, "en" if latin else "glf"
    )
    native = {
        "mastodon": str((int(at.timestamp() * 1000) << 16) + number),
        "bluesky": f"3kfaults{number:05d}",
    }.get(home, str(40_000_000 + 100 * number))
    identity = {
        "mastodon": f"https://{author.server}/users/{author.handle}/statuses/{native}",
        "bluesky": f"at://{author.did}/app.bsky.feed.post/{native}",
    }.get(home, native)
    return Post(
        network=home,
        id=identity,
        native=native,
        at=at,
        author=author,
        text=texts[number // len(_HOMES) % len(texts)].format(mark=mark(number)),
        category="complaint",
        dialect="en" if latin else "glf",
        about=True,
        hashtags=() if latin else (BRAND,),
    )
