"""What a network lets one credential take is kept here: nothing is asked that is not paid for.

A budget is one (network, credential, allowance). Before a request the most that it may take is
reserved, for all of its allowances or none, in one transaction that no other process interleaves
with; after the answer the reservation becomes what was spent. A request that was interrupted counts
as it was reserved. So two collectors on one credential do not exceed together, and a crash counts
too much, never too little. How much may be taken until when is ``limits``'.

Who may not ask is ``Held``: until the line has come so far, or (``used_up``) until the period ends
or what was taken long ago leaves the span. Where a poll is held so, that is written down for status
and operators. A network without allowances costs nothing here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.clock import Clock, finished
from listener.collecting import limits as rule
from listener.collecting.limits import Limit, limits_of
from listener.collecting.pace import Held
from listener.collecting.spread import Plan
from listener.networks.allowance import Allowance, Cost
from listener.settings.budgets import Cap
from listener.store import spending_rows
from listener.store.session import Database
from listener.store.spending_rows import Key

log = logging.getLogger(__name__)

BUSY = 60.0
"""Seconds before it is tried again where others have reserved what is left, and may not take it."""
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was reserved for one request: of an allowance, in which row, how much."""

    at: datetime
    parts: tuple[tuple[Key, datetime, float], ...] = ()


class Budget:
    """Of one network. ``caps``: what its section writes."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        network: str,
        allowances: Mapping[str, Allowance],
        caps: Sequence[Cap] = (),
    ) -> None:
        self._db, self._clock, self._network, self._caps = db, clock, network, caps
        self._allowances = allowances
        self._limits = {name: limits_of(of, caps) for name, of in allowances.items()}
        self._grains = {name: rule.grain(some) for name, some in self._limits.items()}
        self._paid: dict[str, tuple[date, set[str]]] = {}  # things of today, where those are free
        self._room: dict[str, float] = {}  # of an allowance: to the line, as last seen

    async def begin(self, connection: AsyncConnection, mark: str, plan: Plan) -> None:
        """Writes down what holds from now on, for status; a stop of before is void: what was
        written may have changed, and the next poll will see."""
        now = self._clock.now()
        rows = []
        for name, allowance in self._allowances.items():
            stretched = [
                [one.kind, one.reads, one.every.total_seconds(), one.to.total_seconds()]
                for one in plan.stretched
                if one.allowance == name
            ]
            rows.append(
                {
                    "network": self._network,
                    "credential": mark,
                    "allowance": name,
                    "unit": allowance.unit,
                    "limits": [_written(limit, allowance) for limit in self._limits[name]],
                    "planned": plan.rates.get(name),
                    "stretched": stretched,
                    "left_out": list(plan.unasked.get(name, ())),
                    "stopped_at": None,
                    "stopped_until": None,
                    "at": now,
                }
            )
        await spending_rows.plan(connection, rows)
        await spending_rows.forget_old(connection, self._network, now)

    async def reserve(
        self, mark: str, costs: Iterable[Cost], *, extra: bool = False
    ) -> Reserved | Held:
        """For one request, now. ``mark``: of the credential. ``extra``: it is no poll, but what
        polls lead to. Raises what the database raises: then nothing may be asked."""
        amounts, things = self._told_apart(costs)
        if not amounts and not things:
            return Reserved(self._clock.now())
        return await finished(self._reserve(mark, amounts, things, extra))

    async def _reserve(
        self, mark: str, amounts: Mapping[str, float], things: Mapping[str, set[str]], extra: bool
    ) -> Reserved | Held:
        now = self._clock.now()
        async with self._db.writing() as connection:
            for name in sorted({*amounts, *things}):
                await spending_rows.lock(connection, self._key(mark, name))
            held: list[tuple[str, Held]] = []
            for name, amount in amounts.items():
                held += await self._held(connection, mark, name, amount, now, extra)
            for name, items in things.items():
                held += await self._held_things(connection, mark, name, items, now)
            if held:
                name, worst = max(held, key=lambda one: (one[1].used_up, one[1].seconds))
                if worst.used_up and not extra:
                    until = now + timedelta(seconds=worst.seconds)
                    await spending_rows.stop(connection, self._key(mark, name), until, now)
                return worst
            parts = []
            for name, amount in amounts.items():
                key, bucket = self._key(mark, name), rule.bucket(now, self._grains[name])
                await spending_rows.reserve(connection, key, bucket, amount, now)
                parts.append((key, bucket, amount))
            for name, items in things.items():
                for item in sorted(items):
                    await spending_rows.thing(connection, self._key(mark, name), item, now)
        return Reserved(now, tuple(parts))

    async def settle(self, reserved: Reserved, spent: Iterable[Cost] | None) -> None:
        """After the answer. ``spent`` None: nobody knows, so all of it. Raises what the database
        raises: then it stays reserved, which counts as spent."""
        if reserved.parts:
            await finished(self._settle(reserved, spent))

    async def _settle(self, reserved: Reserved, spent: Iterable[Cost] | None) -> None:
        now = self._clock.now()
        took = None if spent is None else self._told_apart(self._unpaid(spent, now))[0]
        async with self._db.writing() as connection:
            for key, _bucket, _amount in sorted(reserved.parts, key=lambda part: part[0].allowance):
                await spending_rows.lock(connection, key)
            for key, bucket, amount in reserved.parts:
                really = amount if took is None else took.get(key.allowance, 0.0)
                await spending_rows.settle(connection, key, bucket, amount, really, now)
                # Asked before midnight and answered after it: the network may count it in either.
                later = rule.bucket(now, self._grains[key.allowance])
                if really and self._begun_anew(key.allowance, reserved.at, now):
                    await spending_rows.settle(connection, key, later, 0.0, really, now)

    def short_of(self, costs: Iterable[Cost], times: float) -> bool:
        """Whether less is to be had now, as far as is known without looking, than so many times
        ``costs``."""
        amounts, _things = self._told_apart(costs)
        return any(
            self._limits[name] and self._room.get(name, 0.0) < amount * times
            for name, amount in amounts.items()
        )

    def longest(self, costs: Iterable[Cost]) -> timedelta | None:
        """The longest period of the limits of what ``costs`` take; None where there is none."""
        amounts, _things = self._told_apart(costs)
        return max((x.length for name in amounts for x in self._limits[name]), default=None)

    async def _held(
        self,
        connection: AsyncConnection,
        mark: str,
        name: str,
        amount: float,
        now: datetime,
        extra: bool,
    ) -> list[tuple[str, Held]]:
        found, rooms, key = [], [], self._key(mark, name)
        for limit in self._limits[name]:
            begin, end = rule.period(limit, now)
            rolling = limit.per if isinstance(limit.per, timedelta) else None
            taken = await spending_rows.taken(
                connection, key, now, rolling=rolling, begin=None if rolling else begin,
                everyone=limit.ours,
            )  # fmt: skip
            said = self._said(name, limit, taken.settled)
            if taken.settled + amount > limit.most + _TOLERANCE:
                if rolling is not None:
                    leaving = await spending_rows.leaving(
                        connection, key, now, rolling, everyone=limit.ours
                    )
                    end = _free_at(leaving, taken.settled + amount - limit.most, now + rolling)
                found.append((name, _held(f"{said} used until", end, now, used_up=True)))
            elif taken.settled + taken.asking + amount > limit.most + _TOLERANCE:
                until = now + timedelta(seconds=BUSY)
                found.append((name, _held(f"{said} used, the rest reserved until", until, now)))
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
                found.append((name, _held(f"{said} used, spread out; on at", until, now)))
        if not extra:
            self._room[name] = min(rooms, default=0.0)
        return found

    async def _held_things(
        self, connection: AsyncConnection, mark: str, name: str, items: set[str], now: datetime
    ) -> list[tuple[str, Held]]:
        found, key = [], self._key(mark, name)
        for limit in self._limits[name]:
            begin, end = rule.period(limit, now)
            known = await spending_rows.things(connection, key, begin, everyone=limit.ours)
            over = len(known.keys() | items) - limit.most
            if over <= 0 or items <= known.keys():
                continue
            if isinstance(limit.per, timedelta):
                others = sorted(at for item, at in known.items() if item not in items)
                gone = others[int(over) - 1] if 0 < int(over) <= len(others) else now
                end = gone + limit.per
            said = self._said(name, limit, len(known))
            found.append((name, _held(f"{said} used until", end, now, used_up=True)))
        return found

    def _unpaid(self, costs: Iterable[Cost], now: datetime) -> list[Cost]:
        """Without what was paid for today already, where that is free. Remembered by this process
        only: after a restart it counts once more, which is too much, never too little."""
        left = []
        for cost in costs:
            allowance = self._allowances.get(cost.of)
            if allowance is None or not allowance.once_a_day or cost.item is None:
                left.append(cost)
                continue
            today = now.astimezone(ZoneInfo(allowance.zone)).date()
            day, paid = self._paid.setdefault(cost.of, (today, set()))
            if day != today:
                day, paid = self._paid[cost.of] = (today, set())
            if cost.item not in paid:
                paid.add(cost.item)
                left.append(cost)
        return left

    def _told_apart(self, costs: Iterable[Cost]) -> tuple[dict[str, float], dict[str, set[str]]]:
        """Amounts, and things where those are counted; of allowances that nobody declared, none."""
        amounts, things = dict[str, float](), dict[str, set[str]]()
        for cost in costs:
            allowance = self._allowances.get(cost.of)
            if allowance is None:
                log.error("%s: no allowance is called %r", self._network, cost.of)
            elif allowance.distinct:
                things.setdefault(cost.of, set()).add(cost.item or "-")
            elif cost.amount > 0:
                amounts[cost.of] = amounts.get(cost.of, 0.0) + cost.amount
        return amounts, things

    def _begun_anew(self, name: str, before: datetime, now: datetime) -> bool:
        return any(
            rule.period(limit, before)[0] != rule.period(limit, now)[0]
            for limit in self._limits[name]
            if not isinstance(limit.per, timedelta)
        )

    def _said(self, name: str, limit: Limit, taken: float) -> str:
        unit = self._allowances[name].unit
        return f"budget: {amount_text(taken)} {unit} of {amount_text(limit.most)}"

    def _key(self, mark: str, name: str) -> Key:
        return Key(self._network, mark, name)


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


def _written(limit: Limit, allowance: Allowance) -> list[object]:
    per = limit.per.total_seconds() if isinstance(limit.per, timedelta) else limit.per
    return [limit.most, per, limit.zone, limit.ours, allowance.distinct]


def amount_text(amount: float) -> str:
    """50, 12.5, 0.005: no more digits than it has, at most three after the point."""
    return f"{amount:.3f}".rstrip("0").rstrip(".")
