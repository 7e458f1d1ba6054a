"""What networks push: the routes of ``serve``, and how it stands, for ``rasid status``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from listener.cli.house import House
from listener.cli.processes import intake_of
from listener.collecting.push_in import Caller, PushIn
from listener.collecting.sources import accounts_of, revealed, seed_of
from listener.networks import BUILT, build
from listener.networks.pushing import Pushes
from listener.records import Credential
from listener.settings import Settings
from listener.settings.pushing import callback


def push_in(house: House) -> PushIn:
    """For the networks that the settings let call us."""
    callers = dict(_callers(house.settings))
    return PushIn(house.db, callers, intake_of(house), house.clock.now)


def _callers(settings: Settings) -> Iterable[tuple[str, Caller]]:
    for name, section in settings.networks.items():
        if name not in BUILT or callback(settings, name) is None:
            continue
        own = {"timezone": settings.service.timezone, **section.building(), "push": True}
        network = build(name, own)
        if not isinstance(network, Pushes):
            continue
        seed = seed_of(name, section, network)
        known = partial(_credential, name, seed) if seed is not None else _nothing
        accounts = accounts_of(settings, name)
        yield name, Caller(network, accounts, partial(revealed, section.secret), known)


def _credential(name: str, seed: Any) -> Credential:
    return Credential(name, seed.values())


def _nothing() -> None:
    return None


def pushes_of(
    rows: Iterable[Mapping[str, Any]], beating: Iterable[Mapping[str, Any]], settings: Settings
) -> list[dict[str, Any]]:
    """The ``pushes`` of status: of each network that is to call us the address, when it was asked
    to and told of something last, and what came since ``serve`` started."""
    counts: dict[str, Counter[str]] = {}
    for worker in beating:
        for network, told in worker["detail"].get("push", {}).items():
            counts.setdefault(network, Counter()).update(told)
    known = {row["network"]: row for row in rows}
    return [
        {
            "network": name,
            "address": address,
            **{key: known.get(name, {}).get(key) for key in _SAID},
            "counts": dict(counts.get(name, {})),
        }
        for name in settings.networks
        if name in BUILT and (address := callback(settings, name)) is not None
    ]


_SAID = ("state", "why", "errors", "asked_at", "confirmed_at", "last_at", "next_try")
