"""What a channel is: a place that people read, with the errors that its sending can end in.

ChannelError
├── Later          not taken now; try again after so many seconds, nothing was shown
├── Unknown        it may have been shown or not: look before sending again
└── Permanent      it will not work by trying again
    ├── ChannelBroken   nothing can be sent there (token, archived, not a member): pause it
    └── MessageRefused  this one message is refused; others are not
        └── MessageGone     the message that it belongs to was deleted in the channel
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from alerts.cards.card import Card, Quote

Clock = Callable[[], datetime]  # aware UTC
Seconds = Callable[[], float]  # since some moment; never goes back
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


class MessageGone(MessageRefused):
    """What it was to change or to stand under is not there any more: somebody deleted it."""


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
    """Where a message stands: the channel's own ids. ``refused``: what the channel said to it as
    it was meant, where it then went as bare text."""

    place: str
    ts: str
    refused: str | None = None


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

    async def update(self, message: Message) -> str | None:
        """Shows ``message`` in the stead of the one at ``place`` and ``ts``; the same twice does
        no harm. Returns what the channel said where only bare text went. Raises ChannelError."""

    async def delete(self, sent: Sent) -> None:
        """Removes a message of ours; one that is gone already is fine. Raises ChannelError."""

    async def find(self, messages: Sequence[Message]) -> dict[str, list[Sent]]:
        """Message id → where it stands, oldest first; ids that are nowhere are left out.
        Raises ChannelError."""

    async def close(self) -> None: ...


class Pacer:
    """At most one message in so many seconds, spread evenly; ``hold`` stops it for longer.

    ``monotonic`` measures: when somebody sets the system's time, nothing waits longer or less.
    """

    def __init__(
        self, seconds: float, *, monotonic: Seconds = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._gap = seconds
        self.monotonic = monotonic
        self._sleep = sleep
        self._next = float("-inf")

    def seconds_left(self) -> float:
        return max(0.0, self._next - self.monotonic())

    async def wait(self) -> None:
        """Returns when the next message may go; it is counted as gone."""
        if left := self.seconds_left():
            await self._sleep(left)
        self._next = self.monotonic() + self._gap

    def hold(self, seconds: float) -> None:
        self._next = max(self._next, self.monotonic() + seconds)
