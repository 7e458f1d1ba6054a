"""Numbers of closed spans whose rows are removed: written once, before the first row goes.

A seal is never recomputed: what arrives for its span later, or is labelled anew, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.numbers import Numbers
from listener.store.among import among
from listener.store.tables import sealed
from listener.store.upsert import insert_new

_TIMES = ("since", "until")


@dataclass(frozen=True, slots=True)
class Seal:
    """``labelled_by``: the sources of its sentiment labels, which go with the rows. ``at``: when
    it was sealed, aware UTC."""

    numbers: Numbers
    labelled_by: tuple[str, ...]
    at: datetime


async def seal(
    connection: AsyncConnection,
    brand_id: int,
    key: str,
    found: Numbers,
    labelled_by: Iterable[str],
    *,
    now: datetime,
) -> None:
    """Writes the seal ``key`` ("day:2026-11-22") unless there is one: the first one counts."""
    plain: dict[str, Any] = asdict(found)
    plain.update({name: plain[name].isoformat() for name in _TIMES})
    plain["labelled_by"] = sorted(labelled_by)
    row = {"brand_id": brand_id, "span": key, "numbers": plain, "at": now}
    await insert_new(connection, sealed, [row])


async def seal_of(connection: AsyncConnection, brand_id: int, key: str) -> Seal | None:
    """None where the span is not sealed: its rows are all there."""
    rows = await connection.execute(
        select(sealed.c.numbers, sealed.c.at).where(
            sealed.c.brand_id == brand_id, sealed.c.span == key
        )
    )
    row = rows.first()
    if row is None:
        return None
    known = {each.name for each in fields(Numbers)}  # a later version may have sealed more
    plain = {name: value for name, value in row.numbers.items() if name in known}
    plain.update({name: datetime.fromisoformat(plain[name]) for name in _TIMES})
    return Seal(Numbers(**plain), tuple(row.numbers["labelled_by"]), row.at)


async def sealed_keys(connection: AsyncConnection, brand_id: int, keys: Sequence[str]) -> set[str]:
    """Those of ``keys`` that are sealed."""
    rows = await connection.execute(
        select(sealed.c.span).where(
            sealed.c.brand_id == brand_id, among(connection, sealed.c.span, keys)
        )
    )
    return set(rows.scalars())


async def unsealed_hours(
    connection: AsyncConnection, brand_id: int, hours: Iterable[datetime]
) -> set[datetime]:
    """Those of ``hours`` (starts, aware UTC) that touch no sealed day, in whatever zone that day
    was counted: their rows are all there, so their roll-ups may be computed anew."""
    wanted = set(hours)
    near = {
        f"day:{(hour + timedelta(days=days)).date().isoformat()}"
        for hour in wanted
        for days in (-1, 0, 1)
    }
    rows = await connection.execute(
        select(sealed.c.numbers).where(
            sealed.c.brand_id == brand_id, among(connection, sealed.c.span, sorted(near))
        )
    )
    for numbers in rows.scalars():
        since, until = (datetime.fromisoformat(numbers[name]) for name in _TIMES)
        wanted = {h for h in wanted if h >= until or h + timedelta(hours=1) <= since}
    return wanted
