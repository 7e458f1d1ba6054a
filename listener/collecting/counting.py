"""Cheap counts first: before what is paid for by item is read, how many items wait is asked where
that may save more than it takes (``networks.base.Counts``).

That is before a walk that nothing is known of (its first one, a backfill), and where less is to be
had now than ``PAGES`` pages may take; for one read no more often than ``SHORTEST`` times a period,
and only where a count takes at most a ``WORTH`` of a page. Where money is plenty an empty search
costs nothing by itself, and a count would be the only thing that is paid for.
"""

from __future__ import annotations

from collections.abc import Sequence

from listener.clock import Clock
from listener.collecting.charging import named
from listener.collecting.host import Host
from listener.collecting.limits import SHORTEST
from listener.collecting.pace import Held
from listener.networks.allowance import Cost
from listener.networks.base import Costs, Counts, Read, Trouble

PAGES = 2
WORTH = 20


class Counting:
    """Of one network's reads."""

    def __init__(self, host: Host, clock: Clock) -> None:
        self._host, self._clock = host, clock
        self._asked: dict[str, float] = {}  # key of a read to monotonic seconds

    async def waiting(self, read: Read, *, since: str | None) -> int | Trouble | Held | None:
        """How many items a walk of ``read`` would bring; None where nobody was asked, or where the
        answer does not say."""
        network, budget = self._host.network, self._host.budget
        if budget is None or not isinstance(network, Counts) or not isinstance(network, Costs):
            return None
        page, count = network.cost(read, None), named(network.count_cost(read), read)
        longest = budget.longest(page)
        if longest is None or not _worth(page, count):
            return None
        now = self._clock.monotonic()
        last = self._asked.get(read.key)
        if last is not None and now - last < longest.total_seconds() / SHORTEST:
            return None
        if since is not None and not budget.short_of(page, PAGES):
            return None
        self._asked[read.key] = now
        return await self._host.count(read, since=since)


def _worth(page: Sequence[Cost], count: Sequence[Cost]) -> bool:
    prices = {cost.of: cost.amount for cost in page}
    return bool(prices) and all(cost.amount * WORTH <= prices.get(cost.of, 0.0) for cost in count)
