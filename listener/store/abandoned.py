"""Leases whose worker holds them no more: it was told to stop, or it died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.work import Work


async def release_all(
    connection: AsyncConnection, work: Work, *, worker: str, now: datetime
) -> int:
    """As ``release``, for all that ``worker`` holds: it was told to stop, maybe between taking rows
    and hearing of it."""
    table = work.table
    done = await connection.execute(
        update(table)
        .where(table.c.state == work.waiting, table.c.taken_by == worker)
        .where(table.c.taken_until >= now)
        .values(taken_by=None, taken_until=None, tries=table.c.tries - 1)
    )
    return done.rowcount


async def free_lost(connection: AsyncConnection, work: Work, *, gone: Callable[[str], bool]) -> int:
    """Ends the leases of workers that are ``gone``, which would else keep their rows from everybody
    until they run out. The try still counts: a row may have been what killed its worker. Returns
    how many rows are free by this."""
    table = work.table
    held = (table.c.state == work.waiting, table.c.taken_by.is_not(None))
    holders = (await connection.execute(select(table.c.taken_by).where(*held).distinct())).scalars()
    lost = [holder for holder in holders if gone(holder)]
    if not lost:
        return 0
    freed = await connection.execute(
        update(table)
        .where(*held, table.c.taken_by.in_(lost))
        .values(taken_by=None, taken_until=None)
    )
    return freed.rowcount
