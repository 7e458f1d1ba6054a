"""What is read of one network, and how often."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from listener.collecting.child_reads import Limits
from listener.collecting.seeds import Seed, mark_of
from listener.collecting.spread import Plan
from listener.collecting.walk import Rules
from listener.networks.about import SLOW
from listener.networks.base import Network, Read
from listener.records import Account, Credential
from listener.settings.budgets import Cap

WINDOW = timedelta(days=30)
"""Of collection: what is older has been answered or forgotten, and its numbers stand. Longer where
the network lets nothing be kept that is not read again (``About.keep``)."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """A network that pushes (``networks.pushing.Pushes``). ``callback``: the address that it is to
    call, None where it is to call no more; ``secret``: as it stands now, None where it is not
    there."""

    callback: str | None
    secret: Callable[[], str | None]
    accounts: Sequence[Account] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A network with what is read of it. ``every``: where ``kinds`` has no time of its own for a
    kind of read. ``rate``: requests a second in the long run. ``limits``: of what pages ask for.
    ``caps``: its ``budget``. ``plan``: how its allowances are spread over its reads, once that is
    planned (``listener.collecting.planning``). ``window``: how long what is stored is read again,
    where the network can be asked so."""

    network: Network
    reads: Sequence[Read]
    every: timedelta = timedelta(minutes=2)
    kinds: Mapping[str, timedelta] = field(default_factory=dict)
    credential: Credential | Seed | None = None
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    rate: float = 1.0
    burst: float = 5.0
    caps: Sequence[Cap] = ()
    plan: Plan | None = None
    window: timedelta = WINDOW
    pushing: Pushing | None = None

    def every_of(self, read: Read) -> timedelta:
        """How often ``read`` is due."""
        if self.plan is not None and (stretched := self.plan.every.get(read.key)) is not None:
            return stretched
        if (own := self.kinds.get(read.kind)) is not None:
            return own
        return max(self.every, SLOW.get(read.kind, self.every))

    def config(self) -> str:
        """Changes with the token, the address and the options: then a refusal is void."""
        configured = mark_of(self.seed.values()) if self.seed else ""
        return hashlib.sha256(f"{self.network!r} {configured}".encode()).hexdigest()[:16]

    @property
    def seed(self) -> Seed | None:
        """What its credential grows from."""
        credential = self.credential
        seed = Seed.of(credential) if isinstance(credential, Credential) else credential
        return replace(seed, network=self.network.name) if seed else None
