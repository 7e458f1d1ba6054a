"""What networks told of and was not read since: a row for each read, however often it is told.

``serve`` writes them before it answers, the collector reads them every few seconds. A row goes when
a poll that began after it has ended, so that a crash anywhere costs a second look and loses none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import ledger
from listener.collecting.ledger import Entry
from listener.networks.base import Read
from listener.records import Query
from listener.store import tables as t
from listener.store.upsert import insert_new

MOST = 200
"""Reads of one network that wait at a time. What a network tells beyond that is dropped, counted
in the ledger: its polls bring it."""
READ = "push"
"""What the ledger calls the read of what is pushed."""


@dataclass(frozen=True, slots=True)
class Hint:
    """``n``: how often it was told; one that was told again since has another."""

    network: str
    read: Read
    n: int


async def put(
    connection: AsyncConnection,
    network: str,
    reads: Iterable[Read],
    *,
    now: datetime,
    most: int = MOST,
) -> int:
    """Writes down that ``reads`` are worth a look; one that waits already is told once more.
    Returns how many of them there was no room for."""
    c, wanted = t.hints.c, {read.key: read for read in reads}
    for key in list(wanted):
        told = await connection.execute(
            update(t.hints).where(c.network == network, c.read == key).values(n=c.n + 1, at=now)
        )
        if told.rowcount:
            del wanted[key]
    if not wanted:
        return 0
    waiting = select(func.count()).select_from(t.hints).where(c.network == network)
    room = max(most - (await connection.execute(waiting)).scalar_one(), 0)
    rows = [_row(network, read, now) for read in list(wanted.values())[:room]]
    await insert_new(connection, t.hints, rows)
    dropped = len(wanted) - len(rows)
    if dropped:
        note = f"more was pushed than is read ({most} at a time): left to the next polls"
        entry = Entry(network, READ, "limit", skipped=dropped, note=note)
        await ledger.record(connection, entry, now)
    return dropped


async def waiting(connection: AsyncConnection, networks: Collection[str]) -> list[Hint]:
    """Those of ``networks``, one network after the other, the oldest first."""
    c = t.hints.c
    rows = await connection.execute(
        select(t.hints).where(c.network.in_(list(networks))).order_by(c.network, c.at, c.read)
    )
    return [Hint(row["network"], _read(row), row["n"]) for row in rows.mappings()]


async def answered(connection: AsyncConnection, hints: Sequence[Hint]) -> None:
    """Forgets those that were not told again since."""
    c = t.hints.c
    for hint in hints:
        mine = (c.network == hint.network, c.read == hint.read.key, c.n == hint.n)
        await connection.execute(delete(t.hints).where(*mine))


def _row(network: str, read: Read, now: datetime) -> dict[str, Any]:
    query = read.query
    return {
        "network": network,
        "read": read.key,
        "n": 1,
        "kind": read.kind,
        "target": read.target,
        "query": query.text if query else None,
        "query_brand": query.brand if query else None,
        "at": now,
    }


def _read(row: Any) -> Read:
    query = Query(row["query_brand"] or "", row["query"]) if row["query"] is not None else None
    return Read(row["kind"], row["target"], query)
