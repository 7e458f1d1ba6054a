"""``rasid import``: files that people have, row by row, on the path that every mention takes.

Nothing here holds a file in memory. A broken row is reported with its line and skipped; what was
stored before an interruption stays, and the same file again adds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from typing import BinaryIO, Literal, Protocol

from sqlalchemy import update

from listener.handed_in.file_rows import BadRow, read_rows
from listener.handed_in.headings import HEADINGS
from listener.handed_in.record import names_no_time
from listener.records import Hit, Mention
from listener.store.among import among
from listener.store.brought import ids_of
from listener.store.mentions import Added, Arrival, add
from listener.store.rows import Key
from listener.store.session import Database
from listener.store.tables import mentions
from listener.store.trouble import patiently

log = logging.getLogger(__name__)

BATCH = 500
LOGGED = 20
"""Rejected rows that are logged one by one; the others are only counted."""


class MentionOf(Protocol):
    """``listener.handed_in.record.mention_of``: raises ValueError that names the field."""

    def __call__(
        self,
        row: Mapping[str, object],
        *,
        zone: tzinfo,
        now: datetime,
        source: str | None = None,
        unread: Callable[[str], object] | None = None,
    ) -> Mention: ...


@dataclass(slots=True)
class Imported:
    """read = stored + duplicates + rejected. matched: of the stored ones, those that concern a
    brand. A new text of a known mention counts as stored, and so does a brand's own post, which is
    no mention."""

    read: int = 0
    stored: int = 0
    matched: int = 0
    duplicates: int = 0
    rejected: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


Progress = Callable[[Imported], object]
Rejected = Callable[[int, str], object]
Alerting = Literal["never", "always"]
"""``never``: these rows alert nobody. ``always``: also those whose time is unknown may alert."""
BY_ITSELF = 10
"""So many rows that concern a brand and say nothing of time at all are what a person hands over to
be seen, and may alert. More are a table without dates: it alerts nobody unless ``always``."""


@dataclass(frozen=True, slots=True)
class Given(Arrival):
    """An arrival from a file. ``handed_over``: it says nothing of time at all."""

    handed_over: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether a person hands it over to be seen: of a brand, and not in the brand's voice."""
        return self.handed_over and any(not hit.own for hit in self.hits)


Look = Callable[[Sequence[Given]], Awaitable[object]]
"""Hears of rows before they are stored; what it raises ends the import there."""


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
    clock: Callable[[], datetime] | None = None,
    source: str | None = None,
    alerting: Alerting | None = None,
    look: Look | None = None,
    brought: Callable[[Collection[int]], object] | None = None,
    progress: Progress | None = None,
    rejected: Rejected | None = None,
    unread: Rejected | None = None,
) -> Imported:
    """Stores every row of ``file`` (CSV, JSONL or JSON, read once, front to back).

    zone: of times without one. clock: read before every batch where it is given, so that a change
    is dated when it is made however long the file is. source: separates files whose ids collide.
    key: of tombstones. mask: what is done to a text once it was matched. alerting: for new rows and
    new texts. look: hears each batch before it is stored.
    brought: hears, once they are stored, the ids of a batch's rows, those that were there before
    among them. progress: called after every batch. rejected: called with line number and reason of
    each bad row; without it the first 20 are logged. unread: called likewise for what is unknown in
    a row that counts. Raises ValueError where the file as a whole
    cannot be read (no ``text`` column), before anything is stored.
    """
    counts = Imported()
    reject = _Rejects(counts, rejected)

    untold = 0

    async def write(batch: Sequence[Given]) -> Added:
        async with db.writing() as connection:
            added = await add(
                connection,
                batch,
                brand_ids=brand_ids,
                source="import",
                now=clock() if clock else now,
                key=key,
                mask=mask,
            )
            ids = [*added.new, *added.changed]
            if alerting is None:
                few = [given for given in batch if given.is_shown]
                shown = await ids_of(connection, _keys(few)) if untold <= BY_ITSELF else {}
                ids = [one for one in shown.values() if one in ids]
            if ids:
                mine = update(mentions).where(among(connection, mentions.c.id, ids))
                await connection.execute(mine.values(alerting=alerting or "always"))
        return added

    async def store(batch: Sequence[Given]) -> None:
        nonlocal untold
        untold += sum(arrival.is_shown for arrival in batch)
        if look:
            await look(batch)
        added = await patiently(partial(write, batch))
        ids: Collection[int] = [*added.new, *added.changed]
        counts.stored += len(ids) + added.own
        counts.matched += added.matched
        counts.duplicates += added.duplicates
        counts.rejected += added.refused
        if brought and added.duplicates:
            async with db.reading() as connection:
                ids = (await ids_of(connection, _keys(batch))).values()
        if brought:
            brought(ids)

    note = _Notes(unread)
    rows = _arrivals(file, counts, reject, note, mention_of, match, zone, now, source)
    while batch := list(islice(rows, BATCH)):
        await store(batch)
        if progress:
            progress(counts)
    return counts


