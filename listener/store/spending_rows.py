"""What was taken of networks: one row a grain of time, or for each different thing that is counted.

Amounts are whole millionths, so that no sum of cents is off by one. ``reserved`` is written before
a request is made and becomes ``amount`` when its answer is there; a reservation that nobody settled
within ``LOST`` counts as taken, for good: what a crash interrupted may have been answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.tables import budgets, spending
from listener.store.upsert import insert_new

MICRO = 1_000_000
LOST = timedelta(minutes=10)
"""Longer than any exchange takes."""
KEPT = timedelta(days=70)
"""Two months, and some."""
_AT_ONCE = 500
THINGS = datetime(1970, 1, 1, tzinfo=UTC)
"""The ``bucket`` of things that are counted once: their time is ``last_at``."""


@dataclass(frozen=True, slots=True)
class Key:
    """Whose budget it is. ``credential``: the mark of what is configured, "" for nobody's."""

    network: str
    credential: str
    allowance: str


@dataclass(frozen=True, slots=True)
class Taken:
    """``asking``: reserved, not answered yet."""

    settled: float = 0.0
    asking: float = 0.0


def _mine(key: Key, everyone: bool = False) -> ColumnElement[bool]:
    c = spending.c
    mine = and_(c.network == key.network, c.allowance == key.allowance)
    return mine if everyone else and_(mine, c.credential == key.credential)


def _budget(key: Key) -> ColumnElement[bool]:
    c = budgets.c
    return and_(
        c.network == key.network, c.credential == key.credential, c.allowance == key.allowance
    )


async def lock(connection: AsyncConnection, key: Key) -> None:
    """Nobody else reserves of this allowance of the network until the transaction ends, whoever is
    signed in: what the settings allow is of all. On SQLite nobody else writes meanwhile anyway."""
    if connection.dialect.name == "postgresql":
        name = hashlib.sha256(f"spending {key.network} {key.allowance}".encode()).digest()
        number = int.from_bytes(name[:8], "big", signed=True)
        await connection.execute(select(func.pg_advisory_xact_lock(number)))


async def taken(
    connection: AsyncConnection,
    key: Key,
    now: datetime,
    *,
    rolling: timedelta | None = None,
    begin: datetime | None = None,
    everyone: bool = False,
) -> Taken:
    """In the last ``rolling``, or since ``begin``. ``everyone``: whoever was signed in."""
    c = spending.c
    within = c.bucket >= begin if begin else c.last_at > now - (rolling or LOST)
    lost = c.last_at <= now - LOST
    row = (
        await connection.execute(
            select(
                func.coalesce(func.sum(c.amount + case((lost, c.reserved), else_=0)), 0),
                func.coalesce(func.sum(case((lost, 0), else_=c.reserved)), 0),
            ).where(_mine(key, everyone), c.item == "", within)
        )
    ).one()
    return Taken(int(row[0]) / MICRO, int(row[1]) / MICRO)


async def leaving(
    connection: AsyncConnection, key: Key, now: datetime, rolling: timedelta, *, everyone: bool
) -> list[tuple[datetime, float]]:
    """When what was taken in the last ``rolling`` leaves it, the oldest first, and how much."""
    c = spending.c
    rows = await connection.execute(
        select(c.last_at, c.amount + c.reserved)
        .where(_mine(key, everyone), c.item == "", c.last_at > now - rolling)
        .order_by(c.last_at)
    )
    return [(at + rolling, int(amount) / MICRO) for at, amount in rows]


async def things(
    connection: AsyncConnection, key: Key, since: datetime, *, everyone: bool = False
) -> dict[str, datetime]:
    """The different things that were asked for after ``since``, and when last."""
    c = spending.c
    rows = await connection.execute(
        select(c.item, func.max(c.last_at))
        .where(_mine(key, everyone), c.item != "", c.last_at > since)
        .group_by(c.item)
    )
    return {item: at for item, at in rows}  # noqa: C416


async def reserve(
    connection: AsyncConnection, key: Key, bucket: datetime, amount: float, now: datetime
) -> None:
    """Before a request. In the transaction that has locked ``key``."""
    micro = _micro(amount)
    await _add(connection, key, bucket, {"reserved": micro}, now)


