"""What a network lets a credential take, and what a request takes of it: declared here, planned,
kept and stopped by the runner (``listener.collecting.budget``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import httpx

from listener.records import Credential

if TYPE_CHECKING:
    from listener.networks.base import Read

Span = timedelta | Literal["day", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """``most`` in every ``per``: a rolling span, or a calendar day or month in ``zone``, at whose
    midnight it begins anew. ``most`` None: only what the settings allow bounds it.

    ``distinct``: different things are counted (Instagram's hashtags), the same again is free.
    ``once_a_day``: a thing (``Cost.item``) that was paid for is free for the rest of the day in
    ``zone`` (X bills so).
    ``unit``: "units", "requests", "items", or a currency ("USD"), as a ``budget`` of the settings
    names it; a budget in that unit bounds this allowance, too.
    """

    most: float | None
    per: Span
    unit: str
    zone: str = "UTC"
    distinct: bool = False
    once_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """``amount`` of the allowance called ``of`` (a key of ``About.allowances``). ``item``: which
    thing it is, where the allowance counts different ones."""

    of: str
    amount: float = 1.0
    item: str | None = None


@runtime_checkable
class Costs(Protocol):
    """What a network offers besides, where its allowances (``About.allowances``) are counted.

    ``cost``: the most that asking for this page may take, known before it is asked for; ``spent``:
    what the answer, also one that refuses, did take (X bills by item read). Where a request takes
    nothing, nothing. A request for stored posts is asked about as ``Read("refresh")``, one for
    authors as ``Read("refresh", "authors")``."""

    def cost(self, read: Read, page: str | None) -> Sequence[Cost]: ...
    def spent(self, response: httpx.Response, read: Read, page: str | None) -> Sequence[Cost]: ...


@runtime_checkable
class Counts(Protocol):
    """What a network offers besides, where items are paid for and how many of them wait can be
    asked for less than they cost.

    ``count_request``: how many items newer than ``since`` a walk of ``read`` would bring; None
    where that cannot be asked of this read. ``count_cost``: what asking takes. ``parse_count`` is
    as total as ``parse``: None where the answer does not say; raises BadPage. ``cost_of``: what
    reading so many items takes. The runner (``listener.collecting.counting``) asks before a walk
    begins, where a count may save more than it takes: none waits, nothing is asked; more wait than
    can be paid for, the ledger says how many were left."""

    def count_cost(self, read: Read) -> Sequence[Cost]: ...
    def count_request(
        self, read: Read, *, credential: Credential | None, since: str | None
    ) -> httpx.Request | None: ...
    def parse_count(self, response: httpx.Response) -> int | None: ...
    def cost_of(self, read: Read, items: int) -> Sequence[Cost]: ...
