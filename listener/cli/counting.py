"""The jobs of the count process. Each stands alone: what one fails on keeps no other from its work.

A brand on which a job fails is left out for a while and named in ``rasid status``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from alerts.numbers.due import make_due
from alerts.numbers.retention import Pruner
from alerts.numbers.rollups import Rollups
from alerts.operators.silence import Usual, Watch
from alerts.operators.tokens import TokenWatch
from listener.cli.house import House
from listener.networks import about
from listener.networks.base import ReadKind
from listener.running.jobs import Job
from listener.running.poison import Poison
from listener.settings import Settings
from listener.store.tallies import tally

ROLLUPS_EVERY = 5.0
TALLIES_EVERY = 5.0
SUMMARIES_EVERY = 30.0
SILENCE_EVERY = 30.0
TOKENS_EVERY = 60.0
RETENTION_EVERY = 60.0


def count_jobs(house: House) -> list[Job]:
    """Roll-ups, tallies of status, summaries that are due, silence of sources, ends of tokens,
    retention."""
    return [
        _rollups(house),
        _tallies(house),
        _summaries(house),
        _silence(house),
        _tokens(house),
        _retention(house),
    ]


def _rollups(house: House) -> Job:
    rollups = Rollups()

    async def work() -> None:
        await rollups.some(house.db, now=house.clock.now())

    return Job("rollups", work, ROLLUPS_EVERY, poison=rollups.poison)


def _tallies(house: House) -> Job:
    async def work() -> None:
        await tally(house.db, now=house.clock.now())

    return Job("tallies", work, TALLIES_EVERY, first=0.5)


def _summaries(house: House) -> Job:
    brands = {brand.name: brand for brand in house.settings.brands if brand.summary is not None}
    poison: Poison[str] = Poison()

    async def work() -> None:
        now = house.clock.now()

        async def make(names: Sequence[str]) -> None:
            some = house.settings.model_copy(
                update={"brands": tuple(brands[name] for name in names)}
            )
            await make_due(house.db, some, house.brand_ids, now=now)

        await poison.work(list(brands), make, now=now)

    return Job("summaries", work, SUMMARIES_EVERY, first=1.0, poison=poison)


def _silence(house: House) -> Job:
    watch = Watch(house.settings, usual(house.settings))

    async def work() -> None:
        await watch.look(house.db, now=house.clock.now())

    return Job("silence", work, SILENCE_EVERY, first=2.0, poison=watch.poison)


def _tokens(house: House) -> Job:
    watch = TokenWatch(house.settings)

    async def work() -> None:
        await watch.look(house.db, now=house.clock.now())

    return Job("tokens", work, TOKENS_EVERY, first=2.5)


def usual(settings: Settings) -> Usual:
    """How often a kind of read of a network is polled, by the settings or by default; no time
    where nobody knows of it."""

    def every(network: str, kind: str) -> timedelta:
        section = settings.networks.get(network)
        configured = section.every if section else None
        if isinstance(configured, timedelta):
            return configured
        try:
            return (configured or {}).get(kind) or about(network).every_of(cast(ReadKind, kind))
        except KeyError:
            return timedelta(0)

    return every


def _retention(house: House) -> Job:
    pruner = Pruner(house.settings, house.brand_ids)

    async def work() -> bool:
        return await pruner.some(house.db, now=house.clock.now())  # more to do: again at once

    return Job("retention", work, RETENTION_EVERY, first=3.0, poison=pruner.poison)
