"""What `rasid import` does: store, then see to it that all of it is labelled and decided."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

import click
from sqlalchemy import func, select

from alerts.dispatch import decide_some
from listener.cli.house import House, open_house
from listener.cli.processes import labeller_of
from listener.handed_in.figures import import_figures
from listener.handed_in.importing import Imported, import_mentions
from listener.handed_in.record import mention_of
from listener.labelling.label import Labeller
from listener.masking.masker import masker
from listener.matching.matcher import Matcher
from listener.records import Evidence, Hit, Mention
from listener.running.queues import LABEL
from listener.running.workers import worker_name
from listener.settings import Settings
from listener.store.abandoned import release_all
from listener.store.overview import overview
from listener.store.tables import alerts
from listener.store.tombstones import tombstone_key
from listener.store.work import DECIDE as DECIDING
from listener.store.work import LABEL as LABELLING

DECIDE_AT_ONCE = 500
"""Matches in one transaction: nobody's alert waits behind an import's."""


async def import_file(
    settings: Settings,
    file: BinaryIO,
    *,
    brand: str | None,
    source: str | None,
    quiet: bool,
) -> dict[str, int]:
    """Returns the counts of the contract: read, stored, matched, duplicates, rejected, alerts,
    waiting. Ctrl-C keeps what is stored; the same file again adds only the rest."""
    async with open_house(settings, loud=logging.DEBUG) as house:
        before, matcher = await _alerts(house), Matcher(house.brands)
        counts = await import_mentions(
            house.db,
            file,
            mention_of=mention_of,
            match=partial(_given, brand, matcher) if brand else matcher.match,
            brand_ids=house.brand_ids,
            key=tombstone_key(house.data),
            mask=masker(settings.retention.mask),
            zone=settings.service.zone,
            now=datetime.now(UTC),
            source=source,
            progress=None if quiet else _say,
            rejected=_reject,
        )
        await house.wake(LABEL, [])
        waiting = await _finish(house, quiet=quiet)
        return {**counts.as_dict(), "alerts": await _alerts(house) - before, "waiting": waiting}


async def import_numbers(settings: Settings, file: BinaryIO) -> dict[str, int]:
    """Figures by hand: date, brand, network, account, measure, value, note."""
    async with open_house(settings) as house:
        found = await import_figures(
            house.db,
            file,
            brand_ids=house.brand_ids,
            zone=settings.service.zone,
            rejected=_reject,
        )
        return found.as_dict()


async def _finish(house: House, *, quiet: bool) -> int:
    """Labels and decides what is free until nothing waits: beside running workers, under leases.
    Returns how many matches wait still (other workers hold them)."""
    labeller, worker = await labeller_of(house, "import"), worker_name("import")
    try:
        return await _until_nothing_waits(house, labeller, worker, quiet=quiet)
    except (asyncio.CancelledError, KeyboardInterrupt):
        now = house.clock.now()
        async with house.db.writing() as connection:
            for work in (LABELLING, DECIDING):
                await release_all(connection, work, worker=worker, now=now)
        raise


async def _until_nothing_waits(
    house: House, labeller: Labeller, worker: str, *, quiet: bool
) -> int:
    done = 0
    while True:
        took = await labeller.label_some(None, now=house.clock.now())
        decided = await decide_some(
            house.db, house.settings, worker=worker, now=house.clock.now(), limit=DECIDE_AT_ONCE
        )
        done += took
        if not quiet and took:
            click.echo(f"labelled {done:,}", err=True)
        if took or decided:
            continue
        async with house.db.reading() as connection:
            found = await overview(connection)
        waiting = found["mentions"]["collected"] + found["matches"]["waiting"]
        if not waiting:
            return 0
        await asyncio.sleep(0.2)  # held by another worker: its lease ends, or it does


async def _alerts(house: House) -> int:
    async with house.db.reading() as connection:
        return int(
            (await connection.execute(select(func.count()).select_from(alerts))).scalar_one()
        )


def _given(brand: str, matcher: Matcher, mention: Mention) -> list[Hit]:
    """The brand that the caller names, and the others that the queries find."""
    hits = matcher.match(mention)
    if all(hit.brand != brand for hit in hits):
        hits.append(Hit(brand, (Evidence(term=brand, place="given", found=""),)))
    return hits


def _say(counts: Imported) -> None:
    if counts.read % 5000 < 500:
        click.echo(f"read {counts.read:,}, stored {counts.stored:,}", err=True)


def _reject(line: int, why: str) -> None:
    click.echo(f"line {line} is skipped: {why}", err=True)
