"""A network whose requests are counted, made for one test; and a budget with its clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from listener.collecting.budget import Budget, Reserved
from listener.networks import about
from listener.networks.about import About
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Read
from listener.records import Credential
from listener.store.session import Database
from tests.upstream import Plain

A_DAY = Allowance(most=100, per="day", unit="units", zone="America/Los_Angeles")
TAGS = Allowance(most=3, per=timedelta(days=7), unit="hashtags", distinct=True)
USD = Allowance(most=None, per="month", unit="USD")
NOON = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # in Los Angeles

Costing = Callable[[Read, str | None], Sequence[Cost]]


@dataclass
class Wall:
    """A clock that a test sets."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOON).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def known(**of: Any) -> About:
    """What is declared of a network that is counted so."""
    return dataclasses.replace(about("hackernews"), name="plain", live=None, **of)


def paid(
    allowances: Mapping[str, Allowance],
    cost: Costing,
    spent: Callable[[httpx.Response], Sequence[Cost]] | None = None,
    **of: Any,
) -> type[Plain]:
    """A class of networks; without ``spent`` an answer takes what it might."""

    @dataclass(frozen=True)
    class Paid(Plain):
        about: ClassVar[About] = known(allowances=allowances, **of)

        def cost(self, read: Read, page: str | None) -> Sequence[Cost]:
            return cost(read, page)

        def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]:
            return cost(read, page) if spent is None else spent(response)

    return Paid


def counted(
    allowances: Mapping[str, Allowance],
    cost: Costing,
    spent: Callable[[httpx.Response], Sequence[Cost]],
    price: Callable[[int], Sequence[Cost]],
    count: Sequence[Cost],
    **of: Any,
) -> type[Plain]:
    """As ``paid``, where how many items wait can be asked at ``/count``."""
    base = paid(allowances, cost, spent, **of)

    @dataclass(frozen=True)
    class Counted(base):  # type: ignore[misc, valid-type]
        def count_cost(self, read: Read) -> Sequence[Cost]:
            return count

        def count_request(
            self, read: Read, *, credential: Credential | None, since: str | None
        ) -> httpx.Request | None:
            asked = {"since": since or ""}
            return httpx.Request("GET", f"{self.api_url}/count", params=asked)

        def parse_count(self, response: httpx.Response) -> int | None:
            number = response.json().get("count")
            return number if isinstance(number, int) else None

        def cost_of(self, read: Read, items: int) -> Sequence[Cost]:
            return price(items)

    return Counted


async def took(budget: Budget, amount: float, *, of: str = "units", extra: bool = False) -> bool:
    """Asks for so much and takes all of it; False where it was not to be had."""
    reserved = await budget.reserve("", [Cost(of, amount)], extra=extra)
    if not isinstance(reserved, Reserved):
        return False
    await budget.settle(reserved, [Cost(of, amount)])
    return True


def budget(db: Database, clock: Wall, name: str = "plain", **allowances: Allowance) -> Budget:
    return Budget(db, clock, name, allowances or {"units": A_DAY})
