"""What was read and what was not, so that every number can say how complete it is.

    window  ``since`` to ``until``: walks that came to their end; ``until`` None while under way
    gap     a span that was not read, and why; nothing will read it on its own
    limit   no more is to be had: the network's first page is as far as it goes, or we go no deeper
    retired reads that a page asked for and that nobody asks for any more

What pages asked for stands under the read of the settings that led to it, its windows as
"search:x › replies"; where whole reads are told of, ``skipped`` is how many.

Rows are kept by hour: a read polled every second writes 24 rows a day, not 86,400.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, case, insert, literal, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store import tables as t


@dataclass(frozen=True, slots=True)
class Entry:
    """Counts are added to those of the same hour. ``matched`` were stored, the rest of
    ``fetched`` concerned no brand; ``skipped`` could not be read. Times are aware UTC."""

    network: str
    read: str
    kind: Literal["window", "gap", "limit", "retired"] = "window"
    since: datetime | None = None
    until: datetime | None = None
    fetched: int = 0
    matched: int = 0
    skipped: int = 0
    note: str | None = None


async def record(connection: AsyncConnection, entry: Entry, now: datetime) -> None:
    """Adds to the row of this hour with the same read, kind and note, or begins one."""
    c = t.ledger.c
    hour = now.replace(minute=0, second=0, microsecond=0)
    values = {
        "fetched": c.fetched + entry.fetched,
        "matched": c.matched + entry.matched,
        "skipped": c.skipped + entry.skipped,
        "since": _earliest(entry.since),
        "until": entry.until or c.until,
        "at": now,
    }
    same_note: ColumnElement[bool] = (
        c.note.is_(None) if entry.note is None else c.note == entry.note
    )
    changed = await connection.execute(
        update(t.ledger)
        .where(
            c.network == entry.network,
            c.read == entry.read,
            c.kind == entry.kind,
            same_note,
            c.at >= hour,
        )
        .values(values)
    )
    if changed.rowcount == 0:
        await connection.execute(
            insert(t.ledger).values(
                network=entry.network,
                read=entry.read,
                kind=entry.kind,
                since=entry.since,
                until=entry.until,
                fetched=entry.fetched,
                matched=entry.matched,
                skipped=entry.skipped,
                note=entry.note,
                at=now,
            )
        )


def _earliest(since: datetime | None) -> ColumnElement[datetime | None]:
    c = t.ledger.c
    if since is None:
        return c.since
    moment = literal(since, t.UtcTime())
    return case((or_(c.since.is_(None), c.since > moment), moment), else_=c.since)
