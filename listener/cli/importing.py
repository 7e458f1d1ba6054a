"""What `rasid import` does: store, then see to it that what it brought is labelled and decided.

Only its own rows are its business: others may be collected and decided meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

import click

from alerts.dispatch import decide_some
from listener.cli.cards_ahead import Ask, CardsAhead
from listener.cli.house import House, open_for_reading, open_house
from listener.cli.processes import labeller_of
from listener.handed_in.figures import import_figures
from listener.handed_in.import_mentions import (
    LOGGED,
    Alerting,
    Imported,
    import_mentions,
    rehearse,
)
from listener.handed_in.record import mention_of
from listener.labelling.label import Labeller
from listener.masking.masker import masker
from listener.matching.matcher import Matcher
from listener.records import Evidence, Hit, Mention
from listener.running.queues import LABEL
from listener.running.workers import worker_name
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.settings.places import database_url
from listener.store.abandoned import release_all
from listener.store.brought import alerts_of, newest_alert, unfinished
from listener.store.session import NoDatabase, open_reading
from listener.store.tombstones import tombstone_key
from listener.store.trouble import patiently
from listener.store.work import DECIDE as DECIDING
from listener.store.work import LABEL as LABELLING

AT_ONCE = 1024
"""Rows that are seen to together: four batches of the labeller."""
DECIDE_AT_ONCE = 500
"""Matches in one transaction: nobody's alert waits behind an import's."""


async def import_file(
    settings: Settings,
    file: BinaryIO,
    *,
    brand: str | None,
    source: str | None,
    quiet: bool,
    alerting: Alerting | None = None,
    month_first: bool = False,
    ask: Ask | None = None,
) -> dict[str, int]:
    """Returns the counts of the contract: read, stored, matched, duplicates, rejected, and of these
    rows alone, alerts and waiting. Ctrl-C keeps what is stored; the same file again adds only the
    rest. ask: what to do where these rows would send many cards (``cards_ahead``): a file is
    looked through before anything is stored, a pipe batch by batch."""
    async with open_house(settings, loud=logging.DEBUG) as house:
        brought, matcher = array("q"), Matcher(house.brands)  # 8 bytes a row of the file
        reading = partial(mention_of, month_first=month_first)
        match = partial(_given, brand, matcher) if brand else matcher.match
        zone, now, notes = settings.service.zone, datetime.now(UTC), Notes()
        ahead = CardsAhead(house, now=now, alerting=alerting, ask=ask) if ask else None
        if ahead and file.seekable():
            await rehearse(
                None, file, mention_of=reading, match=match, zone=zone, now=now, source=source,
                look=ahead.look, rejected=_unheard, unread=_unheard,
            )  # fmt: skip
            file.seek(0)
            ahead = None
        async with house.db.reading() as connection:
            before = await newest_alert(connection)
        counts = await import_mentions(
            house.db,
            file,
            mention_of=reading,
            match=match,
            brand_ids=house.brand_ids,
            key=tombstone_key(house.data),
            mask=masker(settings.retention.mask),
            zone=zone,
            now=now,
            clock=house.clock.now,
            source=source,
            alerting=alerting,
            look=ahead.look if ahead else None,
            brought=brought.extend,
            progress=None if quiet else _say,
            rejected=_reject,
            unread=notes,
        )
        notes.end()
        await house.wake(LABEL, [])
        waiting = await _finish(house, brought, quiet=quiet) if brought else 0
        alert_ids: set[int] = set()
        async with house.db.reading() as connection:
            for some in batched(brought, AT_ONCE):
                alert_ids |= await alerts_of(connection, some, after=before)
        return {**counts.as_dict(), "alerts": len(alert_ids), "waiting": waiting}


async def rehearse_file(
    settings: Settings,
    file: BinaryIO,
    *,
    brand: str | None,
    source: str | None,
    month_first: bool = False,
) -> dict[str, int]:
    """The same counts with nothing stored and nobody alerted: ``rehearse``."""
    matcher, notes = Matcher(brands_of(settings)), Notes()
    look = partial(
        rehearse,
        file=file,
        mention_of=partial(mention_of, month_first=month_first),
        match=partial(_given, brand, matcher) if brand else matcher.match,
        zone=settings.service.zone,
        now=datetime.now(UTC),
        source=source,
        rejected=_reject,
        unread=notes,
    )
    try:
        opened = open_reading(database_url(settings))
    except NoDatabase:  # the first import of all
        counts = await look(None)
        notes.end()
        return {**counts.as_dict(), "alerts": 0, "waiting": 0}
    await opened.close()
    async with open_for_reading(settings) as house:
        counts = await look(house.db)
    notes.end()
    return {**counts.as_dict(), "alerts": 0, "waiting": 0}


async def import_numbers(settings: Settings, file: BinaryIO) -> dict[str, int]:
    """Figures by hand: date, brand, network, account, measure, value, note."""
    async with open_house(settings) as house:
        counts = await import_figures(
            house.db,
            file,
            brand_ids=house.brand_ids,
            zone=settings.service.zone,
            now=datetime.now(UTC),
            rejected=_reject,
        )
        return counts.as_dict()


async def _finish(house: House, brought: Sequence[int], *, quiet: bool) -> int:
    """Labels and decides what was brought until none of it waits: beside running workers, under
    leases. Returns how many rows wait still."""
    labeller, worker = await labeller_of(house, "import"), worker_name("import")
    try:
        return await _until_nothing_waits(house, labeller, worker, brought, quiet=quiet)
    except (asyncio.CancelledError, KeyboardInterrupt):
        now = house.clock.now()
        async with house.db.writing() as connection:
            for work in (LABELLING, DECIDING):
                await release_all(connection, work, worker=worker, now=now)
        raise


async def _until_nothing_waits(
    house: House, labeller: Labeller, worker: str, brought: Sequence[int], *, quiet: bool
) -> int:
    async def label(ids: Sequence[int]) -> int:
        return await labeller.label_some(ids, now=house.clock.now())

    async def decide(ids: Sequence[int]) -> int:
        now = house.clock.now()
        return await decide_some(
            house.db, house.settings, worker=worker, now=now, ids=ids, limit=DECIDE_AT_ONCE
        )

    done, left = 0, brought
    while True:
        held: list[int] = []
        for some in batched(left, AT_ONCE):
            async with house.db.reading() as connection:
                ids = await unfinished(connection, some)
            while ids and (took := await patiently(partial(label, ids))):
                done += took
                if not quiet:
                    click.echo(f"labelled {done:,}", err=True)
            while ids and (await patiently(partial(decide, ids))) > 0:
                pass
            if ids:
                async with house.db.reading() as connection:
                    held += await unfinished(connection, ids)
        if not held:
            return 0
        left = held
        await asyncio.sleep(0.2)  # held by another worker: its lease ends, or it does


def batched(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """``ids`` in lists of ``size``."""
    for first in range(0, len(ids), size):
        yield list(ids[first : first + size])


def _given(brand: str, matcher: Matcher, mention: Mention) -> list[Hit]:
    """The brand that the caller names, and the others that the queries find."""
    hits = matcher.match(mention)
    if all(hit.brand != brand for hit in hits):
        hits.append(Hit(brand, (Evidence(term=brand, place="given", found=""),)))
    return hits


def _say(counts: Imported) -> None:
    if counts.read % 5000 < 500:
        click.echo(f"read {counts.read:,}, stored {counts.stored:,}", err=True)


class Notes:
    """Says of the first rows what is unknown in them, and at the end how many more there were."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, line: int, why: str) -> None:
        self._count += 1
        if self._count <= LOGGED:
            click.echo(f"line {line} is taken, but this is unknown: {why}", err=True)

    def end(self) -> None:
        if self._count > LOGGED:
            click.echo(f"… and {self._count - LOGGED:,} more that are unknown", err=True)


def _unheard(_line: int, _why: str) -> None:
    """The first look through a file: the second says it."""


def _reject(line: int, why: str) -> None:
    click.echo(f"line {line} is skipped: {why}", err=True)
