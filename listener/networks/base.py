"""What a network is to the rest of Rasid: pure functions from reads to requests and pages.

A network stores nothing, queues nothing and never sleeps: pacing, Retry-After, backoff, cursors,
budgets and storing are the runner's (``listener.collecting``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol, runtime_checkable

import httpx

from listener.networks.about import About
from listener.networks.about import ReadKind as ReadKind
from listener.networks.addresses import public_address
from listener.networks.allowance import Costs as Costs
from listener.networks.allowance import Counts as Counts
from listener.records import Account, Author, Credential, Figure, Mention, Query


@dataclass(frozen=True, slots=True)
class Read:
    """One thing to read, polled on its own clock and with its own cursor."""

    kind: ReadKind
    target: str | None = None  # account, post, hashtag, feed address
    query: Query | None = None  # of an own account's read: its brand, with no words
    spelling: int = field(default=0, compare=False)
    """0 as the brand writes it; others are other spellings, the likely ones first: read where the
    network's quota has room for them (``listener.collecting.room``)."""
    also: tuple[str, ...] = field(default=(), compare=False)
    """Other spellings of ``target`` that the same request asks for."""

    @property
    def key(self) -> str:
        """Names this read in cursors, the ledger and status; stable over restarts.

        Where the target is an address, what may be a secret in it is a hash here.
        """
        text = self.query.text if self.query else ""
        target = public_address(self.target or "")
        return ":".join(part for part in (self.kind, target, text) if part)

    @property
    def brand(self) -> str | None:
        """Whose read it is: what its figures and own posts are counted for."""
        return self.query.brand if self.query else None

    @property
    def given(self) -> bool:
        """Whether all that is read here speaks to ``brand``, whatever its words: of an own account
        (who tagged it, comments under its posts, reviews of its place), not of a search."""
        return self.query is not None and not self.query.text


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, read. ``older`` names the next page back in time, None at the end.

    ``newest`` is what ``since`` becomes once the walk that *began* with this page has ended and is
    stored; the ``newest`` of later pages of the same walk is ignored, so marks need no order. It
    is opaque to the runner: a server's id, a time, a feed's validators. None keeps ``since``.
    """

    mentions: tuple[Mention, ...] = ()
    own_posts: tuple[Mention, ...] = ()
    figures: tuple[Figure, ...] = ()
    gone: tuple[str, ...] = ()  # ids deleted upstream
    there: tuple[str, ...] | None = None
    """Ids of what this page shows, where the read goes through all that there is of its target:
    what is stored of that (its ``ref`` begins with the target and "/") and stands on no page of two
    walks is gone (``listener.collecting.whole``). None: the read does not, or not all was read."""
    more: tuple[Read, ...] = ()  # reads this page asks for
    older: str | None = None
    newest: str | None = None
    skipped: int = 0  # items it could not read: counted, logged, never raised
    doubt: str | None = None  # what was read in another way than it says of itself; for status
    unchanged: bool = False  # the network says that nothing is new: all it said before holds


Scope = Literal["read", "host"]
"""What a trouble holds up: this read alone, or every read of the host it was asked of."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after so many seconds (the network's own word, or None for backoff).

    A limit is the host's unless the network says that it is of one search only.
    """

    seconds: float | None = None
    why: str = ""
    scope: Scope = "host"


@dataclass(frozen=True, slots=True)
class Refused:
    """Trying the same again is useless until somebody changes something (token, query, rights).

    ``scope`` "host": nothing that this credential asks of the host will be answered.
    """

    why: str
    kind: Literal["query", "sign-in", "not allowed", "gone", "page token"] = "query"
    scope: Scope = "read"


@dataclass(frozen=True, slots=True)
class Broken:
    """The answer is not what the network's documents promise (a proxy page, half a JSON)."""

    why: str


Trouble = Wait | Refused | Broken


