"""Reads that pages ask for (a video's comments, a post's replies): when they begin and end.

They are written in the transaction of the page that asks, so none is lost with a crash or an
outage; ``collecting.children`` polls them. None is dropped unseen: what is not followed, given up
or ended is told in the ledger, under the read of the settings that led to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import ledger
from listener.collecting.cursors import AFRESH, ChildRead, Cursor, of_row
from listener.collecting.ledger import Entry
from listener.networks.base import Read, ReadKind
from listener.records import Query
from listener.store import tables as t
from listener.store.standing import BACKFILL
from listener.store.upsert import insert_new

LIVE = ("new", "ok", "waiting", "unreachable", "refused")
"""States of a child that is polled: neither retired nor paused with its parent."""
OURS = t.cursors.c.read.not_like(f"{BACKFILL}%")
"""What a backfill reads is its own business."""

DAYS: Mapping[ReadKind, int] = MappingProxyType(
    {"replies": 7, "refresh": 7, "figures": 30, "own_posts": 30}
)
"""How long engagement is followed that nobody asks for any more; ``OTHERWISE`` for the rest."""
OTHERWISE = 2
CHILD_KINDS: Sequence[ReadKind] = ("replies", "mentions", "search", "hashtag", "feed", "own_posts")
"""Kinds of reads with a history; the others are numbers as they are now."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``most``: children of one network that are polled; ``depth``: 2 follows the replies of a
    comment, no further; ``days``: a kind's window."""

    most: int = 500
    depth: int = 2
    days: Mapping[ReadKind, int] = field(default_factory=lambda: DAYS)

    def window(self, kind: ReadKind) -> timedelta:
        return timedelta(days=self.days.get(kind, OTHERWISE))


async def ask(
    connection: AsyncConnection,
    network: str,
    reads: Iterable[Read],
    *,
    by: Read,
    of: ChildRead | None,
    limits: Limits,
    now: datetime,
) -> None:
    """Writes down the ``reads`` that a page of ``by`` asks for; ``of``: what is known of ``by``
    where it was asked for itself. To be called in the transaction that stores the page.

    A thread under our own post that a hashtag leads to as well is ours whoever asks last: what is
    said there is said to us (``Read.given``)."""
    wanted = {read.key: read for read in reads}
    wanted.pop(by.key, None)
    if not wanted:
        return
    parent, depth = (of.parent, of.depth + 1) if of else (by.key, 1)
    if depth > limits.depth:
        note = f"asked for {depth} levels down: not followed"
        entry = Entry(network, parent, "limit", skipped=len(wanted), note=note)
        await ledger.record(connection, entry, now)
        return
    known = await _known(connection, network, list(wanted))
    rows = [
        row_of(network, read, ChildRead(read, parent, depth, now))
        for key, read in wanted.items()
        if key not in known
    ]
    await insert_new(connection, t.cursors, rows)
    # A read that the settings name, too, is polled as that.
    again = [row for row in known.values() if row["parent"] is not None or row["state"] == "paused"]
    await _again(connection, network, again, wanted, ChildRead(by, parent, depth, now))
    if rows or any(row["state"] not in LIVE for row in again):
        await _bound(connection, network, limits, now)


async def settle(
    connection: AsyncConnection, cursor: Cursor, *, brought: bool, limits: Limits, now: datetime
) -> None:
    """After a poll of a child that was answered, if only by a refusal: one that ``brought``
    something is active; one that nobody asked for during its window ends. A child that could not
    be asked is never ended: what it holds was not read."""
    child = cursor.child
    if child is None:
        return
    c = t.cursors.c
    mine = (c.network == cursor.network, c.read == cursor.read)
    if brought:
        await connection.execute(update(t.cursors).where(*mine).values(active_at=now))
        return
    ended = await connection.execute(
        update(t.cursors)
        .where(*mine, c.active_at < now - limits.window(child.read.kind), c.state.in_(LIVE))
        .values(state="retired", next_try=None, errors=0, scope=None)
    )
    if ended.rowcount:
        days = limits.window(child.read.kind).days
        note = f"{child.read.kind}: nobody asked for them in {days} days"
        entry = Entry(cursor.network, child.parent, "retired", skipped=1, note=note)
        await ledger.record(connection, entry, now)