async def settle(
    connection: AsyncConnection,
    key: Key,
    bucket: datetime,
    reserved: float,
    spent: float,
    now: datetime,
) -> None:
    """After its answer: what was ``reserved`` is gone, what was ``spent`` was taken."""
    changes = {"reserved": -_micro(reserved), "amount": _micro(spent)}
    await _add(connection, key, bucket, changes, now)


async def thing(connection: AsyncConnection, key: Key, item: str, now: datetime) -> None:
    """Asked for ``item``, which counts once however often."""
    await _add(connection, key, THINGS, {"amount": MICRO}, now, item=item, once=True)


async def paid_for(
    connection: AsyncConnection, key: Key, day: datetime, items: Collection[str]
) -> set[str]:
    """Which of ``items`` were paid for on the day that begins at ``day``."""
    c, found, asked = spending.c, set[str](), list(items)
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        rows = await connection.execute(
            select(c.item).where(_mine(key), c.bucket == day, c.item.in_(some))
        )
        found |= {item for (item,) in rows}
    return found


async def pay_for(
    connection: AsyncConnection, key: Key, day: datetime, items: Collection[str], now: datetime
) -> None:
    """Remembers that ``items`` are paid for until that day ends, and forgets those of other days.
    In the transaction that books what they take."""
    c = spending.c
    await connection.execute(delete(spending).where(_mine(key), c.item != "", c.bucket < day))
    rows = [
        {
            "network": key.network, "credential": key.credential, "allowance": key.allowance,
            "item": item, "bucket": day, "amount": 0, "reserved": 0, "first_at": now,
            "last_at": now,
        }
        for item in items
    ]  # fmt: skip
    await insert_new(connection, spending, rows)


async def _add(
    connection: AsyncConnection,
    key: Key,
    bucket: datetime,
    changes: Mapping[str, int],
    now: datetime,
    *,
    item: str = "",
    once: bool = False,
) -> None:
    c = spending.c
    row: dict[str, Any] = {
        "network": key.network, "credential": key.credential, "allowance": key.allowance,
        "item": item, "bucket": bucket, "amount": 0, "reserved": 0, "first_at": now,
        "last_at": now,
    }  # fmt: skip
    await insert_new(connection, spending, [row])
    values = changes if once else {name: c[name] + by for name, by in changes.items()}
    await connection.execute(
        update(spending)
        .where(_mine(key), c.item == item, c.bucket == bucket)
        # A clock that was set back takes nothing out of a window.
        .values(**values, last_at=case((c.last_at > now, c.last_at), else_=now))
    )


async def plan(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What holds for each budget of one network from now on; see ``tables.budgets``."""
    for row in rows:
        key = Key(row["network"], row["credential"], row["allowance"])
        await insert_new(connection, budgets, [row])
        await connection.execute(update(budgets).where(_budget(key)).values(dict(row)))


async def forget_old(connection: AsyncConnection, network: str, now: datetime) -> None:
    """Drops what no limit looks at any more, and budgets of credentials that are long gone."""
    c, b = spending.c, budgets.c
    old = now - KEPT
    await connection.execute(delete(spending).where(c.network == network, c.last_at < old))
    await connection.execute(delete(budgets).where(b.network == network, b.at < old))


async def stop(connection: AsyncConnection, key: Key, until: datetime, now: datetime) -> None:
    """A poll could not be paid for: it waits until ``until``."""
    values = {"stopped_until": until, "stopped_at": now}
    free = budgets.c.stopped_until.is_(None) | (budgets.c.stopped_until <= now)
    await connection.execute(update(budgets).where(_budget(key), free).values(values))


async def all_budgets(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Every row of ``budgets``, by network and allowance, the newest of each first."""
    c = budgets.c
    rows = await connection.execute(
        select(budgets).where(c.unit != "").order_by(c.network, c.allowance, c.at.desc())
    )
    return [dict(row) for row in rows.mappings()]


def _micro(amount: float) -> int:
    """Rounded up: a part of a millionth counts as one."""
    return -int(-round(amount * MICRO * 1000) // 1000)
