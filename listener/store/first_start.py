"""When this installation was started for the first time, and whether what lay there then is dealt
with: a first read brings days of posts at once, and nobody wants a card of each.

``began`` is kept only where the first start met an empty database; of others nothing is withheld.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.session import Database
from listener.store.tables import cursors, marks, matches, mentions
from listener.store.upsert import insert_new

BEGAN, SETTLED = "first_start", "first_start:settled"
QUIET = timedelta(seconds=10)
"""The backlog is in when nothing came for so long."""
PATIENCE = timedelta(minutes=5)
"""What comes later is counted alone: nobody waits longer for the first cards."""
NO_BACKLOG = ("stream", "refresh")
"""Reads that begin with what comes from now on."""
READ = ("collect", "stream", "push", "backfill")
"""``mentions.source`` of what a first read brings; who hands rows in says himself what alerts."""


async def begin(db: Database, now: datetime) -> None:
    """To be called by whoever starts the service; does nothing where it was started before, or
    where the database holds anything."""
    async with db.reading() as connection:
        if await _at(connection, BEGAN) is not None or await _any(connection):
            return
    async with db.writing() as connection:
        if not await _any(connection):
            await insert_new(connection, marks, [{"name": BEGAN, "at": now}])


async def began(connection: AsyncConnection) -> datetime | None:
    """Aware UTC; None where nothing is to be withheld."""
    return await _at(connection, BEGAN)


async def settled(connection: AsyncConnection) -> bool:
    """Whether nothing of it is left to do, also where there never was anything."""
    if await _at(connection, BEGAN) is None:
        return True
    return await _at(connection, SETTLED) is not None


async def settle(connection: AsyncConnection, now: datetime) -> None:
    await insert_new(connection, marks, [{"name": SETTLED, "at": now}])


async def is_in(connection: AsyncConnection, now: datetime) -> bool:
    """Whether the backlog has come: every read was tried, nothing came for a while, and nothing
    waits for a label or a decision; or it has taken too long."""
    since = await _at(connection, BEGAN)
    if since is None or now - since > PATIENCE:
        return True
    c = cursors.c
    tried = (c.last_success.is_not(None)) | (c.errors > 0) | (c.state != "new")
    polled = (c.parent.is_(None), c.read.not_in(NO_BACKLOG))
    reads = await connection.execute(
        select(func.count(), func.count().filter(tried)).where(*polled)
    )
    every, done = reads.one()
    newest = (await connection.execute(select(func.max(mentions.c.collected_at)))).scalar_one()
    still = newest is None or now - newest > QUIET
    if not every or done < every or not still or now - since <= QUIET:
        return False
    for table, state in ((mentions, "collected"), (matches, "waiting")):
        written_out: BindParameter[str] = bindparam(None, state, literal_execute=True)
        waits = await connection.execute(
            select(table.c.state).where(table.c.state == written_out).limit(1)
        )
        if waits.first() is not None:
            return False
    return True


async def _any(connection: AsyncConnection) -> bool:
    return (await connection.execute(select(mentions.c.id).limit(1))).first() is not None


async def _at(connection: AsyncConnection, name: str) -> datetime | None:
    found = await connection.execute(select(marks.c.at).where(marks.c.name == name))
    return found.scalar_one_or_none()
