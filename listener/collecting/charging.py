"""One request and what is paid for it: reserved before, settled after."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import httpx
from sqlalchemy.exc import SQLAlchemyError

from listener.collecting.budget import Budget, Reserved
from listener.collecting.outward import PrivateAddressError
from listener.collecting.pace import Held
from listener.networks.allowance import Cost
from listener.networks.base import Costs, Counts, Network, Read, Wait

log = logging.getLogger(__name__)

REREAD = Read("refresh")
"""What a request for stored posts, by their ids, is charged as."""
AUTHORS = Read("refresh", "authors")
"""What a request for authors, by their ids, is charged as."""
Spent = Callable[[httpx.Response], Sequence[Cost]]


@dataclass(frozen=True, slots=True)
class Charge:
    """``costs``: the most that it may take; ``spent``: what the answer did take. ``extra``: it is
    no poll of the settings' reads, but what they lead to."""

    budget: Budget
    mark: str
    costs: Sequence[Cost]
    spent: Spent
    extra: bool = False

    async def paid(
        self, request: httpx.Request, fetch: Callable[[], Awaitable[httpx.Response]]
    ) -> httpx.Response | Held | Wait:
        """The answer, or why nothing was asked. Raises what ``fetch`` raises."""
        try:
            reserved = await self.budget.reserve(self.mark, self.costs, extra=self.extra)
        except (SQLAlchemyError, OSError) as error:
            return Wait(None, f"not asked: the budget is not to be had: {_kind(error)}", "read")
        if isinstance(reserved, Held):
            return reserved
        try:
            response = await fetch()
        except Exception as error:
            await self._settle(reserved, () if _unasked(error, request) else None)
            raise
        await self._settle(reserved, self._spent(response))
        return response

    def _spent(self, response: httpx.Response) -> Sequence[Cost] | None:
        try:
            return self.spent(response)
        except Exception as error:  # a network's own bug: all of it, then
            log.error("what an answer took is not known: %s: %s", type(error).__name__, error)
            return None

    async def _settle(self, reserved: Reserved, spent: Sequence[Cost] | None) -> None:
        try:
            await self.budget.settle(reserved, spent)
        except (SQLAlchemyError, OSError) as error:  # it stays reserved, and counts as spent
            log.warning("what was spent could not be written: %s", _kind(error))


def charge(
    network: Network,
    budget: Budget | None,
    mark: str,
    read: Read,
    page: str | None,
    *,
    extra: bool = False,
) -> Charge | None:
    """What asking for ``page`` of ``read`` takes; None where nothing is counted."""
    if budget is None or not isinstance(network, Costs):
        return None
    costs = named(network.cost(read, page), read)
    return Charge(budget, mark, costs, lambda response: network.spent(response, read, page), extra)


def charge_count(network: Counts, budget: Budget | None, mark: str, read: Read) -> Charge | None:
    """What asking how many items wait takes: all of it, whatever the answer."""
    if budget is None:
        return None
    costs = named(network.count_cost(read), read)
    # Without a name: a count is paid for each time, also where things are paid for once a day.
    return Charge(budget, mark, costs, lambda response: network.count_cost(read))


def named(costs: Sequence[Cost], read: Read) -> list[Cost]:
    """A thing that has no name of its own is the read's."""
    return [replace(cost, item=cost.item or read.key) for cost in costs]


def _unasked(error: Exception, request: httpx.Request) -> bool:
    """Whether the request never left: nobody was there to take it."""
    if isinstance(error, PrivateAddressError):
        return True
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return False
    try:
        return error.request.url == request.url  # else a redirect led there
    except RuntimeError:
        return False


def _kind(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__
