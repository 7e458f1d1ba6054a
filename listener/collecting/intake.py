"""From a page or a batch of events to rows: match, store what concerns a brand, wake the next.

What stores, erases and wakes is given, so that collectors, streams and tests share one path.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Column, exc, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.networks.base import Gone
from listener.records import Evidence, Figure, Hit, Mention
from listener.store import identities, own_posts
from listener.store import tables as t
from listener.store.mentions import Added, Arrival
from listener.store.times import RIGHT
from listener.store.trouble import caused_by_rows

log = logging.getLogger(__name__)


Match = Callable[[Mention], Sequence[Hit]]
Wake = Callable[[Sequence[int]], Awaitable[object]]


class Add(Protocol):
    async def __call__(
        self,
        connection: AsyncConnection,
        arrivals: Sequence[Arrival],
        *,
        source: str,
        now: datetime,
    ) -> Added: ...


class Erase(Protocol):
    async def __call__(
        self, connection: AsyncConnection, network: str, native_ids: Sequence[str], *, now: datetime
    ) -> object: ...


class Keep(Protocol):
    """Stores figures; how many it could not take."""

    async def __call__(
        self, connection: AsyncConnection, figures: Sequence[Figure], *, now: datetime
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """``others`` concern no brand: not stored, unless an earlier text of theirs did and is.
    ``to``: the brand that all of them speak to, whatever they say."""

    arrivals: list[Arrival]
    others: list[Mention]
    skipped: int
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """``match``: the brands a mention concerns. ``wake``: hears ids of rows once committed.
    ``keep``: takes figures, None where nobody wants them."""

    match: Match
    add: Add
    erase: Erase
    wake: Wake
    keep: Keep | None = None

    def sort(
        self, mentions: Iterable[Mention], *, to: str | None = None, by: str | None = None
    ) -> Sorted:
        """Only what concerns a brand is stored; a mention that stands twice is taken once. ``to``:
        the brand that all of them speak to (``Read.given``); ``by``: the brand that wrote them."""
        arrivals: dict[str, Arrival] = {}
        others: dict[str, Mention] = {}
        skipped = 0
        for mention in mentions:
            at = mention.created_at
            if not mention.id or (at is not None and at.tzinfo is None):
                skipped += 1
                continue
            try:
                hits = whose(self.match(mention), to=to, by=by)
            except (ValueError, RecursionError) as error:
                log.warning(
                    "%s: %s was skipped: %s", mention.network, mention.id[:80], short(error)
                )
                skipped += 1
                continue
            arrivals.pop(mention.id, None)
            others.pop(mention.id, None)
            if hits:
                arrivals[mention.id] = Arrival(mention, tuple(hits))
            else:
                others[mention.id] = mention
        return Sorted(list(arrivals.values()), list(others.values()), skipped, to)

    def again(self, sorting: Sorted, completed: Sequence[Mention]) -> Sorted:
        """``sorting`` with its arrivals' mentions, in their order, as they are now that more may be
        known of who wrote them. Matched anew where it is: a query may ask for followers, or leave
        an account out."""
        pairs = list(zip(sorting.arrivals, completed, strict=True))
        changed = (new for arrival, new in pairs if new is not arrival.mention)
        once_more = self.sort(changed, to=sorting.to)
        return Sorted(
            [arrival for arrival, new in pairs if new is arrival.mention] + once_more.arrivals,
            [*sorting.others, *once_more.others],
            sorting.skipped + once_more.skipped,
            sorting.to,
        )

    async def store(
        self,
        connection: AsyncConnection,
        arrivals: Sequence[Arrival],
        *,
        source: str,
        now: datetime,
    ) -> tuple[list[int], int]:
        """Ids that are new or changed, and how many arrivals no database takes.

        Raises what the database raises when it is the database that is in trouble.
        """
        if not arrivals:
            return [], 0
        try:
            async with connection.begin_nested():
                added = await self.add(connection, arrivals, source=source, now=now)
            if added.untimely:
                network = arrivals[0].mention.network
                log.warning("%s: %d skipped: not %s", network, added.untimely, RIGHT)
            return [*added.new, *added.changed], added.untimely
        except Exception as error:
            if not _bad_input(error):
                raise
            if len(arrivals) == 1:
                mention = arrivals[0].mention
                log.warning(
                    "%s: %s was skipped: %s", mention.network, mention.id[:80], short(error)
                )
                return [], 1
        half = len(arrivals) // 2  # find the one that cannot be stored, keep the others
        first, bad = await self.store(connection, arrivals[:half], source=source, now=now)
        second, worse = await self.store(connection, arrivals[half:], source=source, now=now)
        return first + second, bad + worse

    async def edited(self, connection: AsyncConnection, others: Sequence[Mention]) -> list[Arrival]:
        """Those of ``others`` that are stored: edited, they concern a brand no longer."""
        if not others:
            return []
        c = t.mentions.c
        plain = [m.id for m in others if m.identity is None]
        known = await self._known(connection, c.native_id, others[0].network, plain)
        rows = await identities.recognised(connection, others)
        known |= {m.id for m in others if m.id in rows and rows[m.id].is_home(m)}
        return [Arrival(mention) for mention in others if mention.id in known]

    async def concerned(
        self, connection: AsyncConnection, network: str, changes: Sequence[Arrival | Mention | Gone]
    ) -> list[Arrival | Mention | Gone]:
        """Of a stream's ``changes`` those that may change a row: what concerns a brand, and what is
        said of a post that is stored, or is with these. Asked for all at once: one in ten is a
        deletion, and nearly all are of what concerned nobody. In their order, deletions last where
        that is the same."""
        brought = [change.mention for change in changes if isinstance(change, Arrival)]
        ids = {mention.id for mention in brought}
        same = {mention.identity for mention in brought} - {None}
        others = [change for change in changes if isinstance(change, Mention)]
        stored = {arrival.mention.id for arrival in await self.edited(connection, others)}
        posts = [c.id for c in changes if isinstance(c, Gone) and not c.author and not c.ref]
        stored |= await self._posts(connection, network, posts)

        def concerns(change: Arrival | Mention | Gone) -> bool:
            match change:
                case Arrival():
                    return True
                case Gone():
                    return change.author or change.ref or change.id in stored or change.id in ids
                case _:
                    return change.id in stored or change.id in ids or change.identity in same

        return gone_last([change for change in changes if concerns(change)])

    async def standing(self, connection: AsyncConnection, sorting: Sorted) -> list[Arrival]:
        """Of ``sorting`` what is stored, whether it concerns a brand still or no longer."""
        arrivals = [*sorting.arrivals, *map(Arrival, sorting.others)]
        if not arrivals:
            return []
        network, c = arrivals[0].mention.network, t.mentions.c
        ids = [arrival.mention.id for arrival in arrivals]
        known = await self._known(connection, c.native_id, network, ids)
        return [arrival for arrival in arrivals if arrival.mention.id in known]

    async def remove(
        self, connection: AsyncConnection, network: str, gone: Sequence[Gone], *, now: datetime
    ) -> int:
        """Erases what is stored of ``gone``; how many. A whole network's deletions pass by here,
        nearly all of posts that concerned nobody: those leave no trace."""
        c = t.mentions.c
        posts = [g.id for g in gone if not g.author and not g.ref]
        authors = [g.id for g in gone if g.author]
        refs = [g.id for g in gone if g.ref]
        stored = await self._posts(connection, network, posts)
        stored |= await self._known(connection, c.ref, network, refs)
        stored |= await self._known(connection, c.author_id, network, authors)
        stored |= await own_posts.named(connection, network, authors=authors, refs=refs)
        if stored:
            await self.erase(connection, network, sorted(stored), now=now)
        return len(stored)

    async def _posts(
        self, connection: AsyncConnection, network: str, posts: Sequence[str]
    ) -> set[str]:
        """Those of ``posts`` that are stored, as mentions or as what an own account wrote."""
        stored = await self._known(connection, t.mentions.c.native_id, network, posts)
        own = await own_posts.stored(connection, [(network, post) for post in posts])
        return stored | {native_id for _network, native_id in own}

    async def _known(
        self, connection: AsyncConnection, column: Column[str], network: str, ids: Sequence[str]
    ) -> set[str]:
        c, known = t.mentions.c, set[str]()
        for n in range(0, len(ids), 500):
            rows = await connection.execute(
                select(c.native_id).where(c.network == network, column.in_(ids[n : n + 500]))
            )
            known.update(rows.scalars())
        return known

    async def tell(self, ids: Sequence[int]) -> None:
        """A wake-up that is lost is made good by the sweep, so it never fails the collector."""
        if not ids:
            return
        try:
            await self.wake(ids)
        except Exception as error:
            log.warning("the queue was not woken (%s); the sweep will find the rows", short(error))


def gone_last(
    changes: Sequence[Arrival | Mention | Gone],
) -> list[Arrival | Mention | Gone]:
    """``changes``, deletions last: then all are one run. As they came where one of them may speak
    of what comes after it: of an author, of a post by another name, or of one that comes again."""
    gone: set[str] = set()
    for change in changes:
        if isinstance(change, Gone):
            if change.author or change.ref:
                return list(changes)
            gone.add(change.id)
            continue
        mention = change.mention if isinstance(change, Arrival) else change
        if mention.id in gone or mention.identity is not None:
            return list(changes)
    return sorted(changes, key=lambda change: isinstance(change, Gone))


def whose(hits: Sequence[Hit], *, to: str | None = None, by: str | None = None) -> Sequence[Hit]:
    """``hits`` with what is known besides the words: which brand wrote it, or is spoken to. What a
    brand wrote itself is never spoken to it."""
    if by is not None:
        return [Hit(by, own=True), *(hit for hit in hits if hit.brand != by)]
    if to is None or any(hit.brand == to and hit.own for hit in hits):
        return hits
    found = next((hit.evidence for hit in hits if hit.brand == to), ())
    told = Hit(to, (Evidence(to, "account", ""), *found))
    return [*(hit for hit in hits if hit.brand != to), told]


def database_trouble(error: BaseException) -> bool:
    """Full disk, locked, away: try again later."""
    return isinstance(error, exc.SQLAlchemyError | OSError) and not _bad_input(error)


def _bad_input(error: BaseException) -> bool:
    """A value no database takes (NUL in a text, half a surrogate, a number beyond 64 bits)."""
    if isinstance(error, exc.DBAPIError):
        return caused_by_rows(error)
    return isinstance(error, exc.StatementError | ValueError | OverflowError)


def _skipped(mention: Mention, error: BaseException) -> None:
    log.warning("%s: %.80r was skipped: %s", mention.network, mention.id, short(error))


def short(error: BaseException) -> str:
    """Bounded, and without the values of the statement."""
    inner = getattr(error, "orig", None) or error
    return f"{type(inner).__name__}: {' '.join(str(inner).split())[:120]}"
