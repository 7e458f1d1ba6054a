"""What travels through Rasid: plain frozen records, standard library only.

Unknown is ``None``, never 0. Times are aware and in UTC. Ids are strings, as the network writes
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["post", "reply", "comment", "quote", "repost", "review", "message", "article"]
BesideKind = Literal["picture", "link", "quoted", "poll"]


@dataclass(frozen=True, slots=True)
class Engagement:
    """Counts as the network reported them at ``as_of`` (UTC)."""

    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    views: int | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a mention. ``id`` is the network's own; ``handle`` has no leading @."""

    network: str
    id: str | None = None
    handle: str | None = None
    name: str | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What an item is known by where a network's ids do not tell (``listener.sameness``): one that
    has a key in common with it is the same. ``home``: where it was read; only what is read there
    changes its text."""

    keys: tuple[str, ...]
    home: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What people see with a post and is not its text: a picture's description, a link card's
    title and description, the post that is quoted, the options of a poll."""

    kind: BesideKind
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One post, comment, reply, review or article. Its identity is (network, id), unless it brings
    another."""

    network: str
    id: str
    text: str
    created_at: datetime | None  # None: not told, or not understood
    url: str | None = None
    author: Author | None = None
    kind: Kind = "post"
    language: str | None = None  # as the network says; often wrong, so only a hint
    parent_id: str | None = None
    thread_id: str | None = None
    rating: float | None = None
    hashtags: tuple[str, ...] = ()  # without '#'
    mentions: tuple[str, ...] = ()  # handles without '@'
    media: tuple[str, ...] = ()  # photo | video | link | ...
    engagement: Engagement = field(default_factory=Engagement)
    identity: Identity | None = None
    beside: tuple[Beside, ...] = ()  # matched and shown, never classified
    ref: str | None = None  # what the network is asked for it by, where that is not ``id``


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a network, a survey or a person reports: followers, reach, spend."""

    brand: str
    network: str
    account: str | None
    measure: str
    value: float
    as_of: datetime
    period: str | None = None  # "day", "lifetime", ...
    post_id: str | None = None
    source: str = "collected"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a mention matched: which term, in which place, and the text it matched there.

    ``place`` "given": whoever imported it says whose it is; "account": it was read where people
    speak to the brand's own account (a tag, a comment under its post, a review of its place)."""

    term: str
    place: Literal["text", "hashtag", "handle", "author", "given", "account"] | BesideKind
    found: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A brand that a mention matches, and what in the mention says so (at most 20 pieces).
    ``own``: the brand itself speaks; that is no mention of it."""

    brand: str
    evidence: tuple[Evidence, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One search of one brand: ``text`` in the query language of ``listener.query.parser``.
    ``role``: of the brand."""

    brand: str
    text: str
    name: str = ""
    role: Literal["own", "competitor", "leader"] = field(default="own", compare=False)


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as the matcher needs it. It matches when
    (query OR keywords OR hashtags OR own handles) AND NOT exclude."""

    name: str
    query: str | None = None
    keywords: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # own accounts, without '@'
    accounts: tuple[tuple[str, str], ...] = ()  # (network, handle, id or address) of them
    context: tuple[str, ...] = ()  # a keyword counts only near one of these
    exclude: tuple[str, ...] = ()
    al: bool = True  # may ال stand before a keyword
    role: Literal["own", "competitor", "leader"] = "own"


@dataclass(frozen=True, slots=True)
class Account:
    """A brand's account on one network, by its handle there, without '@', or its id. ``role``: of
    the brand; what is not our own is watched, it is never asked for what only its owner may see.
    ``id``: the network's own, where it is written in the settings."""

    brand: str
    handle: str
    role: Literal["own", "competitor", "leader"] = "own"
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret in use; never logged (its repr hides the values)."""

    network: str
    values: Mapping[str, str] = field(repr=False, default_factory=dict)
