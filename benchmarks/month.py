"""A month in fast time: what is lost, what is exceeded and what operators hear, with quotas, 429s,
outages, a token that ends and a source that falls silent.

    python -m benchmarks.month [--days 30] [--seed 7] [--a-day 12] [--every 60] [--only x,reddit]

The collector of `rasid run` and the operators' watches, over simulated networks on loopback and
real SQLite, under a clock that jumps to whatever is due next (``fast_time``). ``--every``: minutes,
below which no network is polled more often; the watches look every ten.

written   what others wrote, and the network showed to its collector for long enough to be read
stored    of that; ``lost`` the rest, ``untold`` what of it the ledger says nothing about
asked     requests; ``refused`` those that were answered 4xx while the network was well
notices   told to operators while the network was in trouble, or a day after; ``back`` that it is
          well again; ``false`` at any other time
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Table, select

from benchmarks import fast_time
from benchmarks.common import as_json, table
from benchmarks.month_told import KINDS, Journal, Lived, books, notices_of, results
from benchmarks.month_world import (
    ACCOUNTS,
    BASE,
    MONTH,
    NEW_TOKEN,
    SITES,
    START,
    Month,
    Trouble,
    spoil,
    written,
)
from listener.cli.counting import count_jobs
from listener.cli.house import House, open_house
from listener.cli.processes import collector_of
from listener.demo.posts import DAY
from listener.demo.servers import simulated
from listener.demo.sites import open_site, youtube
from listener.demo.world import BRAND
from listener.networks import about
from listener.networks.base import ReadKind
from listener.running.jobs import run_jobs
from listener.settings import Settings
from listener.settings.values import Secret
from listener.store import tables as t

WATCHES = frozenset({"silence", "tokens"})
LOOK = 600.0
BUDGETS: Mapping[str, Mapping[str, str]] = {
    "x": {"per_month": "40 USD"},
    "youtube": {"per_day": "2000 units"},
}
"""YouTube's is a fifth of what it gives."""
COLUMNS = (
    "written", "stored", "lost", "untold", "asked", "refused", "notices", "back", "false",
)  # fmt: skip


async def live(
    folder: Path,
    *,
    days: int,
    seed: int,
    networks: Sequence[str] = (*SITES, *BASE),
    troubles: Sequence[Trouble] = MONTH,
    a_day: int = 12,
    every: timedelta = timedelta(minutes=60),
    budgets: Mapping[str, Mapping[str, str]] = BUDGETS,
    look: float = LOOK,
) -> Lived:
    """Lets ``days`` pass; to be run by ``fast_time.run``. ``folder``: for the database and tokens,
    empty. ``look``: seconds between two looks of the operators' watches."""
    troubles = [x for x in troubles if x.network in networks and x.end <= days - 1]
    random.seed(seed)  # what the collector draws when it waits
    clock, began = fast_time.JumpingClock(START), time.process_time()
    world = written(days, seed, networks, troubles, a_day)
    async with _served(world, clock, networks, troubles) as (urls, sites):
        journal = Journal(troubles, clock)
        urls.journal = journal
        sections = {
            name: _section(name, dict(section) | _token_of(sites.get(name)), folder, every, budgets)
            for name, section in urls.options().items()
        }
        settings = _settings(folder, {n: s for n, s in sections.items() if n in networks})
        async with open_house(settings, plain=True) as opened:
            house = replace(opened, clock=clock)
            by_hand = [x for x in troubles if x.kind == "token"]
            await _run(house, days * DAY, by_hand, folder, look)
            wanted = (t.mentions, t.ledger, t.outages, t.notices, t.cursors, t.expiries)
            rows = {of.name: await _rows(house, of) for of in wanted}
    spent = time.process_time() - began
    return Lived(world, troubles, sites, journal, settings, budgets, rows, spent)


async def _run(
    house: House, span: timedelta, by_hand: Sequence[Trouble], folder: Path, look: float
) -> None:
    stop, clock = asyncio.Event(), house.clock

    async def renewed(trouble: Trouble) -> None:
        await clock.sleep(trouble.end * DAY.total_seconds())
        (folder / f"{trouble.network}.token").write_text(NEW_TOKEN)

    jobs = [replace(job, every=look) for job in count_jobs(house) if job.name in WATCHES]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(collector_of(house).run(stop))
        tasks.create_task(run_jobs(jobs, stop, clock=clock, pulse=house.pulse))
        for trouble in by_hand:
            tasks.create_task(renewed(trouble))
        await clock.sleep(span.total_seconds())
        stop.set()


