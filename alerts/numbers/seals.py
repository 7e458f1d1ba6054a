"""Numbers of closed spans whose rows are removed: written once, before the first row goes.

A seal is never recomputed: what arrives for its span later, or is labelled anew, changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.numbers.numbers import Numbers
from listener.store.tables import sealed
from listener.store.upsert import insert_new

_TIMES = ("since", "until")


@dataclass(frozen=True, slots=True)
class Seal:
    """``at``: when it was sealed, aware UTC."""

    numbers: Numbers
    at: datetime


async def seal(
    connection: AsyncConnection,
    brand_id: int,
    key: str,
    numbers: Numbers,
    *,
    now: datetime,
) -> None:
    """Writes the seal ``key`` ("day:2026-11-22") unless there is one: the first one counts."""
    plain: dict[str, Any] = asdict(numbers)
    plain.update({name: plain[name].isoformat() for name in _TIMES})
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
    known = {field.name for field in fields(Numbers)}  # a later version may have sealed more
    plain = {name: value for name, value in row.numbers.items() if name in known}
    plain.update({name: datetime.fromisoformat(plain[name]) for name in _TIMES})
    plain["labelled_by"] = tuple(plain["labelled_by"])  # JSON knows lists only
    return Seal(Numbers(**plain), row.at)
