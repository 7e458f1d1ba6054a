"""What a live connection to a network is: pure functions; who follows it is the runner
(``listener.collecting.stream``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, runtime_checkable

import httpx

from listener.networks.allowance import Cost
from listener.networks.base import Gone, Trouble
from listener.records import Credential, Mention, Query


class Stream(Protocol):
    """A live connection; ``cursor`` is what ``position`` gave for the last stored event.

    ``network``: whose mentions it brings, as ``Mention.network`` names it, and whose credential
    ``connect`` is given.
    """

    name: ClassVar[str]
    network: ClassVar[str]

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request: ...
    def event(self, data: bytes) -> Mention | Gone | None: ...
    def position(self, data: bytes) -> str | None: ...


@runtime_checkable
class Steps(Protocol):
    """A stream whose positions are times: ``beyond`` is ``cursor`` so many seconds later, for an
    event that cannot be read at all and stands where the stream is taken up again."""

    def beyond(self, cursor: str, seconds: float) -> str: ...


@runtime_checkable
class Subscribes(Protocol):
    """A stream that is told what is wanted once it is open. ``subscriptions``: the messages, in
    order. ``refusal``: what the server says against one of them, None for any other event.
    ``quiet``: silence is no sign of a dead line (the websocket's own pings tell that)."""

    quiet: ClassVar[bool]

    def subscriptions(self, queries: Sequence[Query]) -> Sequence[str]: ...
    def refusal(self, data: bytes) -> str | None: ...


@runtime_checkable
class Billed(Protocol):
    """A stream that is paid for by what it brings, out of the allowances of its ``network``
    (``About.allowances``). ``cost``: the most that one event may take; ``spent``: what this one
    took, as total as ``event``. ``ahead``: so many events may be under way while the line is being
    closed; where fewer can be paid ahead, it is closed (``listener.collecting.stream_paying``)."""

    ahead: ClassVar[int]

    def cost(self) -> Sequence[Cost]: ...
    def spent(self, data: bytes) -> Sequence[Cost]: ...


@runtime_checkable
class Lined(Protocol):
    """A stream that is no websocket but one long HTTP answer, an event a line; an empty line says
    that it lives, and ``idle`` seconds without any line that it does not. ``replay``: how far
    back ``connect`` asks for what was missed, where it is given a cursor.

    What is wanted is kept by the server as rules: ``rules`` asks for those it has, ``changes`` are
    the requests that make them ours (raises BadPage). ``trouble``: what an answer means, of these
    and of ``connect``."""

    name: ClassVar[str]
    idle: ClassVar[float]

    @property
    def replay(self) -> timedelta: ...
    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request: ...
    def rules(self, *, credential: Credential | None) -> httpx.Request: ...
    def changes(
        self, response: httpx.Response, queries: Sequence[Query], *, credential: Credential | None
    ) -> Sequence[httpx.Request]: ...
    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None: ...
