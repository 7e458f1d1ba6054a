"""What a card shows, whatever the channel: data only, no words, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """One mention as it is shown. Texts are as stored; channels clean them (``words.bidi``).

    ``gone``: deleted upstream; text and author are blank then. ``sure`` False: the sentiment's
    probability is below the configured minimum. ``corrected``: a person set the sentiment.
    ``needs_response``: as the decision took it. ``dialect``: only one that is sure
    (``alerts.deciding.dialects``); a card shows whatever stands here.
    """

    mention_id: int
    network: str
    kind: str
    text: str
    created_at: datetime | None  # None: nobody knows when it was written
    url: str | None = None
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    rating: float | None = None
    edited: bool = False
    gone: bool = False
    sentiment: str | None = None
    probability: float | None = None
    sure: bool = True
    corrected: bool = False
    intent: str | None = None
    needs_response: bool | None = None
    language: str | None = None
    dialect: str | None = None
    evidence: tuple[tuple[str, str, str], ...] = ()  # (term, place, found)
    beside: tuple[tuple[str, str], ...] = ()  # (kind, text): seen with it, not its own words


@dataclass(frozen=True, slots=True)
class User:
    """One of the team: the channel's own id of the person, and the name where it is known."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who says what the card says."""

    mention_id: int
    handle: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """A public reply; ``at`` None: the network does not say when."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One conversation. ``count``: its mentions; ``quote``: the first that still stands.
    ``others``: mentions besides that say the same; ``listed``: the newest of them.

    ``by`` and ``at``: who brought it into this state, and when (None while it is open).
    ``replied``: the brand's newest public reply under one of its mentions.
    """

    alert_id: int
    brand: str
    route: str
    state: str  # open | claimed | resolved | snoozed | dismissed
    urgency: str
    quote: Quote
    count: int = 1
    others: int = 0
    listed: tuple[Other, ...] = ()
    by: User | None = None
    at: datetime | None = None
    snoozed_until: datetime | None = None
    notify: tuple[User, ...] = ()
    replied: Replied | None = None
    test: bool = False
