"""What is written in the demo's world: posts, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from listener.demo.people import Person

Category = Literal[
    "complaint", "question", "request", "praise", "spam", "repost", "news", "other", "noise"
]
Home = str
"""The network's name."""
ANSWERABLE: frozenset[Category] = frozenset({"complaint", "question", "request"})
DAY = timedelta(days=1)
_NOISE_TAGS = frozenset({"قهوة", "coffee"})


@dataclass(frozen=True, slots=True)
class Post:
    """One post; ``id`` is the id a collector gives its mention."""

    network: Home
    id: str
    native: str  # the server's own id
    at: datetime
    author: Person
    text: str
    category: Category
    dialect: str
    about: bool  # names the brand
    hashtags: tuple[str, ...] = ()
    reply_to: Post | None = None
    title: str = ""  # of an article
    likes: int = 0
    replies: int = 0
    shares: int = 0
    edited: tuple[datetime, str] | None = None
    deleted: datetime | None = None
    own: bool = False  # the brand itself writes
    rating: int | None = None  # of a review
    media: str = ""  # photo | video
    on: str = (
        ""  # id of the post, place or app that it is written under, where that is no post here
    )

    @property
    def needs_answer(self) -> bool:
        return self.category in ANSWERABLE

    def text_at(self, now: datetime) -> str:
        """As it reads at ``now``."""
        return self.edited[1] if self.edited and self.edited[0] <= now else self.text

    def visible(self, now: datetime) -> bool:
        """Written, and not deleted."""
        return self.at <= now and (self.deleted is None or now < self.deleted)


def known_as(network: Home, author: Person, native: str) -> str:
    """The id a collector gives a post's mention."""
    return {
        "mastodon": f"https://{author.server}/users/{author.handle}/statuses/{native}",
        "bluesky": f"at://{author.did}/app.bsky.feed.post/{native}",
    }.get(network, native)


def noise_tags(text: str) -> tuple[str, ...]:
    """The hashtags that noise carries in its text."""
    words = (word.strip("#,.،!؟") for word in text.split() if word.startswith("#"))
    return tuple(word for word in words if word in _NOISE_TAGS)
