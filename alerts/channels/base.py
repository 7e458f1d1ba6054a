"""What a channel is: a place that people read, with the errors that its sending can end in.

ChannelError
├── Later          not taken now; try again after so many seconds, nothing was shown
├── Unknown        it may have been shown or not: look before sending again
└── Permanent      it will not work by trying again
    ├── ChannelBroken   nothing can be sent there (token, archived, not a member): pause it
    └── MessageRefused  this one message is refused; others are not
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from alerts.cards.card import Card, Quote

Clock = Callable[[], datetime]  # aware UTC
Sleep = Callable[[float], Awaitable[None]]


class ChannelError(Exception):
    """``code``: what the channel said, short and without secrets."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Later(ChannelError):
    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.seconds = seconds


class Unknown(ChannelError):
    pass


class Permanent(ChannelError):
    pass


class ChannelBroken(Permanent):
    """``fix``: the key, below ``channel.fix``, of what to do about it."""

    def __init__(self, code: str, fix: str = "other") -> None:
        super().__init__(code)
        self.fix = fix


class MessageRefused(Permanent):
    pass


@dataclass(frozen=True, slots=True)
class Message:
    """One notice, ready to be shown.

    ``id`` is the notice's: opaque, and what the channel is asked for afterwards. ``place`` is the
    channel's own id of where; ``thread`` the ts of the card a follow-up goes under; ``ts`` the
    message to update; ``since`` when it was first tried.
    """

    id: str
    kind: str  # card | update | follow_up | reminder | text
    place: str
    card: Card | None = None
    quote: Quote | None = None
    text: str | None = None
    blocks: tuple[dict[str, Any], ...] = ()
    thread: str | None = None
    ts: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message stands: the channel's own ids."""

    place: str
    ts: str


class Channel(Protocol):
    """``timeout``: seconds after which a call has ended, one way or the other; ``reconciles``:
    whether ``find`` can tell what became of a message; without it delivery is at least once;
    ``look_again``: how long after a call that timed out its message may still appear."""

    name: str
    target: str
    timeout: float
    reconciles: bool
    look_again: timedelta
    pacer: Pacer

    async def resolve(self) -> str:
        """The channel's own id of ``target``. Raises ChannelError."""

    async def send(self, message: Message) -> Sent:
        """Shows a new message. Raises ChannelError."""

    async def update(self, message: Message) -> None:
        """Shows ``message`` in the stead of the one at ``place`` and ``ts``; the same twice does
        no harm. Raises ChannelError."""

    async def delete(self, sent: Sent) -> None:
        """Removes a message of ours; one that is gone already is fine. Raises ChannelError."""

    async def find(self, messages: Sequence[Message]) -> dict[str, list[Sent]]:
        """Message id → where it stands, oldest first; ids that are nowhere are left out.
        Raises ChannelError."""

    async def close(self) -> None: ...


class Pacer:
    """At most one message in so many seconds, spread evenly; ``hold`` stops it for longer."""

    def __init__(self, seconds: float, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._gap = timedelta(seconds=seconds)
        self._clock = clock
        self._sleep = sleep
        self._next: datetime | None = None

    def seconds_left(self) -> float:
        if self._next is None:
            return 0.0
        left = (self._next - self._clock()).total_seconds()
        # A clock that jumped back must not silence the channel for long.
        return max(0.0, min(left, 3600.0))

    async def wait(self) -> None:
        """Returns when the next message may go; it is counted as gone."""
        if left := self.seconds_left():
            await self._sleep(left)
        self._next = self._clock() + self._gap

    def hold(self, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        self._next = until if self._next is None else max(self._next, until)
