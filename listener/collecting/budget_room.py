"""Whether so much of one allowance is to be had now, and if not, until when it is held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import limits as rule
from listener.collecting.limits import Limit
from listener.collecting.pace import Held
from listener.store import spending_rows
from listener.store.spending_rows import Key

BUSY = 60.0
"""Seconds before it is tried again where others have reserved what is left, and may not take it."""
_TOLERANCE = 1e-9


async def held(
    connection: AsyncConnection,
    key: Key,
    limits: Sequence[Limit],
    amount: float,
    now: datetime,
    *,
    unit: str,
    extra: bool,
) -> tuple[list[Held], float]:
    """What of ``limits`` holds it, and how far it is to the nearest line. ``key`` is locked."""
    found, rooms = [], []
    for limit in limits:
        begin, end = rule.period(limit, now)
        rolling = limit.per if isinstance(limit.per, timedelta) else None
        taken = await spending_rows.taken(
            connection, key, now, rolling=rolling, begin=None if rolling else begin,
            everyone=limit.ours,
        )  # fmt: skip
        said = _said(limit, taken.settled, unit)
        if taken.settled + amount > limit.most + _TOLERANCE:
            if rolling is not None:
                leaving = await spending_rows.leaving(
                    connection, key, now, rolling, everyone=limit.ours
                )
                end = _free_at(leaving, taken.settled + amount - limit.most, now + rolling)
            found.append(_held(f"{said} used until", end, now, used_up=True))
        elif taken.settled + taken.asking + amount > limit.most + _TOLERANCE:
            until = now + timedelta(seconds=BUSY)
            found.append(_held(f"{said} used, the rest reserved until", until, now))
        line, lately = rule.line(limit, now, extra=extra), taken.settled
        if rolling is not None:
            lately = (
                await spending_rows.taken(
                    connection, key, now, rolling=rolling / rule.PARTS, everyone=limit.ours
                )
            ).settled
        rooms.append(line - lately)
        if lately > line:
            until = rule.on_line(limit, lately, now, extra=extra)
            found.append(_held(f"{said} used, spread out; on at", until, now))
    return found, min(rooms, default=0.0)


async def held_things(
    connection: AsyncConnection,
    key: Key,
    limits: Sequence[Limit],
    items: set[str],
    now: datetime,
    *,
    unit: str,
) -> list[Held]:
    """As ``held``, where different things are counted."""
    found = []
    for limit in limits:
        begin, end = rule.period(limit, now)
        known = await spending_rows.things(connection, key, begin, everyone=limit.ours)
        over = len(known.keys() | items) - limit.most
        if over <= 0 or items <= known.keys():
            continue
        if isinstance(limit.per, timedelta):
            others = sorted(at for item, at in known.items() if item not in items)
            gone = others[int(over) - 1] if 0 < int(over) <= len(others) else now
            end = gone + limit.per
        said = _said(limit, len(known), unit)
        found.append(_held(f"{said} used until", end, now, used_up=True))
    return found


def amount_text(amount: float) -> str:
    """50, 12.5, 0.005: no more digits than it has, at most three after the point."""
    return f"{amount:.3f}".rstrip("0").rstrip(".")


def _said(limit: Limit, taken: float, unit: str) -> str:
    return f"budget: {amount_text(taken)} {unit} of {amount_text(limit.most)}"


def _held(said: str, until: datetime, now: datetime, *, used_up: bool = False) -> Held:
    seconds = max((until - now).total_seconds(), 1.0)
    return Held(seconds, f"{said} {until:%Y-%m-%d %H:%M} UTC", used_up)


def _free_at(
    leaving: Sequence[tuple[datetime, float]], over: float, otherwise: datetime
) -> datetime:
    """When so much will have left."""
    for at, amount in leaving:
        over -= amount
        if over <= _TOLERANCE:
            return at
    return otherwise