@asynccontextmanager
async def _served(
    world: Month,
    clock: fast_time.JumpingClock,
    networks: Sequence[str],
    troubles: Sequence[Trouble],
) -> AsyncIterator[tuple[Any, dict[str, Any]]]:
    sites: dict[str, Any] = {}

    def opened(name: str, *given: Any) -> Any:
        sites[name] = open_site(name, *given)
        if hasattr(sites[name], "token"):  # one address and one token would be one account
            sites[name].token = f"token-of-{name}"
        spoil(sites[name], name, troubles, clock.now)
        return sites[name]

    servers = "listener.demo.servers"
    with patch(f"{servers}.open_site", opened), patch(f"{servers}.RETRY_AFTER", 900):
        names = [name for name in networks if name in SITES]
        async with simulated(world, clock.now, sites=names) as urls:
            yield urls, sites


def _token_of(site: Any) -> dict[str, str]:
    return {"token": site.token} if hasattr(site, "token") else {}


def _section(
    name: str,
    section: Mapping[str, Any],
    folder: Path,
    every: timedelta,
    budgets: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """As a user writes it, with its secrets in files."""
    known, made = about(name), dict(section)
    made.pop("stream", None)
    secret = {*known.secrets} | {k for k, o in known.options.items() if o.kind == "secret"}
    for key in secret & made.keys():
        path = folder / f"{name}.{key}"
        path.write_text(str(made[key]))
        made[key] = Secret.parse(f"file:{path}")
    kinds: tuple[ReadKind, ...] = (*KINDS, "refresh")
    made["every"] = {kind: max(known.every_of(kind), every) for kind in kinds}
    return made | ({"budget": dict(budgets[name])} if name in budgets else {})


def _settings(folder: Path, sections: Mapping[str, Any]) -> Settings:
    accounts = [
        account | ({"id": youtube.CHANNEL} if account["network"] == "youtube" else {})
        for account in map(dict, ACCOUNTS)
        if account["network"] in sections
    ]
    brand = {"name": BRAND.name, "keywords": BRAND.keywords, "hashtags": BRAND.hashtags}
    return Settings.model_validate(
        {
            "service": {
                "timezone": "Asia/Riyadh", "language": "en", "data": folder, "operators": "ops",
            },
            "storage": {"redis": "none"},
            "brands": [brand | {"accounts": accounts}],
            "networks": sections,
            "channels": {"ops": {"kind": "console"}},
            "routes": [{"name": "all", "only_count": True}],
        }
    )  # fmt: skip


async def _rows(house: House, of: Table) -> list[dict[str, Any]]:
    async with house.db.reading() as connection:
        return [dict(row) for row in (await connection.execute(select(of))).mappings()]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--a-day", type=int, default=12, help="posts of others, on each network")
    parser.add_argument("--every", type=float, default=60.0, help="minutes between polls, at least")
    parser.add_argument("--only", help="networks, with commas between them")
    options = parser.parse_args()
    logging.getLogger().setLevel(logging.CRITICAL)
    networks = options.only.split(",") if options.only else (*SITES, *BASE)
    with tempfile.TemporaryDirectory(prefix="rasid-month") as folder:
        lived = fast_time.run(
            live(
                Path(folder), days=options.days, seed=options.seed, networks=networks,
                a_day=options.a_day, every=timedelta(minutes=options.every),
            )
        )  # fmt: skip
    rows = results(lived)
    table(rows, ("network", *COLUMNS))
    table(books(lived), ("of", "allowed", "taken"))
    for name in sorted(lived.settings.networks):
        for at, _subject, kind, text in chain(*notices_of(lived, name)):
            print(f"{(at - START) / DAY:6.2f}  {kind:10}  {text}")
    for (network, status, path), number in sorted(lived.journal.wrong.items()):
        print(f"{number:6} × {network} {status} {path[:100]}")
    print(f"{lived.seconds:.0f} s of CPU")
    as_json("month", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
