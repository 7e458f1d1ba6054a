"""What a source's budget makes of it: how often each read is polled, and who keeps the budget."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from listener.clock import Clock
from listener.collecting.budget import Budget
from listener.collecting.charging import named
from listener.collecting.source import Source
from listener.collecting.spread import plan
from listener.networks.allowance import Cost
from listener.networks.base import Costs, Read
from listener.store.session import Database

log = logging.getLogger(__name__)


def planned(source: Source) -> Source:
    """``source`` with its plan, and without the reads for which there is no room; itself where it
    has one, or where nothing of the network is counted."""
    network = source.network
    if source.plan is not None or not isinstance(network, Costs) or not network.about.allowances:
        return source

    def cost(read: Read) -> Sequence[Cost]:
        try:
            return named(network.cost(read, None), read)
        except Exception as error:  # told when it is asked for
            log.debug("%s: %s: %s", network.name, read.kind, error)
            return ()

    made = plan(
        source.reads,
        every=source.every_of,
        cost=cost,
        allowances=network.about.allowances,
        caps=source.caps,
    )
    return replace(source, reads=made.reads, plan=made)


def budget_of(source: Source, db: Database, clock: Clock) -> Budget | None:
    """None where nothing of the network is counted: then nothing is written either."""
    network = source.network
    if not isinstance(network, Costs) or not network.about.allowances:
        return None
    return Budget(db, clock, network.name, network.about.allowances, source.caps)