async def rehearse(
    db: Database | None,
    file: BinaryIO,
    *,
    mention_of: MentionOf,
    match: Callable[[Mention], Sequence[Hit]],
    zone: tzinfo,
    now: datetime,
    source: str | None = None,
    look: Look | None = None,
    rejected: Rejected | None = None,
    unread: Rejected | None = None,
) -> Imported:
    """What ``import_mentions`` would count, with nothing stored. db: where to look for what is
    there already; None where there is no database yet. A known row with a new text counts as a
    duplicate here, and what was deleted or forgotten as stored."""
    counts = Imported()
    seen: set[int] = set()
    reject = _Rejects(counts, rejected)
    note = _Notes(unread)
    rows = _arrivals(file, counts, reject, note, mention_of, match, zone, now, source)
    while batch := list(islice(rows, BATCH)):
        if look:
            await look(batch)
        known: Collection[Key] = ()
        if db is not None:
            async with db.reading() as connection:
                known = await ids_of(connection, _keys(batch))
        for arrival, key in zip(batch, _keys(batch), strict=True):
            if key in known or hash(key) in seen:
                counts.duplicates += 1
            else:
                counts.stored += 1
                counts.matched += any(not hit.own for hit in arrival.hits)
            seen.add(hash(key))
    return counts


def _keys(batch: Sequence[Arrival]) -> list[Key]:
    return [(arrival.mention.network, arrival.mention.id) for arrival in batch]


def _arrivals(
    file: BinaryIO,
    counts: Imported,
    reject: _Rejects,
    note: _Notes,
    mention_of: MentionOf,
    match: Callable[[Mention], Sequence[Hit]],
    zone: tzinfo,
    now: datetime,
    source: str | None,
) -> Iterator[Given]:
    for row in read_rows(file, need=("text",), called=HEADINGS):
        counts.read += 1
        if isinstance(row, BadRow):
            reject(row.line, row.why)
            continue
        try:
            told = partial(note, row.line)
            mention = mention_of(row.fields, zone=zone, now=now, source=source, unread=told)
            hits = tuple(match(mention))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            reject(row.line, str(error))
        else:
            yield Given(mention, hits, handed_over=names_no_time(row.fields))


class _Notes:
    def __init__(self, tell: Rejected | None) -> None:
        self._tell, self._count = tell, 0

    def __call__(self, line: int, why: str) -> None:
        self._count += 1
        if self._tell:
            self._tell(line, why)
        elif self._count <= LOGGED:
            log.warning("line %d: unknown: %s", line, why[:300])


class _Rejects:
    def __init__(self, counts: Imported, tell: Rejected | None) -> None:
        self._counts, self._tell = counts, tell

    def __call__(self, line: int, why: str) -> None:
        self._counts.rejected += 1
        if self._tell:
            self._tell(line, why)
        elif self._counts.rejected <= LOGGED:
            log.warning("line %d is skipped: %s", line, why[:300])
