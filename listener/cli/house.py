"""One installation, opened: the settings, the database, the brands in it, where the queue is.

``open_house`` for who works in it; ``open_for_reading`` for who only looks.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from listener.cli.opening import opening
from listener.clock import Clock, SystemClock
from listener.matching.own_voice import OwnVoice
from listener.records import Brand
from listener.running.pulse import Pulse
from listener.running.queues import QueueWake, Wake, asleep
from listener.running.supervise import holder
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.settings.places import database_url, redis_url
from listener.store.brand_rows import sync_brands
from listener.store.migrate import migrate, must_fit
from listener.store.same_file import must_be_there
from listener.store.session import Database, NoDatabase, open_database, open_reading
from listener.store.tables import brands

GARBAGE = (50_000, 20, 20)
"""A batch of rows is tens of thousands of objects and no circle: by Python's own threshold of 700
an eighth of a mention's cost was looking for garbage that is not there."""


@dataclass(frozen=True, slots=True)
class House:
    """What every process needs. ``redis`` is None where workers sweep."""

    settings: Settings
    db: Database
    brands: tuple[Brand, ...]
    brand_ids: Mapping[str, int]
    redis: str | None
    wake: Wake
    clock: Clock
    plain: bool  # cards in the terminal without colours and direction marks
    pulse: Pulse = field(default_factory=Pulse)  # what this process says of itself

    @property
    def data(self) -> Path:
        return self.settings.service.data


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    redis: str | None = None,
    plain: bool | None = None,
    loud: int = logging.WARNING,
    make: bool = True,
) -> AsyncIterator[House]:
    """Migrates (under a lock; a no-op when up to date), writes the brands, closes at the end.

    ``loud``: the level at which a queue that is away is told. ``make``: a database that is not
    there; else it was taken away from us, and is not begun anew. Raises DatabaseTrouble.
    """
    gc.set_threshold(*GARBAGE)
    clock = SystemClock()
    redis = redis or redis_url(settings)
    url = database_url(settings)
    with opening(url):
        if not make and settings.storage.database == "sqlite":
            must_be_there(Path(make_url(url).database or ""))
        db = open_database(url)
    wake: Wake = QueueWake(redis, loud=loud) if redis else asleep
    try:
        with opening(url):
            await migrate(db)
            known = brands_of(settings)
            async with db.writing() as connection:
                voice = OwnVoice(known)
                ids = await sync_brands(connection, known, clock.now(), speaks=voice.of)
        plain = not sys.stdout.isatty() if plain is None else plain
        yield House(settings, db, known, ids, redis, wake, clock, plain)
    finally:
        if isinstance(wake, QueueWake):
            await wake.close()
        await db.close()


@asynccontextmanager
async def open_for_reading(settings: Settings) -> AsyncIterator[House]:
    """Changes nothing at all, and asks no queue. ``brand_ids`` are those of the brands that a run
    has written down. Raises NoDatabase, DatabaseTrouble or SchemaMismatch where there is nothing to
    read, or not by this code."""
    url = database_url(settings)
    try:
        with opening(url):
            db = open_reading(url)
    except NoDatabase as none:
        raise NoDatabase(none.path, holder(settings.service.data)) from None
    try:
        with opening(url):
            await must_fit(db)
            async with db.reading() as connection:
                rows = await connection.execute(select(brands.c.name, brands.c.id))
        ids = {row.name: row.id for row in rows}
        plain = not sys.stdout.isatty()
        yield House(settings, db, brands_of(settings), ids, None, asleep, SystemClock(), plain)
    finally:
        await db.close()


@asynccontextmanager
async def open_for_status(settings: Settings) -> AsyncIterator[House]:
    """As ``open_for_reading``; a database that was never there is made, as the first run would: how
    an installation stands can be asked from its first moment. One that was taken away from a
    running Rasid is not."""
    try:
        async with open_for_reading(settings) as house:
            yield house
        return
    except NoDatabase as none:
        if none.pid is not None:
            raise
    async with open_house(settings, loud=logging.DEBUG):
        pass
    async with open_for_reading(settings) as house:
        yield house
