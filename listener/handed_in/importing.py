"""``rasid import``: files that people have, row by row, on the path that every mention takes.

Nothing here holds a file in memory. A broken row is reported with its line and skipped; what was
stored before an interruption stays, and the same file again adds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import BinaryIO, Protocol

from listener.handed_in.rows import BadRow, read_rows
from listener.records import Hit, Mention
from listener.store.mentions import Added, Arrival, add
from listener.store.session import Database
from listener.store.trouble import patiently

log = logging.getLogger(__name__)

BATCH = 500
LOGGED = 20
"""Rejected rows that are logged one by one; the others are only counted."""


class MentionOf(Protocol):
    """``listener.handed_in.record.mention_of``: raises ValueError that names the field."""

    def __call__(
        self, row: Mapping[str, object], *, zone: tzinfo, now: datetime, source: str | None = None
    ) -> Mention: ...


@dataclass(slots=True)
class Imported:
    """read = stored + duplicates + rejected. matched: of the stored ones, those that concern a
    brand. A new text of a known mention counts as stored."""

    read: int = 0
    stored: int = 0
    matched: int = 0
    duplicates: int = 0
    rejected: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


Progress = Callable[[Imported], object]
Rejected = Callable[[int, str], object]


async def import_mentions(
    db: Database,
    file: BinaryIO,
    *,
    mention_of: MentionOf,
    match: Callable[[Mention], Sequence[Hit]],
    brand_ids: Mapping[str, int],
    key: bytes | None,
    mask: Callable[[str], str] | None = None,
    zone: tzinfo,
    now: datetime,
    source: str | None = None,
    progress: Progress | None = None,
    rejected: Rejected | None = None,
) -> Imported:
    """Stores every row of ``file`` (JSONL or CSV, read once, front to back).

    zone: of times without one. source: separates files whose ids collide. key: of tombstones.
    mask: what is done to a text once it was matched. progress: called after every batch. rejected:
    called with line number and reason of each bad row; without it the first 20 are logged. Raises
    ValueError where the file as a whole cannot be read (no ``text`` column), before anything is
    stored.
    """
    counts = Imported()
    reject = _Rejects(counts, rejected)
    batch: list[Arrival] = []

    async def write() -> Added:
        async with db.writing() as connection:
            return await add(
                connection, batch, brand_ids=brand_ids, source="import", now=now, key=key, mask=mask
            )

    async def store() -> None:
        if batch:
            added = await patiently(write)
            counts.stored += len(added.new) + len(added.changed)
            counts.matched += added.matched
            counts.duplicates += added.duplicates
            counts.rejected += added.refused
            batch.clear()
        if progress:
            progress(counts)

    for row in read_rows(file, need="text"):
        counts.read += 1
        if isinstance(row, BadRow):
            reject(row.line, row.why)
            continue
        try:
            mention = mention_of(row.fields, zone=zone, now=now, source=source)
            batch.append(Arrival(mention, tuple(match(mention))))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            reject(row.line, str(error))
        if len(batch) >= BATCH:
            await store()
    await store()
    return counts


class _Rejects:
    def __init__(self, counts: Imported, tell: Rejected | None) -> None:
        self._counts, self._tell = counts, tell

    def __call__(self, line: int, why: str) -> None:
        self._counts.rejected += 1
        if self._tell:
            self._tell(line, why)
        elif self._counts.rejected <= LOGGED:
            log.warning("line %d is skipped: %s", line, why[:300])
