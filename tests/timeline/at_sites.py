"""The collector over a simulated network: what it stored, held against what was written there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from listener.clock import SteeredClock
from listener.collecting.collector import Collector
from listener.collecting.seeds import Seed
from listener.collecting.source import Source
from listener.collecting.walk import Rules
from listener.demo.posts import Post
from listener.demo.servers import Urls, simulated
from listener.demo.world import BRAND, Fault, World, make_world
from listener.matching.matcher import Matcher
from listener.networks import about, build
from listener.networks.base import Network
from listener.records import Account, Brand, Credential, Query
from listener.settings.budgets import Cap
from listener.store import figures
from listener.store import tables as t
from listener.store.brand_rows import sync_brands
from listener.store.mentions import add, erase
from listener.store.session import Database

END = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
HANDLE = "rashfan"
QUERY = Query(BRAND.name, "رشفان OR Rashfan")


async def nothing(*_args: Any, **_named: Any) -> None:
    return None


@dataclass
class AtSite:
    """``section``: what a user writes for the network, secrets in the clear. ``now``: its time."""

    db: Database
    name: str
    world: World
    urls: Urls
    section: dict[str, Any]
    clock: SteeredClock
    accounts: tuple[Account, ...]
    brand: Brand = BRAND
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def written(self, wanted: Callable[[Post], bool]) -> dict[str, Post]:
        """By native id: what is there at the end, of what is ``wanted``."""
        now = self.clock.now()
        return {p.native: p for p in self.world.seen(self.name, now) if wanted(p)}

    async def rows(self, table: Any = t.mentions) -> list[dict[str, Any]]:
        async with self.db.reading() as connection:
            rows = await connection.execute(select(table))
            return [dict(row) for row in rows.mappings()]

    async def until(self, true: Callable[[], Any], seconds: float = 30.0) -> None:
        """Waits for ``await true()``."""
        async with asyncio.timeout(seconds):
            while not await true():  # noqa: ASYNC110 (another process's rows set no event)
                await asyncio.sleep(0.02)


def _seed(network: Network, values: Mapping[str, str], section: Mapping[str, Any]) -> Seed:
    """As ``sources.seed_of`` makes one; what is enough to renew a token with is renewed."""
    oauth = getattr(network, "oauth", network.about.oauth)
    url = oauth.url(str(section.get("api_url", ""))) if oauth else ""
    return replace(Seed.of(Credential(network.name, values)), oauth=oauth, token_url=url)


@asynccontextmanager
async def at_site(
    db: Database,
    name: str,
    *,
    options: Mapping[str, Any] | None = None,
    accounts: tuple[Account, ...] = (Account(BRAND.name, HANDLE),),
    faults: tuple[Fault, ...] = (),
    world: World | None = None,
    brand: Brand = BRAND,
    first: timedelta = timedelta(hours=48),
    caps: tuple[Cap, ...] = (),
    **collecting: Any,
) -> AsyncIterator[AtSite]:
    """Collects from the site ``name`` until the block ends. ``options``: of the section, over what
    the site says; ``first``: how far back a first walk goes; ``collecting``: further arguments of
    the collector."""
    made = world or make_world(END, sites=[name])
    made = World(made.end, made.posts, faults, made.left, made.cast)
    clock = SteeredClock(made.end)
    async with simulated(made, clock.now, sites=[name]) as urls:
        section = {**urls.sites[name], **(options or {})}
        known = about(name)
        secret = {*known.secrets} | {k for k, o in known.options.items() if o.kind == "secret"}
        values = {k: str(v) for k, v in section.items() if k in secret and v}
        plain = {k: v for k, v in section.items() if k not in secret} | (
            {"token": True} if "token" in values else {}
        )
        network = build(name, plain)
        reads = network.reads([QUERY], brand.hashtags, accounts)
        async with db.writing() as connection:
            ids = await sync_brands(connection, [brand], made.end)
        site = AtSite(db, name, made, urls, section, clock, accounts, brand)
        collector = Collector(
            db,
            [
                Source(
                    network,
                    reads,
                    credential=_seed(network, values, plain) if values else None,
                    rate=1000.0,
                    burst=1000.0,
                    rules=Rules(first=first),
                    caps=caps,
                )
            ],
            match=Matcher([brand]).match,
            add=partial(add, brand_ids=ids, key=b"k" * 32),
            erase=partial(erase, key=b"k" * 32),
            wake=nothing,
            clock=clock,
            **{"keep": partial(figures.keep, brand_ids=ids, key=b"k" * 32), **collecting},
        )
        task = asyncio.create_task(collector.run(site.stop))
        try:
            yield site
        finally:
            site.stop.set()
            await asyncio.wait_for(task, 20)
