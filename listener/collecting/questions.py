"""What a network is tried with: its own probes, and the first page of each kind of read that none
of them covers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import httpx

from listener.collecting.secrecy import masked, secrets_of
from listener.collecting.source import Source
from listener.networks.about import About
from listener.networks.addresses import public_address
from listener.networks.allowance import Cost
from listener.networks.base import Costs, Probe, Probes, Read, TakesAway
from listener.records import Account, Credential

MOST = 20
"""Accounts and addresses of one kind that are tried, one by one."""
BY_WORDS = ("search", "hashtag")
"""Kinds of which the first read tells enough: the others are of an account or an address each."""
SHOWN = 70
"""Characters of what a probe asks for."""
_MONEY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Question:
    """``read``: whose first page it is; None: a probe. ``costs``: "0.05 USD". ``price``: what of it
    is money, in its currency. ``skipped``: not to be asked, others tell enough for nothing."""

    kind: str
    build: Callable[[], httpx.Request]
    target: str | None = None
    read: Read | None = None
    arabic: str = ""
    english: str = ""
    costs: tuple[str, ...] = ()
    price: float = 0.0
    skipped: bool = False


def questions(
    source: Source, accounts: Sequence[Account], credential: Credential | None
) -> list[Question]:
    """Probes first. What they do not cover is asked beside them only where that costs nothing.
    Whatever the network's file raises is raised."""
    network = source.network
    if not isinstance(network, Probes):
        return _paid(_first_pages(source, credential))
    probes = _probes(network.probes(accounts, credential=credential), credential)
    covered = {probe.kind for probe in probes}
    others = [q for q in _first_pages(source, credential) if q.kind not in covered]
    return [*probes, *(replace(other, skipped=bool(other.costs)) for other in others)]


def _first_pages(source: Source, credential: Credential | None) -> list[Question]:
    """Of one search, one hashtag, every account and feed; of none where asking takes away."""
    if isinstance(source.network, TakesAway):
        return []
    reads: dict[str, list[Read]] = {}
    for read in source.reads:
        of_kind = reads.setdefault(read.kind, [])
        if len(of_kind) < (1 if read.kind in BY_WORDS else MOST):
            of_kind.append(read)
    asked = [read for of_kind in reads.values() for read in of_kind]
    return [_first_page(source, read, credential) for read in asked]


def _probes(probes: Sequence[Probe], credential: Credential | None) -> list[Question]:
    """Of several of one kind each with what it asks for, without what is secret in it."""
    kinds, secrets = Counter(probe.kind for probe in probes), secrets_of(credential)
    return [
        Question(
            probe.kind,
            partial(_request, probe),
            masked(probe.request.url.raw_path.decode(), secrets)[:SHOWN]
            if kinds[probe.kind] > 1
            else None,
            arabic=probe.arabic,
            english=probe.english,
        )
        for probe in probes
    ]


def _request(probe: Probe) -> httpx.Request:
    return probe.request


def _first_page(source: Source, read: Read, credential: Credential | None) -> Question:
    network = source.network

    def build() -> httpx.Request:
        return network.request(read, credential=credential, since=None, page=None)

    takes = network.cost(read, None) if isinstance(network, Costs) else ()
    costs = [_priced(network.about, cost) for cost in takes]
    target = None if read.kind in BY_WORDS else public_address(read.target or "") or None
    return Question(
        read.kind,
        build,
        target,
        read,
        costs=tuple(f"{amount:g} {unit}" for amount, unit in costs),
        price=sum(amount for amount, unit in costs if _MONEY.fullmatch(unit)),
    )


def _priced(about: About, cost: Cost) -> tuple[float, str]:
    allowance = about.allowances.get(cost.of)
    return cost.amount, allowance.unit if allowance else cost.of


def _paid(asked: list[Question]) -> list[Question]:
    """What costs money is skipped, but for the cheapest where nothing is free."""
    if all(question.price > 0 for question in asked) and asked:
        cheapest = min(asked, key=lambda question: question.price)
        return [replace(q, skipped=q is not cheapest) for q in asked]
    return [replace(q, skipped=q.price > 0) for q in asked]
