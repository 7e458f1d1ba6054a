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
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.clock import Clock, finished
from listener.collecting import budget_room
from listener.collecting import limits as rule
from listener.collecting.budget_begun import begun
from listener.collecting.limits import limits_of
from listener.collecting.pace import Held
from listener.collecting.paid_today import PaidToday, day_of
from listener.collecting.spread import Plan
from listener.networks.allowance import Allowance, Cost
from listener.settings.budgets import Cap
from listener.store import spending_rows
from listener.store.session import Database
from listener.store.spending_rows import Key

log = logging.getLogger(__name__)


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
        self._paid = PaidToday()
        self._room: dict[str, float] = {}  # of an allowance: to the line, as last seen

    async def begin(self, connection: AsyncConnection, mark: str, plan: Plan) -> None:
        """Writes down what holds from now on, for status; a stop of before is void: what was
        written may have changed, and the next poll will see."""
        now = self._clock.now()
        rows = begun(self._network, mark, self._allowances, self._limits, plan, now)
        await spending_rows.plan(connection, rows)
        await spending_rows.forget_old(connection, self._network, now)

    async def reserve(
        self, mark: str, costs: Iterable[Cost], *, extra: bool = False, room: float = 1.0
    ) -> Reserved | Held:
        """For one request, now. ``mark``: of the credential. ``extra``: it is no poll, but what
        polls lead to. ``room``: so many times ``costs`` have to be there, for the rest is left to
        others. Raises what the database raises: then nothing may be asked."""
        amounts, things = self._told_apart(costs)
        if not amounts and not things:
            return Reserved(self._clock.now())
        return await finished(self._reserve(mark, amounts, things, extra, room))

    async def _reserve(
        self,
        mark: str,
        amounts: Mapping[str, float],
        things: Mapping[str, set[str]],
        extra: bool,
        room: float,
    ) -> Reserved | Held:
        now = self._clock.now()
        async with self._db.writing() as connection:
            await self._lock(connection, (self._key(mark, name) for name in {*amounts, *things}))
            worst = await self._held(connection, mark, amounts, things, now, extra, room)
            if worst is not None:
                name, held = worst
                if held.used_up and not extra:
                    until = now + timedelta(seconds=held.seconds)
                    await spending_rows.stop(connection, self._key(mark, name), until, now)
                return held
            parts = await self._written_down(connection, mark, amounts, now)
            for name, items in things.items():
                for item in sorted(items):
                    await spending_rows.thing(connection, self._key(mark, name), item, now)
        return Reserved(now, parts)

    async def settle(self, reserved: Reserved, spent: Iterable[Cost] | None) -> None:
        """After the answer. ``spent`` None: nobody knows, so all of it. Raises what the database
        raises: then it stays reserved, which counts as spent."""
        if reserved.parts:
            await finished(self._settle(reserved, None if spent is None else list(spent)))

    async def _settle(self, reserved: Reserved, spent: Sequence[Cost] | None) -> None:
        now = self._clock.now()
        async with self._db.writing() as connection:
            await self._lock(connection, (key for key, _bucket, _amount in reserved.parts))
            await self._book(connection, reserved, spent, now)
        self._booked(reserved, spent, now)

    async def roll(
        self,
        reserved: Reserved,
        spent: Sequence[Cost],
        mark: str,
        costs: Iterable[Cost],
        *,
        room: float = 1.0,
    ) -> tuple[Reserved, Held | None]:
        """What was ``spent`` of ``reserved`` so far is settled and ``costs`` are reserved in place
        of the rest, in one transaction. Where those are not to be had (why), or are none, the rest
        stays reserved, from now on. ``room``, what is raised: as ``reserve`` and ``settle``."""
        amounts, _things = self._told_apart(costs)
        return await finished(self._roll(reserved, spent, mark, amounts, room))

    async def _roll(
        self,
        reserved: Reserved,
        spent: Sequence[Cost],
        mark: str,
        amounts: Mapping[str, float],
        room: float,
    ) -> tuple[Reserved, Held | None]:
        now, worst = self._clock.now(), None
        async with self._db.writing() as connection:
            keys = {key for key, _bucket, _amount in reserved.parts}
            await self._lock(connection, keys | {self._key(mark, name) for name in amounts})
            rest = await self._book(connection, reserved, spent, now)
            if amounts:
                worst = await self._held(connection, mark, amounts, {}, now, False, room)
            again = rest if worst is not None or not amounts else amounts
            parts = await self._written_down(connection, mark, again, now)
        self._booked(reserved, spent, now)
        return Reserved(now, parts), worst[1] if worst else None

    def turned(self, before: datetime, now: datetime) -> bool:
        """Whether a period, or a day in which things are free, has begun anew in between."""
        return any(
            self._begun_anew(name, before, now)
            or (of.once_a_day and day_of(of, before) != day_of(of, now))
            for name, of in self._allowances.items()
        )

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

    async def _lock(self, connection: AsyncConnection, keys: Iterable[Key]) -> None:
        for key in sorted(set(keys), key=lambda key: (key.allowance, key.credential)):
            await spending_rows.lock(connection, key)

    async def _held(
        self,
        connection: AsyncConnection,
        mark: str,
        amounts: Mapping[str, float],
        things: Mapping[str, set[str]],
        now: datetime,
        extra: bool,
        room: float,
    ) -> tuple[str, Held] | None:
        """The allowance that holds it longest."""
        found: list[tuple[str, Held]] = []
        for name, amount in amounts.items():
            key, limits, unit = self._key(mark, name), self._limits[name], self._unit(name)
            some, left = await budget_room.held(
                connection, key, limits, amount * room, now, unit=unit, extra=extra
            )
            found += [(name, one) for one in some]
            if not extra:
                self._room[name] = left
        for name, items in things.items():
            key, limits, unit = self._key(mark, name), self._limits[name], self._unit(name)
            some = await budget_room.held_things(connection, key, limits, items, now, unit=unit)
            found += [(name, one) for one in some]
        return max(found, key=lambda one: (one[1].used_up, one[1].seconds)) if found else None

    async def _written_down(
        self, connection: AsyncConnection, mark: str, amounts: Mapping[str, float], now: datetime
    ) -> tuple[tuple[Key, datetime, float], ...]:
        parts = []
        for name, amount in amounts.items():
            key, bucket = self._key(mark, name), rule.bucket(now, self._grains[name])
            await spending_rows.reserve(connection, key, bucket, amount, now)
            parts.append((key, bucket, amount))
        return tuple(parts)

    async def _book(
        self,
        connection: AsyncConnection,
        reserved: Reserved,
        spent: Sequence[Cost] | None,
        now: datetime,
    ) -> dict[str, float]:
        """What is left of what was reserved, by allowance."""
        rest: dict[str, float] = {}
        for key, bucket, amount in reserved.parts:
            really, name = amount, key.allowance
            if spent is not None:
                costs = [cost for cost in spent if cost.of == name]
                allowance = self._allowances[name]
                really = await self._paid.amount(
                    connection, key, allowance, costs, reserved.at, now
                )
            await spending_rows.settle(connection, key, bucket, amount, really, now)
            if amount > really:
                rest[name] = amount - really
            # Asked before midnight and answered after it: the network may count it in either.
            if really and self._begun_anew(name, reserved.at, now):
                later = rule.bucket(now, self._grains[name])
                await spending_rows.settle(connection, key, later, 0.0, really, now)
        return rest

    def _booked(self, reserved: Reserved, spent: Sequence[Cost] | None, now: datetime) -> None:
        """What was free meanwhile is known only once that is written."""
        for key, _bucket, _amount in reserved.parts if spent is not None else ():
            costs = [cost for cost in spent or () if cost.of == key.allowance]
            allowance = self._allowances[key.allowance]
            self._paid.booked(key, allowance, costs, reserved.at, now)

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

    def _unit(self, name: str) -> str:
        return self._allowances[name].unit

    def _key(self, mark: str, name: str) -> Key:
        return Key(self._network, mark, name)