class BadPage(ValueError):
    """The one exception of ``parse``: the page as a whole is not what the network's documents
    promise (no JSON, no feed, a list where an object belongs). The runner treats it as ``Broken``.
    """


@dataclass(frozen=True, slots=True)
class Gone:
    """A deletion seen on a stream; ``author`` True: everything this author wrote. ``ref`` True:
    ``id`` is a mention's ``ref``, for networks that name a deletion by that alone."""

    id: str
    author: bool = False
    ref: bool = False


class Network(Protocol):
    """One file in ``listener/networks``; most functions have a default in ``defaults.Defaults``.

    ``reads``: what is polled for these queries, tags (without '#') and own accounts of this
    network. ``request`` may be of any method, its secrets in headers, body, query or path: the
    runner masks them wherever an address is told and takes none along to another host. ``parse``
    gets the ``page`` that was asked for (None: the first), for APIs that count pages. It is total:
    an item it cannot read is counted in ``Page.skipped``, a page it cannot read raises ``BadPage``,
    nothing else is ever raised. ``trouble`` is asked before ``parse``.
    """

    name: ClassVar[str]
    about: ClassVar[About]

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]: ...
    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request: ...
    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page: ...
    def mark(self, mention: Mention) -> str | None: ...
    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None: ...


@runtime_checkable
class Resolves(Protocol):
    """What a network offers besides, where its posts do not tell all about who wrote them.

    ``most_authors``: ids in one request. ``parse_authors`` is as total as ``parse``: a profile it
    cannot read is left out, an answer it cannot read raises ``BadPage``; by ``Author.id``. An id
    that is not among them is one that the network does not know (any more). The runner
    (``listener.collecting.authors``) asks, and uses the answer for the network's streams, too.
    """

    most_authors: ClassVar[int]

    def authors_request(
        self, ids: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request: ...
    def parse_authors(self, response: httpx.Response) -> Mapping[str, Author]: ...


@runtime_checkable
class Rereads(Protocol):
    """What a network offers besides, where posts can be asked for by id, many at a time.

    ``reread_key``: what a stored mention is asked for by; None where it cannot be. ``parse_reread``
    is as total as ``parse``; its ``gone`` are those of ``keys`` that the answer does not hold at
    all. The runner (``listener.collecting.rounds``) asks, and makes sure of what is missing.
    """

    most_reread: ClassVar[int]

    def reread_key(self, mention_id: str, ref: str | None) -> str | None: ...
    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request: ...
    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page: ...


@runtime_checkable
class RereadsApart(Protocol):
    """What a network with ``Rereads`` offers besides, where one request asks for posts of one sort
    only (videos, comments). ``reread_sort``: names the sort of a key; a request's keys share it."""

    def reread_sort(self, key: str) -> str: ...


@runtime_checkable
class TakesAway(Protocol):
    """What a network says of itself, where asking for the next page takes away what was on the one
    before (Telegram forgets what is confirmed): only the polls may ask it, a backfill must not."""

    takes_away: ClassVar[Literal[True]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that ``rasid check --online`` tries: ``kind`` of read, or "sign-in". ``arabic`` and
    ``english``: what somebody has to get where it is refused (the scope, the review, the plan
    tier), in words that a marketing manager can act on."""

    kind: ReadKind | Literal["sign-in"]
    request: httpx.Request
    arabic: str
    english: str


@runtime_checkable
class Probes(Protocol):
    """What a network offers besides: what its credential is tried with. Reads only, the cheapest
    that there are; ``trouble`` says what an answer means."""

    def probes(
        self, accounts: Sequence[Account], *, credential: Credential | None
    ) -> Sequence[Probe]: ...


@runtime_checkable
class Expires(Protocol):
    """What a network offers besides, where it tells until when a token is good. ``parse_expiry``:
    aware UTC; None where it does not end or does not say."""

    def expiry_request(self, credential: Credential) -> httpx.Request: ...
    def parse_expiry(self, response: httpx.Response) -> datetime | None: ...