async def at_once(connection: AsyncConnection, network: str, keys: Sequence[str]) -> None:
    """Children that are well are due now, also after a restart."""
    c = t.cursors.c
    for some in _some(keys):
        await connection.execute(
            update(t.cursors)
            .where(c.network == network, c.read.in_(some))
            .where(c.parent.is_not(None), c.state.in_(("new", "ok")))
            .values(next_try=None)
        )


async def live(connection: AsyncConnection, network: str) -> list[Cursor]:
    """The children of ``network`` that are polled."""
    c = t.cursors.c
    rows = await connection.execute(
        select(t.cursors).where(
            c.network == network, c.parent.is_not(None), c.state.in_(LIVE), OURS
        )
    )
    return [of_row(row) for row in rows.mappings()]


async def _known(
    connection: AsyncConnection, network: str, keys: Sequence[str]
) -> dict[str, Mapping[Any, Any]]:
    c, known = t.cursors.c, dict[str, Mapping[Any, Any]]()
    for some in _some(keys):
        rows = await connection.execute(
            select(c.read, c.parent, c.depth, c.state, c.query, c.query_brand).where(
                c.network == network, c.read.in_(some)
            )
        )
        known.update({row["read"]: row for row in rows.mappings()})
    return known


async def _again(
    connection: AsyncConnection,
    network: str,
    rows: Sequence[Mapping[Any, Any]],
    wanted: Mapping[str, Read],
    child: ChildRead,
) -> None:
    """Asked for once more: active, and polled again where it had ended. A refusal stands."""
    if not rows:
        return
    c = t.cursors.c
    values = []
    for row in rows:
        depth = min(child.depth, row["depth"] or child.depth)
        read = wanted[row["read"]]
        if row["query"] == "" and not read.given:
            read = replace(read, query=Query(row["query_brand"] or "", ""))
        again = _columns(ChildRead(read, child.parent, depth, child.active_at))
        values.append({f"new_{name}": value for name, value in again.items()} | {"of": row["read"]})
    names = {name: bindparam(f"new_{name}", type_=c[name].type) for name in again}
    mine = (c.network == network, c.read == bindparam("of"))
    await connection.execute(update(t.cursors).where(*mine).values(names), values)
    ours = [row["read"] for row in rows if wanted[row["read"]].given and row["query"] is None]
    if ours:  # what was passed over for its words is read once more
        await connection.execute(
            update(t.cursors).where(c.network == network, c.read.in_(ours)).values(AFRESH)
        )
    ended = [value for row, value in zip(rows, values, strict=True) if row["state"] not in LIVE]
    if ended:
        free = {"state": "new", "why": None, "errors": 0, "next_try": None, "scope": None}
        await connection.execute(
            update(t.cursors).where(*mine).values(free), [{"of": v["of"]} for v in ended]
        )


async def _bound(connection: AsyncConnection, network: str, limits: Limits, now: datetime) -> None:
    """Over the bound, those go that were silent longest; of equals, those that were read last, so
    that all of a crowd have their turn."""
    c = t.cursors.c
    rows = await connection.execute(
        select(c.read, c.parent)
        .where(c.network == network, c.parent.is_not(None), c.state.in_(LIVE), OURS)
        .order_by(c.active_at.desc(), c.last_success.asc().nulls_first(), c.read)
        .offset(limits.most)
    )
    over = [(read, parent) for read, parent in rows]
    if not over:
        return
    for some in _some([read for read, _parent in over]):
        await connection.execute(
            update(t.cursors)
            .where(c.network == network, c.read.in_(some))
            .values(state="retired", next_try=None, errors=0, scope=None)
        )
    note = f"more was asked for than is read ({limits.most}): the longest silent were given up"
    for parent, number in Counter(parent for _read, parent in over).items():
        entry = Entry(network, parent, "gap", skipped=number, note=note)
        await ledger.record(connection, entry, now)


def row_of(network: str, read: Read, child: ChildRead) -> dict[str, Any]:
    """A new row of ``cursors``."""
    return {"network": network, "read": read.key, "state": "new", **_columns(child)}


def _columns(child: ChildRead) -> dict[str, Any]:
    read = child.read
    return {
        "parent": child.parent,
        "depth": child.depth,
        "kind": read.kind,
        "target": read.target,
        "query": read.query.text if read.query else None,
        "query_brand": read.query.brand if read.query else None,
        "active_at": child.active_at,
    }


def _some(keys: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (keys[n : n + size] for n in range(0, len(keys), size))
