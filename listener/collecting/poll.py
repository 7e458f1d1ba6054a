"""One poll of one read: pages, each stored in one transaction with the cursor that follows it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.clock import Clock, finished, unless
from listener.collecting import child_reads, cursors, ledger, pace, walk
from listener.collecting.authors import Authors
from listener.collecting.counting import Counting
from listener.collecting.cursors import Cursor
from listener.collecting.host import Answer, Host
from listener.collecting.in_time import in_time
from listener.collecting.intake import Intake, Sorted, database_trouble, short
from listener.collecting.left_unread import entry_of, given_up, lost_to
from listener.collecting.ours import figures_of, posts_of
from listener.collecting.pace import Held
from listener.collecting.stored_page import Stored, doubt_of, entries_of
from listener.collecting.whole import WholeWalks
from listener.networks.base import Broken, Gone, Page, Read, Refused, Trouble, Wait
from listener.records import Mention
from listener.store.session import Database

_FORGOTTEN = "the network no longer knows where we were: what was written long ago was not read"
_GIVE_UP_PAGE = 5  # failures in a row on a page in the middle: begin again at the top


class Poller:
    """Reads of one network. ``every``: how often a read is due. ``limits``: of what its pages ask
    for. ``source`` is written to mentions: collect | backfill. ``authors``: who completes what a
    post does not say of its author, where the network needs that."""

    _stumbles = pace.STUMBLES

    def __init__(
        self,
        host: Host,
        db: Database,
        intake: Intake,
        clock: Clock,
        *,
        every: Callable[[Read], timedelta],
        rules: walk.Rules,
        limits: child_reads.Limits | None = None,
        source: str = "collect",
        authors: Authors | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._host, self._db, self._intake, self._clock = host, db, intake, clock
        self._every, self._rules, self._source, self._jitter = every, rules, source, jitter
        self._authors, self._limits = authors, limits or child_reads.Limits()
        self._counting = Counting(host, clock)
        self._waiting: dict[str, int] = {}  # items that a count said a walk would still bring
        self._whole = WholeWalks(host.network.name)
        self._wider: dict[str, int] = {}  # reads whose page tokens do not live until the next poll

    async def poll(self, read: Read, cursor: Cursor, stop: asyncio.Event) -> Cursor:
        """Where the read stands afterwards. Its ``pace`` says what happened and when to go on.

        Raises only what is a bug: troubles of the network and of the database are part of the
        answer. When ``stop`` is set no further page is asked for; the one in hand is stored.
        """
        if (held := self._host.refusing(read)) is not None:
            return await self._failed(read, cursor, held)
        guard, forgotten = walk.LoopGuard(), False
        going = walk.begin(cursor.walk, self._clock.now())
        left = self._rules.pages_a_poll * self._wider.get(cursor.read, 1)
        lost = lost_to(cursor, read, self._host.network, self._clock.now())
        while left > 0 and not stop.is_set():
            left -= 1
            page_token = going.page
            answer = await unless(stop, self._asked(read, cursor, going))
            if answer is None:
                return cursor
            if not isinstance(answer, Answer):
                if page_token is None and going.since and _mark_refused(answer):
                    forgotten, going = True, walk.begin(walk.Walk(), self._clock.now())
                    continue
                if (
                    page_token is None
                    or isinstance(answer, Held)
                    or not _page_refused(answer, cursor.pace.errors)
                ):
                    return await self._failed(read, replace(cursor, walk=going), answer)
                self._wider[cursor.read] = min(self._wider.get(cursor.read, 1) * 2, 64)
                going = walk.begin(walk.from_top(going), self._clock.now())
                guard = walk.LoopGuard()
                continue
            page = in_time(answer.page, self._host.network.mark, self._clock.now())
            answer = replace(answer, page=page)
            if answer.rest is not None:  # the limit is used up: the next poll goes on from here
                left = 0
            stored = self._next(read, answer, going, guard, cursor, last=left == 0)
            self._whole.page(read, page_token, page)
            stored = replace(stored, sorting=await self._completed(stored.sorting, stop), lost=lost)
            lost = None
            if forgotten:
                stored, forgotten = replace(stored, gap=stored.gap or _FORGOTTEN), False
            try:
                ids = await finished(self._commit(stored))
            except Exception as error:
                if not database_trouble(error):
                    raise
                return self._after(read, cursor, pace.NotStored(f"not stored: {short(error)}"))
            await self._intake.tell(ids)
            cursor, going = stored.cursor, stored.cursor.walk
            if stored.ended:
                self._wider.pop(cursor.read, None)
                self._waiting.pop(cursor.read, None)
                break
        return cursor

    async def _asked(self, read: Read, cursor: Cursor, going: walk.Walk) -> Answer | Trouble | Held:
        """The next page; where a count says that nothing waits, an empty one that nobody sent."""
        page, first = going.page, going.page is None
        if first:
            counted = await self._counting.waiting(read, since=going.since)
            if counted == 0:
                return Answer(Page())
            if isinstance(counted, Held):
                return counted
            self._waiting.pop(cursor.read, None)
            if isinstance(counted, int):
                self._waiting[cursor.read] = counted
        extra = not first or cursor.child is not None or self._source == "backfill"
        answer = await self._host.ask(read, since=going.since, page=page, extra=extra)
        if isinstance(answer, Answer) and cursor.read in self._waiting:
            brought = len(answer.page.mentions) + answer.page.skipped
            self._waiting[cursor.read] = max(self._waiting[cursor.read] - brought, 0)
        return answer

    def _next(
        self,
        read: Read,
        answer: Answer,
        going: walk.Walk,
        guard: walk.LoopGuard,
        cursor: Cursor,
        *,
        last: bool,
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
        known = self._authors.known(page.mentions) if self._authors else page.mentions
        to = read.brand if read.given else None
        sorting = self._intake.sort(self._wanted(known), to=to)
        posts = self._wanted(posts_of(read, page))
        own, state = self._intake.sort(posts, by=read.brand), cursor.pace
        if ended or last:
            doubt = doubt_of(page, page.skipped + sorting.skipped + own.skipped)
            state = self._paced(read, state, pace.Done(answer.rest, doubt, page.unchanged))
        onward_cursor = replace(cursor, walk=onward, pace=state)
        return Stored(read, page, sorting, own, onward_cursor, ended, gap)

    async def _completed(self, sorting: Sorted, stop: asyncio.Event) -> Sorted:
        """As it came where nobody completes it, or when told to stop meanwhile."""
        if self._authors is None or not sorting.arrivals:
            return sorting
        mentions = [arrival.mention for arrival in sorting.arrivals]
        completed = await unless(stop, self._authors.complete(mentions))
        return sorting if completed is None else self._intake.again(sorting, completed)

    async def _commit(self, stored: Stored) -> list[int]:
        page, sorting, cursor, now = stored.page, stored.sorting, stored.cursor, self._clock.now()
        network = cursor.network
        async with self._db.writing() as connection:
            edited = await self._intake.edited(connection, sorting.others)
            arrivals = [*sorting.arrivals, *edited]
            ids, bad = await self._intake.store(connection, arrivals, source=self._source, now=now)
            ours, lost = await self._ours(connection, stored, now)
            ids += ours
            left = list(page.gone)
            if stored.ended and not stored.gap:
                left += await self._whole.gone(connection, stored.read)
            if left:
                gone = [Gone(native) for native in left]
                await self._intake.remove(connection, network, gone, now=now)
            for entry in entries_of(stored, bad, lost, now):
                await ledger.record(connection, entry, now)
            await cursors.save(connection, cursor)
            await self._onward(connection, stored, ids, now)
        return ids

    def _wanted(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        """Those that are looked at; a backfill leaves some to the polls."""
        return mentions

    async def _onward(
        self, connection: AsyncConnection, stored: Stored, ids: Sequence[int], now: datetime
    ) -> None:
        """What else is written with a page: the reads that it asks for."""
        cursor, limits = stored.cursor, self._limits
        await child_reads.ask(
            connection, cursor.network, stored.page.more,
            by=stored.read, of=cursor.child, limits=limits, now=now,
        )  # fmt: skip
        if ids or stored.ended:
            brought = bool(ids)
            await child_reads.settle(connection, cursor, brought=brought, limits=limits, now=now)

    async def _ours(
        self, connection: AsyncConnection, stored: Stored, now: datetime
    ) -> tuple[list[int], int]:
        """Stores what our account wrote, and its numbers. Ids of what concerns another brand, too;
        how much could not be taken."""
        intake, arrivals = self._intake, stored.own.arrivals
        ids, bad = await intake.store(connection, arrivals, source=self._source, now=now)
        figures = figures_of(stored.read, stored.page, now)
        if intake.keep is not None and figures:
            bad += await intake.keep(connection, figures, now=now)
        return ids, bad + stored.own.skipped

    async def _failed(self, read: Read, cursor: Cursor, failure: Trouble | Held) -> Cursor:
        """Written down; a child's refusal is a fact about it, a refused sign-in is not. What the
        budget holds up is told in the ledger, once."""
        if cursor.child is not None and isinstance(failure, Refused) and failure.scope == "host":
            failure = Broken(failure.why)  # tried again once its host is held no longer
        answered, now = isinstance(failure, Refused), self._clock.now()
        waiting = self._waiting.get(cursor.read)
        unread = None
        if isinstance(failure, Held):
            unread = given_up(cursor, failure, now, waiting)
            if unread is not None:
                cursor = replace(cursor, walk=walk.cut(cursor.walk, self._rules))
            else:
                unread = entry_of(cursor, failure, now, waiting)
        cursor = self._after(read, cursor, failure)

        async def write() -> None:
            async with self._db.writing() as connection:
                await cursors.save(connection, cursor)
                if unread is not None:
                    await ledger.record(connection, unread, now)
                if answered:
                    limits = self._limits
                    await child_reads.settle(
                        connection, cursor, brought=False, limits=limits, now=now
                    )

        try:
            await finished(write())
        except Exception as error:  # what it says is known here, too; a restart asks once too often
            if not database_trouble(error):
                raise
        return cursor

    def _after(self, read: Read, cursor: Cursor, event: pace.Event) -> Cursor:
        # A post that is gone stays gone; what the settings name is believed to be there.
        stumbles = self._stumbles if cursor.child is None else 0
        return replace(cursor, pace=self._paced(read, cursor.pace, event, stumbles))

    def _paced(
        self, read: Read, state: pace.Pace, event: pace.Event, stumbles: int = pace.STUMBLES
    ) -> pace.Pace:
        now, every, jitter = self._clock.now(), self._every(read), self._jitter()
        return pace.after(state, event, now, every=every, jitter=jitter, stumbles=stumbles)


def _mark_refused(failure: Trouble | Held) -> bool:
    """``since`` itself is refused: it is older than what the network searches."""
    return isinstance(failure, Refused) and failure.kind == "page token"


def _page_refused(failure: Trouble, errors: int) -> bool:
    """An old token, or a page that cannot be had again and again while the top might."""
    match failure:
        case Refused(kind="page token" | "query" | "gone"):
            return True
        case Broken() | Wait(seconds=None):
            return errors >= _GIVE_UP_PAGE
        case _:
            return False
