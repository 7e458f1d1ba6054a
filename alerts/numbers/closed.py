"""Which spans and hours are sealed: nothing of theirs is counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import sealed

_TIMES = ("since", "until")


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
