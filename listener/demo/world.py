"""The demo's world: seven days of posts, the same for the same seed, ending when it is told to.

Six days lie in the past when the demo starts; the seventh is lived: a crisis breaks in it (an app
that charges twice), a server limits its guests and another is down for a while. ``truth`` is the
list to hold the collected mentions against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Literal

from listener.demo.cast import Cast, write
from listener.demo.elsewhere import elsewhere
from listener.demo.people import BRAND_HANDLE, Person, crowd
from listener.demo.posts import DAY, Category, Home, Post
from listener.demo.writing import Writer
from listener.records import Brand

BRAND = Brand(
    name="رشفان",
    keywords=("رشفان", "Rashfan"),
    hashtags=("رشفان", "Rashfan", "قهوة_رشفان"),
    handles=("rashfan", BRAND_HANDLE),
)
_WEIGHTS: dict[Category, int] = {
    "complaint": 19,
    "question": 14,
    "request": 7,
    "praise": 24,
    "spam": 5,
    "repost": 6,
    "noise": 25,
}
_NORMAL_DAY, _LIVED_DAY, _CRISIS = 52, 60, 22


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a server does wrong between two times."""

    server: str  # a network's name, or "jetstream"
    kind: Literal["limited", "down"]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Truth:
    """What a collector that misses nothing and a person who reads everything would know."""

    network: Home
    id: str
    category: Category
    needs_answer: bool
    about: bool
    lived: bool
    deleted: bool
    at: datetime
    text: str  # as it reads at the end
    followers: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is written in the seven days before ``end`` (aware UTC)."""

    end: datetime
    posts: tuple[Post, ...]
    faults: tuple[Fault, ...]
    left: tuple[tuple[datetime, Person], ...] = field(default=())  # accounts closed, and when
    cast: Cast | None = None  # those whom the demo follows

    @property
    def lived_from(self) -> datetime:
        """Where the seventh day begins."""
        return self.end - DAY

    def seen(self, network: Home, now: datetime) -> list[Post]:
        """What ``network`` shows at ``now``, newest first."""
        gone = {who.handle for at, who in self.left if at <= now and network == "bluesky"}
        visible = (p for p in self.posts if p.network == network and p.visible(now))
        return sorted(
            (p for p in visible if p.author.handle not in gone),
            key=lambda p: (p.at, p.id),
            reverse=True,
        )

    def fault(self, server: str, now: datetime) -> Fault | None:
        """What ``server`` does wrong at ``now``."""
        return next((f for f in self.faults if f.server == server and f.start <= now < f.end), None)

    def truth(self) -> list[Truth]:
        """Every post, in the order of writing."""
        gone = {person.handle for _, person in self.left}
        return [
            Truth(
                network=post.network,
                id=post.id,
                category=post.category,
                needs_answer=post.needs_answer,
                about=post.about,
                lived=post.at > self.lived_from,
                deleted=post.deleted is not None
                or (post.network == "bluesky" and post.author.handle in gone),
                at=post.at,
                text=post.text_at(self.end),
                followers=post.author.followers,
            )
            for post in self.posts
        ]


def make_world(end: datetime, seed: int = 7, sites: Sequence[str] = ()) -> World:
    """The week that ends at ``end`` (aware UTC); the seed decides everything but the times.
    ``sites``: further networks that people write on; the week on the others stays as it is."""
    rng = Random(seed)
    writer = Writer(rng, crowd(rng), end)
    lived = end - DAY
    for day in range(6):
        for _ in range(_NORMAL_DAY):
            writer.post(_pick(rng), end - DAY * (7 - day) + DAY * _hour(rng))
    for _ in range(_LIVED_DAY):
        writer.post(_pick(rng), lived + DAY * rng.uniform(0.005, 0.97))
    for _ in range(_CRISIS):
        writer.crisis(lived + DAY * rng.triangular(0.42, 0.72, 0.5))
    writer.articles(lived)
    writer.follow_ups(lived)
    writer.changes(lived)
    cast = write(writer, lived)
    faults = (
        Fault("mastodon", "limited", lived + DAY * 0.22, lived + DAY * 0.3),
        Fault("bluesky", "down", lived + DAY * 0.55, lived + DAY * 0.66),
        Fault("jetstream", "down", lived + DAY * 0.57, lived + DAY * 0.64),
        Fault("rss", "down", lived + DAY * 0.3, lived + DAY * 0.36),
    )
    for site in sites:
        writer.posts += elsewhere(site, end, seed)
    posts = tuple(sorted(writer.posts, key=lambda post: (post.at, post.id)))
    return World(end, posts, faults, tuple(writer.left), cast)


def _pick(rng: Random) -> Category:
    return rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]


def _hour(rng: Random) -> float:
    """A time of day as a share of it: people write in the morning and in the evening."""
    return min(max(rng.choice((rng.gauss(0.36, 0.08), rng.gauss(0.8, 0.09))), 0.01), 0.99)


def changes(world: World) -> Iterator[tuple[datetime, str, Post | Person]]:
    """What a live stream tells of Bluesky: (when, create | update | delete | left, what)."""
    events: list[tuple[datetime, str, Post | Person]] = [
        (at, "left", who) for at, who in world.left
    ]
    for post in world.posts:
        if post.network == "bluesky":
            events.append((post.at, "create", post))
            if post.edited:
                events.append((post.edited[0], "update", post))
            if post.deleted:
                events.append((post.deleted, "delete", post))
    yield from sorted(events, key=lambda change: (change[0], change[1]))
