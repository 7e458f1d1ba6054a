"""How many mentions and matches there are, without reading them all: ``status`` asks often.

Ids are parted into blocks. A block whose rows are all there is counted once and its number kept in
``tallies``; only blocks in which a match changed lately, and the newest, are counted when asked, by
their keys. The answer is exact: it grows with what changed lately, not with what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.session import Database
from listener.store.tables import marks, matches, mentions, tallies
from listener.store.upsert import upsert

BLOCK = 10_000
"""Mention ids in a block."""
OVERLAP = timedelta(minutes=5)
"""A row may be committed so long after the moment it says it was written at."""
EVERY = timedelta(minutes=1)
MARK = "tallies"
LOCK = 0x7261736964746C79  # "rasidtly": the key of PostgreSQL's advisory lock


class Totals(NamedTuple):
    """Rows of the tables, in whatever state."""

    mentions: int
    matches: int


async def totals(connection: AsyncConnection) -> Totals:
    """How many rows there are now."""
    newest = await _newest(connection)
    if newest is None:
        return Totals(0, 0)
    rows = await connection.execute(select(tallies).where(tallies.c.block < newest // BLOCK))
    kept = {block: Totals(*found) for block, *found in rows}
    for block in await _changed(connection):
        kept.pop(block, None)
    numbers = list(kept.values())
    for blocks in _runs(block for block in range(newest // BLOCK + 1) if block not in kept):
        numbers.append(await _count(connection, *blocks))
    return Totals(sum(n.mentions for n in numbers), sum(n.matches for n in numbers))


async def tally(db: Database, *, now: datetime) -> int:
    """Counts the blocks that are not counted yet, or in which a match changed since the last time;
    one a transaction, and not oftener than once in ``EVERY``. Returns how many it counted."""
    async with db.reading() as connection:
        reached = await _reached(connection)
        if reached is not None and timedelta() <= now - reached < EVERY:
            return 0
        newest = await _newest(connection)
        kept = set((await connection.execute(select(tallies.c.block))).scalars())
        changed = await _changed(connection)
    if reached is not None and reached > now + OVERLAP:  # the clock was set back: nothing is sure
        changed |= kept
    settled = 0 if newest is None else newest // BLOCK
    due = [block for block in range(settled) if block not in kept or block in changed]
    counted = 0
    for block in due:
        async with db.writing() as connection:
            await _alone(connection)
            if not await _settled(connection, block, now):
                await connection.execute(delete(tallies).where(tallies.c.block == block))
                continue
            found = await _count(connection, block, block + 1)
            row = {"block": block, **found._asdict()}
            await upsert(connection, tallies, [row], keys=["block"])
        counted += 1
    if counted or (changed and kept):
        async with db.writing() as connection:
            await upsert(connection, marks, [{"name": MARK, "at": now}], keys=["name"])
    return counted


async def spoil(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Rows of these mentions are being deleted: their blocks are counted anew."""
    blocks = sorted({mention_id // BLOCK for mention_id in ids})
    await _alone(connection)
    await connection.execute(delete(tallies).where(among(connection, tallies.c.block, blocks)))


async def _newest(connection: AsyncConnection) -> int | None:
    newest: int | None = (await connection.execute(select(func.max(mentions.c.id)))).scalar_one()
    return newest


async def _reached(connection: AsyncConnection) -> datetime | None:
    found = await connection.execute(select(marks.c.at).where(marks.c.name == MARK))
    return found.scalar_one_or_none()


async def _changed(connection: AsyncConnection) -> set[int]:
    """Blocks in which a match was added or changed since the mark, or little earlier."""
    since = await _reached(connection)
    if since is None:  # nothing was ever counted
        return set()
    found: set[int] = set()
    waiting = matches.c.state == bindparam(None, "waiting", literal_execute=True)
    for why in (matches.c.changed_at >= since - OVERLAP, waiting):  # an import's are dated back
        rows = await connection.execute(select(_block(matches.c.mention_id)).where(why).distinct())
        found.update(rows.scalars())
    return found


async def _settled(connection: AsyncConnection, block: int, now: datetime) -> bool:
    """Whether no row of the block can still be on its way: one after it is there for a while."""
    after = (
        select(mentions.c.collected_at)
        .where(mentions.c.id >= (block + 1) * BLOCK)
        .order_by(mentions.c.id)
        .limit(1)
    )
    collected: datetime | None = (await connection.execute(after)).scalar_one_or_none()
    return collected is not None and collected < now - OVERLAP


async def _count(connection: AsyncConnection, first: int, end: int) -> Totals:
    numbers = []
    for table, key in ((mentions, mentions.c.id), (matches, matches.c.mention_id)):
        counting = select(func.count()).select_from(table)
        counting = counting.where(key >= first * BLOCK, key < end * BLOCK)
        numbers.append((await connection.execute(counting)).scalar_one())
    return Totals(*numbers)


def _block(mention_id: ColumnElement[int]) -> ColumnElement[int]:
    return mention_id.op("/")(BLOCK)  # of integers both databases keep the whole part


def _runs(blocks: Iterable[int]) -> list[tuple[int, int]]:
    """Blocks beside each other as one range [first, end)."""
    runs: list[tuple[int, int]] = []
    for block in blocks:
        if runs and runs[-1][1] == block:
            runs[-1] = (runs[-1][0], block + 1)
        else:
            runs.append((block, block + 1))
    return runs


async def _alone(connection: AsyncConnection) -> None:
    """Counting and deleting do not cross each other; on SQLite they cannot."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
