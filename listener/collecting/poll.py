"""One poll of one read: pages, each stored in one transaction with the cursor that follows it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listener.clock import Clock, finished, unless
from listener.collecting import cursors, ledger, pace, walk
from listener.collecting.authors import Authors
from listener.collecting.cursors import Cursor
from listener.collecting.host import Answer, Host
from listener.collecting.in_time import in_time
from listener.collecting.intake import Intake, Sorted, database_trouble, short
from listener.networks.base import Broken, Gone, Page, Read, Refused, Trouble, Wait
from listener.store.session import Database

MORE = 50  # further reads that one page may ask for
_GIVE_UP_PAGE = 5  # failures in a row on a page in the middle: begin again at the top


@dataclass(frozen=True, slots=True)
class Stored:
    """A page as it is to be written."""

    page: Page
    found: Sorted
    cursor: Cursor
    ended: bool
    gap: str | None


class Poller:
    """Reads of one network. ``source`` is written to mentions: collect | backfill. ``authors``:
    who completes what a post does not say of its author, where the network needs that."""

    def __init__(
        self,
        host: Host,
        db: Database,
        intake: Intake,
        clock: Clock,
        *,
        every: timedelta,
        rules: walk.Rules,
        source: str = "collect",
        authors: Authors | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._host, self._db, self._intake, self._clock = host, db, intake, clock
        self._every, self._rules, self._source, self._jitter = every, rules, source, jitter
        self._authors = authors
        self._wider: dict[str, int] = {}  # reads whose page tokens do not live until the next poll

    async def poll(
        self, read: Read, cursor: Cursor, stop: asyncio.Event, *, depth: int = 0
    ) -> Cursor:
        """Where the read stands afterwards. Its ``pace`` says what happened and when to go on.

        Raises only what is a bug: troubles of the network and of the database are part of the
        answer. When ``stop`` is set no further page is asked for; the one in hand is stored.
        """
        if (held := self._host.held(read)) > 0:
            return await self._failed(cursor, Wait(held, "the network asked for a pause"))
        guard = walk.LoopGuard()
        going = walk.begin(cursor.walk, self._clock.now())
        left = self._rules.pages_a_poll * self._wider.get(cursor.read, 1)
        while left > 0 and not stop.is_set():
            left -= 1
            asked = going.page
            answer = await unless(stop, self._host.ask(read, since=going.since, page=asked))
            if answer is None:
                return cursor
            if not isinstance(answer, Answer):
                if asked is None or not _page_refused(answer, cursor.pace.errors):
                    return await self._failed(replace(cursor, walk=going), answer)
                self._wider[cursor.read] = min(self._wider.get(cursor.read, 1) * 2, 64)
                going = walk.begin(walk.from_top(going), self._clock.now())
                guard = walk.LoopGuard()
                continue
            page = in_time(answer.page, self._host.network.mark, self._clock.now())
            answer = replace(answer, page=page)
            await self._more(answer.page.more, stop, depth)
            stored = self._next(answer, going, guard, cursor, last=left == 0)
            stored = replace(stored, found=await self._completed(stored.found, stop))
            try:
                ids = await finished(self._commit(stored))
            except Exception as error:
                if not database_trouble(error):
                    raise
                return self._after(cursor, pace.NotStored(f"not stored: {short(error)}"))
            await self._intake.tell(ids)
            cursor, going = stored.cursor, stored.cursor.walk
            if stored.ended:
                self._wider.pop(cursor.read, None)
                break
        return cursor

    def _next(
        self, answer: Answer, going: walk.Walk, guard: walk.LoopGuard, cursor: Cursor, *, last: bool
    ) -> Stored:
        page, gap = answer.page, None
        marks = [m for m in map(self._host.network.mark, page.mentions) if m is not None]
        seen = walk.seen(page, marks)
        if guard.circles(going.page, seen):
            onward, ended = walk.from_top(going), True
            gap = "pages lead in a circle; what lies behind them was not read"
        else:
            step = walk.step(going, seen, self._rules)
            onward, ended = step.walk, step.ended is not None
            if step.skipped_some:
                gap = f"more than {self._rules.pages_a_walk} pages; the older ones were not read"
        state = cursor.pace
        if ended or last:
            done = pace.Done(answer.rest)
            state = self._paced(state, done)
        onward_cursor = replace(cursor, walk=onward, pace=state)
        known = self._authors.known(page.mentions) if self._authors else page.mentions
        return Stored(page, self._intake.sort(known), onward_cursor, ended, gap)

    async def _completed(self, found: Sorted, stop: asyncio.Event) -> Sorted:
        """As it came where nobody completes it, or when told to stop meanwhile."""
        if self._authors is None or not found.arrivals:
            return found
        mentions = [arrival.mention for arrival in found.arrivals]
        completed = await unless(stop, self._authors.complete(mentions))
        return found if completed is None else self._intake.again(found, completed)

    async def _commit(self, stored: Stored) -> list[int]:
        page, found, cursor, now = stored.page, stored.found, stored.cursor, self._clock.now()
        network = cursor.network
        async with self._db.writing() as connection:
            edited = await self._intake.edited(connection, found.others)
            arrivals = [*found.arrivals, *edited]
            ids, bad = await self._intake.store(connection, arrivals, source=self._source, now=now)
            if page.gone:
                gone = [Gone(native) for native in page.gone]
                await self._intake.remove(connection, network, gone, now=now)
            if self._intake.keep and (page.own_posts or page.figures):
                await self._intake.keep(connection, network, page, now=now)
            times = [m.created_at for m in page.mentions if m.created_at]
            fetched = len(page.mentions) + page.skipped
            entry = ledger.Entry(
                network,
                cursor.read,
                since=min(times, default=None),
                until=now if stored.ended else None,
                fetched=fetched,
                matched=len(found.arrivals) - bad,
                skipped=page.skipped + found.skipped + bad,
            )
            await ledger.record(connection, entry, now)
            if stored.gap:
                until = min(times, default=None)
                gap = ledger.Entry(network, cursor.read, "gap", until=until, note=stored.gap)
                await ledger.record(connection, gap, now)
            await cursors.save(connection, cursor)
        return ids

    async def _more(self, reads: Sequence[Read], stop: asyncio.Event, depth: int) -> None:
        # Before the page that asks for them is written down: a crash in between asks again.
        for read in reads[:MORE] if depth < 2 else ():
            async with self._db.reading() as connection:
                cursor = await cursors.load(connection, self._host.network.name, read.key)
            await self.poll(read, cursor, stop, depth=depth + 1)

    async def _failed(self, cursor: Cursor, failure: Trouble) -> Cursor:
        cursor = self._after(cursor, failure)
        try:
            await finished(cursors.write(self._db, [cursor]))
        except Exception as error:  # what it says is known here, too; a restart asks once too often
            if not database_trouble(error):
                raise
        return cursor

    def _after(self, cursor: Cursor, event: pace.Event) -> Cursor:
        return replace(cursor, pace=self._paced(cursor.pace, event))

    def _paced(self, state: pace.Pace, event: pace.Event) -> pace.Pace:
        now: datetime = self._clock.now()
        return pace.after(state, event, now, every=self._every, jitter=self._jitter())


def _page_refused(failure: Trouble, errors: int) -> bool:
    """An old token, or a page that cannot be had again and again while the top might."""
    match failure:
        case Refused(kind="page token" | "query" | "gone"):
            return True
        case Broken() | Wait(seconds=None):
            return errors >= _GIVE_UP_PAGE
        case _:
            return False
