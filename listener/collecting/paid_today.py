"""Things that are free for the rest of the day once they were paid for (``Allowance.once_a_day``).

Written down in the transaction that books what they take: whoever reads them later that day, after
a restart or in another process, pays nothing, and what was not booked is not free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.networks.allowance import Allowance, Cost
from listener.store import spending_rows
from listener.store.spending_rows import Key


class PaidToday:
    """``known``: what this process has seen written; the database is asked about the rest."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[datetime, set[str]]] = {}

    async def amount(
        self,
        connection: AsyncConnection,
        key: Key,
        allowance: Allowance,
        costs: Sequence[Cost],
        asked: datetime,
        now: datetime,
    ) -> float:
        """What ``costs``, all of ``allowance``, take. ``asked``, ``now`` (aware UTC): when it was
        reserved and answered; where midnight lies between, the network may bill it on either day,
        and all of it counts."""
        named: dict[str, float] = {}
        for cost in costs:
            if cost.item is not None:
                named.setdefault(cost.item, cost.amount)
        day = day_of(allowance, now)
        if not allowance.once_a_day or day_of(allowance, asked) != day:
            return sum(cost.amount for cost in costs)
        nameless = sum(cost.amount for cost in costs if cost.item is None)
        before, known = self._known.get(key, (day, set()))
        left = named.keys() - known if before == day else named.keys()
        if left:
            left -= await spending_rows.paid_for(connection, key, day, left)
            await spending_rows.pay_for(connection, key, day, left, now)
        return nameless + sum(named[item] for item in left)

    def booked(
        self, key: Key, allowance: Allowance, costs: Sequence[Cost], asked: datetime, now: datetime
    ) -> None:
        """What ``amount`` was asked about is written."""
        day = day_of(allowance, now)
        if not allowance.once_a_day or day_of(allowance, asked) != day:
            return
        items = {cost.item for cost in costs if cost.item is not None}
        before, known = self._known.get(key, (day, set()))
        if before == day:
            known |= items
            items = known
        self._known[key] = (day, items)


def day_of(allowance: Allowance, at: datetime) -> datetime:
    """Its begin, aware UTC."""
    local = at.astimezone(ZoneInfo(allowance.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
