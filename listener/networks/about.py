"""What is known of a network, told in the network's own file and nowhere else.

``rasid networks``, docs/networks.md, docs/config.md, the settings' checks, cards (its name) and the
collector (``every``, ``rate``) all read this. "no" is the network's answer: an empty column of a
network without keyword search is "not offered by the network", never "0 mentions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from listener.networks.allowance import Allowance
from listener.networks.oauth import OAuth
from listener.networks.options import Need, Option

ReadKind = Literal[
    "search", "hashtag", "mentions", "replies", "own_posts", "figures", "refresh", "feed"
]
"""search, hashtag, feed: by words, a tag, an address · mentions: of an own account, by anyone ·
replies: to one post · own_posts, figures: what an own account wrote, and its numbers · refresh:
what is stored again, whose engagement has grown or which may be gone."""
Offer = Literal["yes", "no", "partial"]
Every = timedelta | Mapping[ReadKind, timedelta]
SLOW: Mapping[ReadKind, timedelta] = {
    "replies": timedelta(minutes=15),
    "own_posts": timedelta(minutes=15),
    "refresh": timedelta(minutes=10),
    "figures": timedelta(hours=6),
}
"""Kinds that are read at most so often where nobody says otherwise: a search brings what is new,
these are many and change slowly."""
NOT_POLLED = timedelta(0)
"""``every`` of what is handed in."""


@dataclass(frozen=True, slots=True)
class Console:
    """What a person enters where in a network's console, so that it calls our public address: one
    line in each language, with ``{address}`` and ``{token}`` (the verify token) where these go.
    Both empty where ``subscribing`` does it all."""

    arabic: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The declaration of one network; each text is one short line for people.

    ``reach``: whether it tells how many have seen an own post. ``credential``: what one has to ask
    for to read it. ``quota``, ``price``: of the network, not of Rasid. ``history``: how far back
    a first reading gets. ``note``: what it cannot see.

    ``every``: how often it is read where nothing is configured, for all kinds of reads or for each.
    ``rate``: requests a second in the long run; ``burst``: at once.
    ``secrets``: those of ``token``, ``key`` and ``secret`` that its section names.
    ``oauth``: how its tokens are renewed, where they are (``listener.networks.oauth``).
    ``live``: dotted path of its stream's class, which is built where ``stream`` names an address.
    ``allowances``: what may be taken of it, by name (``listener.networks.allowance``).
    ``keep``: the longest that its terms let a post be kept which is not read again; None: no bound.
    ``lookback``: by kind of read, how long ago something may be written and still be found; no
    time where that is not bounded, or not known. A network whose options decide has a
    ``lookback`` of its own besides.
    ``terms``: the page that says so. ``duty``: what its terms ask of who stores its posts.
    ``delay``: how late news arrives here. ``reach_by``: what the network counts as reach.
    ``pushes``: how it comes to call a public address (``pushing.Pushes``); None: it does not. Its
    section then takes ``push`` and ``secret``.
    """

    name: str
    english: str
    arabic: str
    search: Offer
    stream: Offer
    hashtag: Offer
    replies: Offer
    own_figures: Offer
    reach: Offer
    credential: str
    quota: str
    price: str
    history: str
    note: str
    every: Every
    rate: float = 1.0
    burst: float = 5.0
    secrets: Mapping[str, Need] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    oauth: OAuth | None = None
    live: str | None = None
    allowances: Mapping[str, Allowance] = field(default_factory=dict)
    keep: timedelta | None = None
    lookback: Mapping[ReadKind, timedelta] = field(default_factory=dict)
    duty: str = ""
    delay: str = ""
    terms: str = ""
    reach_by: str = ""
    pushes: Console | None = None

    def every_of(self, kind: ReadKind) -> timedelta:
        """How often a read of ``kind`` is polled by default; where the declaration tells kinds
        apart and not this one, as seldom as the most seldom of them."""
        if isinstance(self.every, timedelta):
            return max(self.every, SLOW.get(kind, self.every))
        return self.every.get(kind) or max(self.every.values())

    @property
    def listens(self) -> bool:
        """Whether it offers to read what others write at all; where it does not, its empty column
        is "not offered by the network", and only the own account's figures are read."""
        return {self.search, self.stream, self.hashtag, self.replies} != {"no"}

    @property
    def keyless(self) -> bool:
        """Whether it answers without a sign-in."""
        secret = [option for option in self.options.values() if option.kind == "secret"]
        return "needed" not in self.secrets.values() and not any(o.needed for o in secret)

    def called(self, language: Literal["ar", "en"]) -> str:
        """Its name as cards, summaries and status write it."""
        return self.arabic if language == "ar" else self.english


def minutes(number: float) -> timedelta:
    """Spares a declaration the keyword."""
    return timedelta(minutes=number)


def account_every(number: float, *, replies: float | None = None) -> Mapping[ReadKind, timedelta]:
    """``every`` for networks with an own account: what people write is asked for every ``number``
    minutes; replies (unless given) and own posts no more often than every quarter of an hour, one
    post's numbers every hour, an account's every six."""
    return {
        "search": minutes(number),
        "hashtag": minutes(number),
        "mentions": minutes(number),
        "replies": minutes(max(number, 15) if replies is None else replies),
        "own_posts": minutes(max(number, 15)),
        "refresh": minutes(max(number, 60)),
        "figures": minutes(max(number, 360)),
    }
