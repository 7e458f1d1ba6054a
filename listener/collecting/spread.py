"""How a network's allowances are spread over its reads: pure, before anything is asked.

What is counted by request or unit (YouTube's units, requests a day): polls may take ``POLLS`` of
it; the rest is for what they lead to, and a tenth that nobody plans. Where the polls would take
more, other spellings are dropped, the least likely first, and then the time between two polls of
the costly reads is stretched, all by the same factor.

What is counted by item (a price a post): asking less often brings the same posts later and saves
nothing, so nothing is stretched; the line of ``limits`` spreads it.

Where different things are counted (Instagram's hashtags): as many as there is room for, those that
the brands write before other spellings, in their order; the others are never asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from listener.collecting.limits import Limit, limits_of
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Read
from listener.settings.budgets import Cap

POLLS = 0.7
"""Of an allowance: for polls of the settings' reads. Two tenths are for what they lead to (pages,
comments, profiles, what is read again), a tenth for what cannot be foreseen: restarts."""
COSTLY = 0.1
"""A read that costs so much of the costliest is one of those that are stretched."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``reads`` reads of a kind are polled every ``to`` instead of ``every``, for an allowance."""

    allowance: str
    kind: str
    reads: int
    every: timedelta
    to: timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """``every``: key of a read to how often it is polled, where that was stretched. ``rates``: of
    an allowance, what polls take of it a second; None where it is counted by item. ``dropped``:
    other spellings for which there is no room. ``unasked``: of an allowance, the things for which
    there is none."""

    reads: tuple[Read, ...] = ()
    every: Mapping[str, timedelta] = field(default_factory=dict)
    rates: Mapping[str, float | None] = field(default_factory=dict)
    stretched: tuple[Stretch, ...] = ()
    dropped: tuple[Read, ...] = ()
    unasked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def by_item(allowance: Allowance) -> bool:
    """Whether what is counted is what comes, and not how often one asks."""
    return allowance.unit == "items" or allowance.unit.isupper()


def plan(
    reads: Sequence[Read],
    *,
    every: Callable[[Read], timedelta],
    cost: Callable[[Read], Iterable[Cost]],
    allowances: Mapping[str, Allowance],
    caps: Sequence[Cap] = (),
) -> Plan:
    """``every``: how often a read is due; ``cost``: the most that its first page may take."""
    costs = {read.key: tuple(cost(read)) for read in reads}
    kept, unasked = list(reads), dict[str, tuple[str, ...]]()
    for name, allowance in allowances.items():
        if allowance.distinct:
            limits = limits_of(allowance, caps)
            kept, lost = _things(kept, costs, name, limits)
            if lost:
                unasked[name] = lost
    turns = {read.key: every(read) for read in kept}
    own, stretched, dropped = dict(turns), list[Stretch](), list[Read]()
    rates: dict[str, float | None] = {}
    for name, allowance in allowances.items():
        if allowance.distinct or by_item(allowance):
            rates[name] = None
            continue
        amounts = {key: _amount(some, name) for key, some in costs.items()}
        limits = limits_of(allowance, caps)
        if limits:
            room = POLLS * min(limit.rate for limit in limits)
            kept, lost_reads = _without_spellings(kept, amounts, turns, room)
            dropped += lost_reads
            before = dict(turns)
            _stretch(kept, amounts, turns, room)
            stretched += _told(name, kept, before, turns)
        rates[name] = _rate(kept, amounts, turns)
    changed = {r.key: turns[r.key] for r in kept if turns[r.key] != own[r.key]}
    return Plan(tuple(kept), changed, rates, tuple(stretched), tuple(dropped), unasked)


def _amount(costs: Iterable[Cost], name: str) -> float:
    return sum(cost.amount for cost in costs if cost.of == name)


def _rate(
    reads: Iterable[Read], amounts: Mapping[str, float], turns: Mapping[str, timedelta]
) -> float:
    """What is taken a second."""
    return sum(amounts[r.key] / max(turns[r.key].total_seconds(), 1.0) for r in reads)


def _without_spellings(
    reads: list[Read], amounts: Mapping[str, float], turns: Mapping[str, timedelta], room: float
) -> tuple[list[Read], list[Read]]:
    others = [read for read in reads if read.spelling and amounts[read.key]]
    others.sort(key=lambda read: read.spelling)  # the sort is stable: in the order of the brands
    kept, dropped = list(reads), list[Read]()
    rate = _rate(kept, amounts, turns)
    while others and rate > room:
        dropped.append(others.pop())
        rate -= _rate(dropped[-1:], amounts, turns)
    gone = {read.key for read in dropped}
    return [read for read in kept if read.key not in gone], dropped


def _stretch(
    reads: Sequence[Read], amounts: Mapping[str, float], turns: dict[str, timedelta], room: float
) -> None:
    paid = [read for read in reads if amounts[read.key]]
    if not paid or _rate(paid, amounts, turns) <= room:
        return
    least = COSTLY * max(amounts[read.key] for read in paid)
    costly = [read for read in paid if amounts[read.key] >= least]
    cheap = _rate([read for read in paid if amounts[read.key] < least], amounts, turns)
    if cheap > room / 2:  # there is nothing to be had from the costly ones alone
        costly, cheap = paid, 0.0
    factor = _rate(costly, amounts, turns) / (room - cheap) if room > cheap else float("inf")
    for read in costly:
        seconds = min(max(turns[read.key].total_seconds(), 1.0) * factor, 366 * 86_400.0)
        turns[read.key] = timedelta(seconds=-int(-seconds // 1))  # rounded up


def _told(
    name: str,
    reads: Iterable[Read],
    before: Mapping[str, timedelta],
    after: Mapping[str, timedelta],
) -> list[Stretch]:
    groups: dict[tuple[str, timedelta, timedelta], int] = {}
    for read in reads:
        key = (read.kind, before[read.key], after[read.key])
        if key[1] != key[2]:
            groups[key] = groups.get(key, 0) + 1
    return [Stretch(name, kind, n, every, to) for (kind, every, to), n in groups.items()]


def _things(
    reads: Sequence[Read],
    costs: Mapping[str, Sequence[Cost]],
    name: str,
    limits: Sequence[Limit],
) -> tuple[list[Read], tuple[str, ...]]:
    """The reads that are asked, and the things that never are."""
    if not limits:
        return list(reads), ()
    most = min(limit.most for limit in limits)
    asked, lost, gone = set[str](), dict[str, None](), set[str]()
    for read in sorted(reads, key=lambda read: read.spelling):
        wanted = {c.item or read.key for c in costs[read.key] if c.of == name}
        if len(asked | wanted) <= most:
            asked |= wanted
        else:
            gone.add(read.key)
            lost.update(dict.fromkeys(sorted(wanted - asked)))
    return [read for read in reads if read.key not in gone], tuple(lost)
