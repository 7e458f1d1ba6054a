"""What a stream takes of its network's allowances while it is open (``live.Billed``).

Nobody asks for an event, and what is sent is paid for, read or not. So a block of events is paid
ahead, twice as many as may be under way while a line is being closed, and refilled whenever events
were stored. Where it can no longer be refilled and less than that number is left of it, the line is
closed: what still comes is paid for. The block is reserved: a crash counts all of it as taken.
A line is closed when nothing has come for a moment, or when half of what may be under way is all
that is left: then all of that counts as taken, for it may be.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from listener.clock import Clock
from listener.collecting.budget import Budget, Reserved
from listener.collecting.host import Host
from listener.collecting.pace import Held
from listener.networks.allowance import Cost
from listener.networks.live import Billed, Stream

log = logging.getLogger(__name__)

ROOM = 1.5
"""So many blocks have to be there for one: the polls, which read the same later, go on longer."""
LAST = 0.05
"""Seconds without anything before a line is closed by us."""
PATIENCE = 5.0
"""Seconds after which it is closed all the same."""
RENEWED = timedelta(minutes=4)
"""A block is reserved anew before it counts as lost (``spending_rows.LOST``)."""


class Tab:
    """Of one stream. ``mark``: of the credential, as it is now. ``over`` is set when the line has
    to be closed, ``empty`` when that cannot wait."""

    def __init__(
        self, stream: Billed, budget: Budget, clock: Clock, mark: Callable[[], str]
    ) -> None:
        self._stream, self._budget, self._clock, self._mark = stream, budget, clock, mark
        self._each = tuple(cost for cost in stream.cost() if cost.amount > 0)
        self._block = [replace(c, amount=c.amount * 2 * stream.ahead) for c in self._each]
        self._reserved: Reserved | None = None
        self._spent: list[Cost] = []
        self._used = 0.0  # events' worth of the block
        self._listening: float | None = None
        self._flooded = False
        self.over, self.empty = asyncio.Event(), asyncio.Event()

    @property
    def ahead(self) -> int:
        """Lines that may be read before they are taken: half of what may be under way."""
        return max(self._stream.ahead // 2, 1)

    async def begin(self) -> Held | None:
        """Pays the first block ahead; why that cannot be done. Raises what the database raises."""
        found = await self._budget.reserve(self._mark(), self._block, room=ROOM)
        if isinstance(found, Held):
            return found
        self._reserved, self._spent, self._used = found, [], 0.0
        self._listening, self._flooded = None, False
        self.over.clear()
        self.empty.clear()
        return None

    def took(self, data: bytes | None) -> None:
        """An event came; None: one that could not be read, which takes the most."""
        try:
            spent: Sequence[Cost] = self._each if data is None else self._stream.spent(data)
        except Exception as error:  # a network's own bug: the most, then
            log.error("what an event took is not known: %s: %s", type(error).__name__, error)
            spent = self._each
        self._spent += spent
        shares = [
            sum(one.amount for one in spent if one.of == each.of) / each.amount
            for each in self._each
        ]
        self._used += max(shares, default=0.0)
        if self._used >= 1.5 * self._stream.ahead:
            self.empty.set()

    def due(self) -> bool:
        """Whether the block has to be refilled now: little is left, or it is of long ago."""
        if self._reserved is None or self.over.is_set():
            return False
        if self._used >= self._stream.ahead / 2:
            return True
        now, at = self._clock.now(), self._reserved.at
        return now - at >= RENEWED or self._budget.turned(at, now)

    async def onward(self) -> None:
        """Books what came and refills the block. Raises what the database raises: then the line has
        to be closed, and the block stays reserved."""
        if self._reserved is None or not (self._spent or self.due()):
            return
        reserved, spent, self._reserved, self._spent = self._reserved, self._spent, None, []
        wanted = () if self.over.is_set() else self._block
        left, held = await self._budget.roll(reserved, spent, self._mark(), wanted, room=ROOM)
        self._reserved = left
        if held is None and wanted:
            self._used = 0.0
        elif self._used > self._stream.ahead:
            self.over.set()

    def listening(self, now: bool) -> None:
        """Whether the next event is waited for; else one that came is in hand."""
        self._listening = time.monotonic() if now else None

    async def quiet(self) -> None:
        """To be waited for before we close the line."""
        end = time.monotonic() + PATIENCE
        while not self.empty.is_set() and time.monotonic() < end:
            if self._listening is not None and time.monotonic() - self._listening >= LAST:
                return
            await asyncio.sleep(LAST / 5)
        self._flooded = True

    async def end(self) -> None:
        """The line is closed: what came is booked, the rest of the block is given back. What cannot
        be written stays reserved, and counts as taken."""
        reserved, spent, self._reserved, self._spent = self._reserved, self._spent, None, []
        if reserved is None:
            return
        all_of_it = self._flooded and self._used < 2 * self._stream.ahead
        try:
            await self._budget.settle(reserved, None if all_of_it else spent)
        except (SQLAlchemyError, OSError) as error:
            log.warning("what a stream took could not be written: %s", type(error).__name__)


def tab_of(stream: Stream, host: Host | None, clock: Clock) -> Tab | None:
    """``host``: of its network; None where nothing of that is counted."""
    if host is None or host.budget is None or not isinstance(stream, Billed):
        return None
    return Tab(stream, host.budget, clock, lambda: host.mark)
