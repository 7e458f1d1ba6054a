"""What a network is that tells of news of its own accord, at a public address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Protocol, runtime_checkable

import httpx

from listener.networks.base import Page, Read
from listener.records import Account, Credential


@dataclass(frozen=True, slots=True)
class Push:
    """What a network told of its own accord. ``due``: reads that are worth a look now: one that the
    settings name is read at once, another is asked for as pages ask for reads. ``page``: what it
    brought along, where there is no other way to it (Telegram); ``of``: the read whose page that
    is, which says whether its mentions are given to a brand."""

    due: tuple[Read, ...] = ()
    page: Page = field(default_factory=Page)
    of: Read | None = None


@runtime_checkable
class Pushes(Protocol):
    """What a network offers besides, where it calls a public address (``/push/<name>``) when there
    is news; its ``About.pushes`` says what a person enters where, so that it does. A push is a hint
    to read, never taken at its word.

    ``secret``: the section's, or what the network knows in its place
    (``listener.networks.signatures``); it is never part of an address. ``accounts``: all that the
    settings name on this network. Names of headers are in lower case, ``body`` is raw.

    ``challenge``: the answer to the GET by which the network makes sure that the address is ours,
    a mapping where it wants JSON; None refuses. ``signed``: whether a push is the network's; nobody
    else's is read. ``pushed`` is as total as ``parse``: an entry it cannot read is left out, raises
    BadPage where the body is none of the network's.

    ``subscribing``: the requests that ask the network to call ``callback``, none where a person
    does that in its console; asked again every ``lease``, at an answer of 202 until the challenge
    came, too. ``callback`` None: the requests that take it back, once pushes are wanted no longer.
    ``trouble`` says what the answers mean. A network that cannot be polled while it pushes
    (Telegram) has an option ``push``, which ``build`` is given.
    """

    lease: ClassVar[timedelta]

    def challenge(
        self, query: Mapping[str, str], secret: str, accounts: Sequence[Account]
    ) -> str | Mapping[str, str] | None: ...
    def signed(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool: ...
    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push: ...
    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]: ...
