"""What the settings ask for more often than it can be had: arithmetic, before anything is asked.

A host gives so many requests a second (``About.rate``), and so many are under way at once
(``slots.PLACES``). What was measured is ``listener.store.lateness``'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from listener.collecting.slots import PLACES
from listener.collecting.source import Source
from listener.networks.base import Read

A_READ = 2.0
"""Seconds of one read of a site that nobody has measured yet: many answer in half of one, some
take twenty."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """``reads`` that are to be read ``every`` so often need ``takes`` for one round."""

    network: str
    reads: int
    every: timedelta
    takes: timedelta


def too_often(sources: Sequence[Source]) -> list[TooOften]:
    """For each network whose reads do not fit, the most wanting of its hosts or all together."""
    found = []
    for source in sources:
        hosts: dict[str, list[Read]] = {}
        for read in source.reads:
            hosts.setdefault(_host(source, read), []).append(read)
        crowds = [(reads, 1 / source.rate) for reads in hosts.values()]
        if len(hosts) > 1:
            crowds.append((list(source.reads), A_READ / PLACES))
        worst = max(crowds, key=lambda crowd: _demand(source, *crowd), default=None)
        if worst is not None and _demand(source, *worst) > 1:
            reads, cost = worst
            every = min(source.every_of(read) for read in reads)
            takes = timedelta(seconds=round(len(reads) * cost))
            found.append(TooOften(source.network.name, len(reads), every, takes))
    return found


def _demand(source: Source, reads: Sequence[Read], cost: float) -> float:
    """Seconds of work that fall due in a second; ``cost``: of one read."""
    return sum(cost / max(source.every_of(read).total_seconds(), 1.0) for read in reads)


def _host(source: Source, read: Read) -> str:
    try:
        request = source.network.request(read, credential=None, since=None, page=None)
        return request.url.netloc.decode("ascii", "replace")
    except Exception:  # no address without its token: all reads of such a network are one host's
        return ""
