"""Outages as rows: one from the beginning of a trouble to its end, and what was told of it.

Keyed by outage, not by day: a second one on the same day is another row and is told, the same one
is told once. A recovery is told when it has held for ``HOLD``; where outages of one subject come
again and again within a day that time doubles, so that flapping does not flood.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.outbox.notices import add_notices, notice_row
from listener.store.tables import notices, outages
from listener.store.upsert import insert_new

HOLD = timedelta(minutes=5)
MOST_HOLD = timedelta(hours=2)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outage:
    """``kind`` is the newest: a source that failed may be refused later. Times are aware UTC."""

    id: int
    subject: str
    kind: str
    why: str | None
    began_at: datetime
    told_at: datetime | None
    well_since: datetime | None


async def open_outages(connection: AsyncConnection, beginning: str) -> dict[str, Outage]:
    """By subject, of those whose subject begins so."""
    rows = await connection.execute(
        select(outages).where(
            outages.c.ended_at.is_(None), outages.c.subject.startswith(beginning, autoescape=True)
        )
    )
    return {row["subject"]: _outage(row) for row in rows.mappings()}


async def begin(
    connection: AsyncConnection, subject: str, kind: str, why: str | None, began: datetime
) -> Outage:
    """The outage of ``subject`` that is open, or a new one; it is of ``kind`` now, and no longer
    well. Two processes may do this at once."""
    c = outages.c
    row = {"subject": subject, "kind": kind, "why": why, "began_at": began}
    await insert_new(connection, outages, [row])
    mine = (c.subject == subject) & c.ended_at.is_(None)
    changed = update(outages).where(mine).values(kind=kind, why=why, well_since=None)
    await connection.execute(changed)
    result = await connection.execute(select(outages).where(mine))
    return _outage(result.mappings().one())


async def tell(
    connection: AsyncConnection, outage: Outage, channel: str, text: str, now: datetime
) -> bool:
    """Queues ``text`` for the channel: once an outage and kind, however often it is called. False:
    it was told."""
    row = notice_row(f"ops:outage:{outage.id}:{outage.kind}", channel, "text", 0, now,
                     body={"text": text})  # fmt: skip
    await add_notices(connection, [row])
    ours = await connection.execute(select(notices.c.id).where(notices.c.id == row["id"]))
    await heard(connection, outage, now)
    return ours.first() is not None


async def heard(connection: AsyncConnection, outage: Outage, now: datetime) -> None:
    """People know of it since ``now``, if by what was told of another."""
    await connection.execute(
        update(outages)
        .where(outages.c.id == outage.id, outages.c.told_at.is_(None))
        .values(told_at=now)
    )


async def well(connection: AsyncConnection, outage: Outage, now: datetime) -> bool:
    """It looks well at ``now``. True: for long enough, so the outage has ended now; an outage that
    was never told ends at once."""
    c = outages.c
    since = outage.well_since or now
    if outage.well_since is None and outage.told_at is not None:
        await connection.execute(update(outages).where(c.id == outage.id).values(well_since=now))
    if outage.told_at is not None and now - since < await _hold(connection, outage, now):
        return False
    done = await connection.execute(
        update(outages)
        .where(c.id == outage.id, c.ended_at.is_(None))
        .values(ended_at=since, well_since=since)
    )
    return bool(done.rowcount)


async def close(connection: AsyncConnection, outage: Outage, now: datetime) -> None:
    """Ends it without a word: what it was about is no longer configured."""
    await connection.execute(update(outages).where(outages.c.id == outage.id).values(ended_at=now))


async def _hold(connection: AsyncConnection, outage: Outage, now: datetime) -> timedelta:
    """How long a recovery must hold: doubled for each outage of the subject in the last day."""
    c = outages.c
    result = await connection.execute(
        select(func.count()).where(
            c.subject == outage.subject, c.told_at > now - DAY, c.id != outage.id
        )
    )
    return hold_after(int(result.scalar_one()))


def hold_after(earlier: int) -> timedelta:
    """``earlier``: outages of the subject that were told in the last day, before this one."""
    return min(HOLD * (1 << min(earlier, 10)), MOST_HOLD)


def _outage(row: Any) -> Outage:
    return Outage(
        row["id"], row["subject"], row["kind"], row["why"], row["began_at"], row["told_at"],
        row["well_since"],
    )  # fmt: skip
