"""What is kept no longer goes, and its numbers stay: seal first, remove after.

Each step is a transaction of its own and may be the last one before a crash: seals are written
once and before any row of theirs is touched, so the next run finds them and goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.numbers.changes import known_times
from alerts.numbers.closed import sealed_keys
from alerts.numbers.numbers import numbers
from alerts.numbers.seals import seal
from alerts.numbers.spans import Span, WeekStart, holding
from listener.running.poison import Poison
from listener.settings import Settings
from listener.settings.keeping import terms_of
from listener.store.faults import of_database
from listener.store.prune import (
    Expired,
    KeepRule,
    Place,
    brands_of,
    empty,
    expired,
    remove,
    remove_own_posts,
)
from listener.store.session import Database

log = logging.getLogger(__name__)

BATCH = 200
"""Rows removed in one transaction: of a million, 500 held the writer for up to 78 ms."""
LOOK_EVERY = timedelta(minutes=10)
TOO_MANY = 20
"""Rows left out in one look, after which it is no matter of single rows."""


def keep_of(settings: Settings) -> KeepRule:
    """``retention.mentions``, and ``keep`` of the networks that have one; what is not read again
    goes when the network's terms say so, if that is earlier."""
    own = {name: n.keep for name, n in settings.networks.items() if n.keep is not None}
    return KeepRule(settings.retention.mentions, own, terms_of)


@dataclass(frozen=True, slots=True)
class Pruned:
    """``sealed``: spans whose numbers were written. ``emptied``: rows whose text and names went,
    because their week or month is open still. ``last``: go on after this; None: none is left."""

    sealed: int = 0
    emptied: int = 0
    removed: int = 0
    last: Place | None = None


async def prune(
    db: Database,
    keep: KeepRule,
    *,
    zone: str,
    starts: WeekStart,
    settled: timedelta,
    hashtags: Mapping[int, Sequence[str]],
    now: datetime,
    after: Place | None = None,
    most: int = BATCH,
) -> Pruned:
    """One batch of at most ``most`` rows. What was written at no time that can be (``known_times``)
    is of no span and goes unsealed. ``settled``: how long after its end a span is closed;
    ``alert_within`` at least, so that a post read again after it was removed alerts nobody twice.
    ``hashtags``: those counted in seals, by brand id."""
    open_from = _open_from(now, settled, zone, starts)
    async with db.reading() as connection:
        rows = await expired(connection, keep, now=now, open_from=open_from, after=after, most=most)
        brand_ids = await brands_of(connection, [row.id for row in rows])
    if not rows:
        return Pruned()
    first, last = known_times(now)
    closed = [row for row in rows if first <= row.created_at < open_from]
    spanless = [row for row in rows if not first <= row.created_at < last]
    over: dict[tuple[int, str], Span] = {
        (brand_id, span.key): span
        for row in closed
        for span in holding(row.created_at, zone, starts)
        for brand_id in brand_ids.get(row.id, ())
    }
    written = await _seal(db, over, hashtags, now)
    going = [*closed, *spanless]
    staying = [row for row in rows if open_from <= row.created_at < last and not row.emptied]
    async with db.writing() as connection:
        removed = await remove(connection, _ids(going))
        await empty(connection, _ids(staying))
    return Pruned(written, len(staying), removed, rows[-1].place)


def _open_from(now: datetime, settled: timedelta, zone: str, starts: WeekStart) -> datetime:
    """Where the first span begins that is open still, or was lately."""
    return min(span.since for span in holding(now - settled, zone, starts))


async def _seal(
    db: Database,
    spans: Mapping[tuple[int, str], Span],
    hashtags: Mapping[int, Sequence[str]],
    now: datetime,
) -> int:
    by_brand: dict[int, list[Span]] = {}
    for (brand_id, _key), span in sorted(spans.items()):
        by_brand.setdefault(brand_id, []).append(span)
    written = 0
    for brand_id, wanted in by_brand.items():
        async with db.reading() as connection:
            there = await sealed_keys(connection, brand_id, [span.key for span in wanted])
        for span in wanted:
            if span.key in there:
                continue
            async with db.reading() as connection:  # counting is slow: not while we hold the writer
                counted = await numbers(
                    connection,
                    brand_id,
                    since=span.since,
                    until=span.until,
                    hashtags=hashtags.get(brand_id, ()),
                    from_rows=True,
                )
            async with db.writing() as connection:
                await seal(connection, brand_id, span.key, counted, now=now)
            written += 1
    return written


def _ids(rows: Sequence[Expired]) -> list[int]:
    return [row.id for row in rows]


class Pruner:
    """Looks now and then whether something is kept no longer, a batch a call while there is."""

    def __init__(self, settings: Settings, brand_ids: Mapping[str, int]) -> None:
        self._keep = keep_of(settings)
        self._zone = settings.service.timezone
        self._starts = settings.service.week_starts
        self._settled = settings.service.alert_within
        self._hashtags = {brand_ids[b.name]: b.hashtags for b in settings.brands}
        self._after: Place | None = None
        self._next: datetime | None = None
        self._total = 0
        self._most = BATCH
        self.poison: Poison[int] = Poison(lambda mention_id: f"mention {mention_id}")

    async def some(self, db: Database, *, now: datetime) -> bool:
        """Takes one batch where it is time to look; True while more may be waiting. A batch that
        fails is halved until the bad row is found; that one is left out until the next look."""
        if self._next is not None and now < self._next:
            return False
        if self._after is None and self._most == BATCH:
            self.poison.clear()
        try:
            done = await self._batch(db, now)
        except Exception as error:
            if of_database(error) or len(self.poison) >= TOO_MANY:
                raise
            if self._most > 1:
                self._most //= 2
            else:
                await self._leave_out(db, error, now)
            return True
        self._most = min(self._most * 2, BATCH)
        self._total += done.removed
        if done.emptied:
            log.info("emptied %d mentions past their time, their month being open", done.emptied)
        if done.last is not None:
            self._after = done.last
            return True
        async with db.writing() as connection:
            own = await remove_own_posts(connection, self._keep, now=now, most=BATCH)
        if own:
            log.info("removed %d own posts that were not read again in their time", own)
            return True
        if self._total:
            log.info("removed %d mentions past their time; their numbers are sealed", self._total)
        self._after, self._total, self._next = None, 0, now + LOOK_EVERY
        self._most = BATCH
        return False

    async def _leave_out(self, db: Database, error: Exception, now: datetime) -> None:
        """Goes on behind the row that a batch of one failed on."""
        open_from = _open_from(now, self._settled, self._zone, self._starts)
        async with db.reading() as connection:
            rows = await expired(
                connection, self._keep, now=now, open_from=open_from, after=self._after, most=1
            )
        for row in rows:
            self.poison.leave_out(row.id, error, now)
            self._after = row.place

    async def _batch(self, db: Database, now: datetime) -> Pruned:
        return await prune(
            db,
            self._keep,
            zone=self._zone,
            starts=self._starts,
            settled=self._settled,
            hashtags=self._hashtags,
            now=now,
            after=self._after,
            most=self._most,
        )
