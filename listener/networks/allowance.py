"""What a network lets a credential take, and what a request takes of it: declared here, planned,
kept and stopped by the runner (``listener.collecting.budget``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Span = timedelta | Literal["day", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """``most`` in every ``per``: a rolling span, or a calendar day or month in ``zone``, at whose
    midnight it begins anew. ``most`` None: only what the settings allow bounds it.

    ``distinct``: different things are counted (Instagram's hashtags), the same again is free.
    ``unit``: "units", "requests", "items", or a currency ("USD"), as a ``budget`` of the settings
    names it; a budget in that unit bounds this allowance, too.
    """

    most: float | None
    per: Span
    unit: str
    zone: str = "UTC"
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """``amount`` of the allowance called ``of`` (a key of ``About.allowances``). ``item``: which
    thing it is, where the allowance counts different ones."""

    of: str
    amount: float = 1.0
    item: str | None = None
