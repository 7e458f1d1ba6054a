"""Work is taken by lease: one conditional UPDATE, so that no row is held twice.

Who dies loses his lease when it expires; who is slow finds at ``finish`` that he no longer holds
it. A row in a batch that was lost twice is suspect: suspects are taken apart from the others, in
batches half as large each time, until the bad one stands alone and is set aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.steps import DECIDE, LABEL, Work, free_rows, readiness
from listener.store.tables import decisions
from listener.store.upsert import upsert

__all__ = [
    "DECIDE", "LABEL", "Work", "finish", "finish_mine", "held", "release", "set_aside", "take",
]  # fmt: skip

SUSPECT = 2
"""Tries after which a row is taken apart from the others."""
FAILED = "failed"
"""``decisions.reason`` of a match that could not be decided."""


async def take(
    connection: AsyncConnection,
    work: Work,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    ids: Sequence[int] | None = None,
) -> list[Row[Any]]:
    """Leases up to ``limit`` free rows to ``worker`` (unique to this task) until ``now + lease``
    and returns them, the oldest first. ids: only of these mentions.

    To be decided is a match whose mention is labelled, set aside or deleted upstream. Suspects go
    first; one that was lost in a batch of its own is set aside here.
    """
    free, until = free_rows(connection, work, now, ids), now + lease
    for ready in readiness(work, ids):
        if rows := await _take(connection, work, [*free, *ready], worker, now, until, limit):
            return rows
    return []


async def _take(
    connection: AsyncConnection,
    work: Work,
    free: Sequence[ColumnElement[bool]],
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Row[Any]]:
    tries = work.table.c.tries
    while True:
        first = select(*work.columns, tries).where(*free).order_by(*work.columns).limit(limit)
        most = select(func.max(first.subquery().c.tries))
        if ((await connection.execute(most)).scalar_one() or 0) < SUSPECT:
            return await _lease(connection, work, [*free, tries < SUSPECT], worker, until, limit)
        suspects: list[Any] = [
            row for row in await connection.execute(first) if row.tries >= SUSPECT
        ]
        if not suspects:  # another worker was quicker
            continue
        lost = min(row.tries for row in suspects)
        size = limit >> (lost - SUSPECT + 1)
        these = work.these(connection, [row for row in suspects if row.tries == lost])
        rows = await _lease(connection, work, [*free, these], worker, until, size or limit)
        if size or not rows:  # none: another worker was quicker
            return rows
        why = f"its worker was lost {lost} times while it held it"  # the last time alone
        await set_aside(connection, work, rows, worker=worker, reason=why, now=now)


async def finish(
    connection: AsyncConnection,
    work: Work,
    rows: Sequence[Row[Any]],
    *,
    worker: str,
    now: datetime,
) -> int:
    """Marks those of ``rows`` done that ``worker`` still holds; returns how many. Rows that were
    edited, deleted or taken over meanwhile are left as they are: ask ``held`` before writing."""
    return await _change(connection, work, rows, worker, now, _done(work, now))


async def finish_mine(
    connection: AsyncConnection, work: Work, rows: Sequence[Row[Any]], *, worker: str, now: datetime
) -> list[Row[Any]]:
    """As ``finish``, and returns those of ``rows`` that it marked: ``held`` and ``finish`` in one,
    for whoever writes what came of them in the same transaction."""
    if not rows:
        return []
    mine = _mine(connection, work, rows, worker, now)
    if connection.dialect.name == "postgresql":  # locked in one order, as ``held`` does
        locked = (
            select(*work.columns)
            .where(*mine)
            .order_by(*work.columns)
            .with_for_update(key_share=True)
            .cte("locked")
        )
        mine = (tuple_(*work.columns).in_(select(*(locked.c[name] for name in work.keys))),)
    done = await connection.execute(
        update(work.table).where(*mine).values(**_done(work, now)).returning(*work.columns)
    )
    keys = {tuple(row) for row in done}
    return [row for row in rows if work.key(row) in keys]


async def held(
    connection: AsyncConnection, work: Work, rows: Sequence[Row[Any]], *, worker: str, now: datetime
) -> list[Row[Any]]:
    """Those of ``rows`` that ``worker`` still holds; they stay so until this transaction ends."""
    if not rows:
        return []
    result = await connection.execute(
        select(*work.columns)
        .where(*_mine(connection, work, rows, worker, now))
        .order_by(*work.columns)
        .with_for_update(key_share=True)
    )
    keys = {work.key(row) for row in result}
    return [row for row in rows if work.key(row) in keys]


async def release(
    connection: AsyncConnection, work: Work, rows: Sequence[Row[Any]], *, worker: str, now: datetime
) -> int:
    """Gives rows back untouched: no failure of theirs, so the try does not count."""
    tries = work.table.c.tries - 1
    values = {"taken_by": None, "taken_until": None, "tries": tries}
    return await _change(connection, work, rows, worker, now, values)


async def set_aside(
    connection: AsyncConnection,
    work: Work,
    rows: Sequence[Row[Any]],
    *,
    worker: str,
    reason: str,
    now: datetime,
) -> int:
    """Takes rows out of the work for good, with a reason that people read; an edit brings a mention
    back. A set-aside match is decided: no route, reason ``failed``. Returns how many it was."""
    reason = reason[:500]
    if work is LABEL:
        values = {"state": "set_aside", "reason": reason, "taken_by": None, "taken_until": None}
        return await _change(connection, work, rows, worker, now, values)
    mine = await held(connection, work, rows, worker=worker, now=now)
    await upsert(
        connection,
        decisions,
        [
            {
                "mention_id": row.mention_id,
                "brand_id": row.brand_id,
                "revision": row.revision,
                "route": None,
                "reason": FAILED,
                "detail": {"error": reason},
                "at": now,
            }
            for row in mine
        ],
        keys=["mention_id", "brand_id", "revision"],
    )
    return await finish(connection, work, mine, worker=worker, now=now)


def _done(work: Work, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"state": work.done, "taken_by": None, "taken_until": None, "tries": 0}
    return {**values, "changed_at": now} if work is DECIDE else values


async def _lease(
    connection: AsyncConnection,
    work: Work,
    free: Sequence[ColumnElement[bool]],
    worker: str,
    until: datetime,
    limit: int,
) -> list[Row[Any]]:
    # PostgreSQL may run a plain subquery with LIMIT more than once; a CTE that locks, only once.
    wanted = (
        select(*work.columns)
        .where(*free)
        .order_by(*work.columns)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=work.table)
        .cte("wanted")
    )
    keys = [wanted.c[name] for name in work.keys]
    mine = tuple_(*work.columns) if len(keys) > 1 else work.columns[0]
    taken = await connection.execute(
        update(work.table)
        .where(mine.in_(select(*keys)))
        .values(taken_by=worker, taken_until=until, tries=work.table.c.tries + 1)
        .returning(*work.taken)
    )
    return sorted(taken, key=work.key)


def _mine(
    connection: AsyncConnection, work: Work, rows: Sequence[Row[Any]], worker: str, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    table = work.table
    return (
        work.these(connection, rows),
        table.c.state == work.waiting,
        table.c.taken_by == worker,
        table.c.taken_until >= now,
    )


async def _change(
    connection: AsyncConnection,
    work: Work,
    rows: Sequence[Row[Any]],
    worker: str,
    now: datetime,
    values: dict[str, Any],
) -> int:
    if not rows:
        return 0
    done = await connection.execute(
        update(work.table).where(*_mine(connection, work, rows, worker, now)).values(**values)
    )
    return done.rowcount
