"""Credentials are asked for at each request: what is configured now, or what it was renewed into.

The configured value (``env:``, ``file:``) is only the seed. A file that was replaced counts at the
next request and voids what grew from the old one. How a network's tokens are renewed is declared in
its own file (``listener.networks.oauth``); what was granted lives in the table ``credentials``.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from listener.clock import Clock
from listener.collecting.renewing import Renewal
from listener.collecting.seeds import Seed, mark_of
from listener.logs import setup
from listener.networks.oauth import PRIVATE
from listener.records import Credential
from listener.store.session import Database

REMEMBERED = 12
"""Secrets of one network that logs hide: those of now, and of the last renewals."""


class Provides(Protocol):
    """Where the runner asks for the credential of a network."""

    async def credential(self, network: str) -> Credential | None:
        """For one request, now; None where it needs none. Raises NotGrantedError."""
        ...

    async def renewed(self, network: str, used: Credential) -> Credential | None:
        """After the network refused ``used``: another one, None where there is none to be had.
        Raises NotGrantedError."""
        ...

    def in_hand(self, network: str) -> Credential | None:
        """What ``credential`` would give without asking anybody."""
        ...

    def mark(self, network: str) -> str:
        """Changes when what is configured for ``network`` does."""
        ...

    def watch(self, network: str, state: str) -> Callable[[], bool] | None:
        """Whether what is configured has changed since now; for a read that is ``refused`` and need
        not wait its time out then. None where there is nothing to watch."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """One credential that never changes, or none."""

    held: Credential | None = None

    async def credential(self, network: str) -> Credential | None:
        return self.held

    async def renewed(self, network: str, used: Credential) -> Credential | None:
        return None

    def in_hand(self, network: str) -> Credential | None:
        return self.held

    def mark(self, network: str) -> str:
        return ""

    def watch(self, network: str, state: str) -> Callable[[], bool] | None:
        return None


@dataclass(slots=True)
class _Account:
    seed: Seed
    renewal: Renewal | None
    values: dict[str, str] = field(repr=False, default_factory=dict)


class Credentials:
    """Of every network that has a seed; ``hide`` and ``forget``: what logs must not tell, and what
    is no secret any more."""

    def __init__(
        self,
        db: Database,
        seeds: Iterable[Seed],
        clock: Clock,
        *,
        hide: Callable[[Iterable[str]], None] = setup.hide,
        forget: Callable[[Iterable[str]], None] = setup.forget,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._hide, self._forget = hide, forget
        self._hidden: dict[str, deque[str]] = {}
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._accounts: dict[str, _Account] = {}
        for seed in seeds:
            renewal = None
            if seed.oauth is not None:
                renewal = Renewal(
                    seed,
                    db,
                    clock,
                    holder=holder,
                    hide=self._hiding(seed.network),
                    jitter=jitter,
                )
            self._accounts[seed.network] = _Account(seed, renewal)

    async def credential(self, network: str) -> Credential | None:
        """See ``Provides``."""
        account = self._accounts.get(network)
        if account is None:
            return None
        values = self._configured(account)
        if account.renewal is None or not account.seed.renews(values):
            return _signed(network, values, {})
        return _signed(network, values, await account.renewal.tokens(values))

    async def renewed(self, network: str, used: Credential) -> Credential | None:
        """See ``Provides``."""
        account = self._accounts.get(network)
        if account is None:
            return None
        values = self._configured(account)
        tokens: Mapping[str, str] | None = {}
        if account.renewal is not None and account.seed.renews(values):
            tokens = await account.renewal.instead_of(used.values.get("token"), values)
        credential = None if tokens is None else _signed(network, values, tokens)
        return None if credential == used else credential

    def in_hand(self, network: str) -> Credential | None:
        """See ``Provides``."""
        account = self._accounts.get(network)
        if account is None:
            return None
        values = self._configured(account)
        held = account.renewal.held(mark_of(values)) if account.renewal else None
        return _signed(network, values, held or {})

    def mark(self, network: str) -> str:
        """See ``Provides``."""
        account = self._accounts.get(network)
        return mark_of(self._configured(account)) if account else ""

    def watch(self, network: str, state: str) -> Callable[[], bool] | None:
        """See ``Provides``."""
        account = self._accounts.get(network)
        if state != "refused" or account is None or not account.seed.replaceable:
            return None
        before = self.mark(network)
        return lambda: self.mark(network) != before

    def renews(self, network: str) -> bool:
        """Whether its token is renewed by itself, with what is configured now."""
        account = self._accounts.get(network)
        return account is not None and account.seed.renews(self._configured(account))

    def _configured(self, account: _Account) -> dict[str, str]:
        values = account.seed.values(account.values)
        if values != account.values:
            self._hiding(account.seed.network)(values.values())
            account.values = values
        return values

    def _hiding(self, network: str) -> Callable[[Iterable[str]], None]:
        """Hides the newest secrets of ``network``; those that are long gone are let go, or months
        of hourly tokens would make every line of the log slow."""
        hidden = self._hidden.setdefault(network, deque(maxlen=REMEMBERED))

        def hide(values: Iterable[str]) -> None:
            for value in values:
                if value in hidden:
                    hidden.remove(value)
                    hidden.append(value)
                    continue
                if len(hidden) == hidden.maxlen:
                    self._forget([hidden[0]])
                hidden.append(value)
                self._hide([value])

        return hide


def _signed(
    network: str, values: Mapping[str, str], tokens: Mapping[str, str]
) -> Credential | None:
    """What a request may carry: nothing that only the token endpoint is told."""
    carried = {k: v for k, v in {**values, **tokens}.items() if k not in PRIVATE}
    return Credential(network, carried) if carried else None
