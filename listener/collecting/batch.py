"""Events of a stream, gathered until they are worth a transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from listener.collecting import cursors, ledger
from listener.collecting.cursors import Cursor
from listener.collecting.intake import Intake, Sorted
from listener.networks.base import Gone
from listener.networks.live import Stream
from listener.records import Mention
from listener.store.mentions import Arrival
from listener.store.session import Database

log = logging.getLogger(__name__)

LARGEST = 2**20
"""Bytes of one event that is looked at: no network writes posts of a tenth of that."""


@dataclass(slots=True)
class Batch:
    """``events``: all that came; ``changes``: posts and deletions, in order."""

    changes: list[Arrival | Mention | Gone] = field(default_factory=list)
    matched: int = 0
    events: int = 0
    mentions: int = 0
    skipped: int = 0
    position: str | None = None

    def arrived(self) -> list[Mention]:
        """What concerns a brand, in order."""
        return [change.mention for change in self.changes if isinstance(change, Arrival)]

    def complete(self, intake: Intake, mentions: Iterable[Mention]) -> None:
        """``mentions``: those of ``arrived``, completed, in their order; matched anew."""
        left, before, self.changes, self.matched = iter(mentions), self.changes, [], 0
        for change in before:
            if not isinstance(change, Arrival):
                self.changes.append(change)
                continue
            sorting = intake.again(Sorted([change], [], 0), [next(left)])
            self.skipped += sorting.skipped
            self.matched += len(sorting.arrivals)
            self.changes += sorting.arrivals or sorting.others

    def take(self, stream: Stream, intake: Intake, data: bytes) -> None:
        """Anything unreadable, or larger than ``LARGEST``, is counted; the position moves on all
        the same."""
        self.events += 1
        try:
            self.position = stream.position(data) or self.position
            if len(data) > LARGEST:
                log.warning("%s: an event of %d bytes was skipped", stream.name, len(data))
                self.skipped += 1
                return
            event = stream.event(data)
        except Exception:  # a firehose holds everything; one event must not stop it
            self.skipped += 1
            return
        if isinstance(event, Gone):
            self.changes.append(event)
        elif event is not None:
            self.mentions += 1
            sorting = intake.sort((event,))
            self.skipped += sorting.skipped
            self.matched += len(sorting.arrivals)
            self.changes += sorting.arrivals or sorting.others


async def write(
    db: Database, intake: Intake, batch: Batch, cursor: Cursor, *, network: str, now: datetime
) -> list[int]:
    """Stores the batch with the cursor that follows it; ids that are new or changed."""
    ids: list[int] = []
    bad = 0
    async with db.writing() as connection:
        left = await intake.concerned(connection, network, batch.changes)
        for erasing, run in groupby(left, lambda change: isinstance(change, Gone)):
            some = list(run)
            if erasing:
                gone = [change for change in some if isinstance(change, Gone)]
                await intake.remove(connection, network, gone, now=now)
                continue
            # A post that was edited within the batch: its last text is what is stored.
            latest = {_id(change): change for change in some}
            others = [change for change in latest.values() if isinstance(change, Mention)]
            arrivals = [change for change in latest.values() if isinstance(change, Arrival)]
            arrivals += await intake.edited(connection, others)
            stored, refused = await intake.store(connection, arrivals, source="stream", now=now)
            ids += stored
            bad += refused
        entry = ledger.Entry(
            cursor.network,
            cursor.read,
            since=cursor.pace.last_success,
            until=now,
            fetched=batch.mentions,
            matched=max(batch.matched - bad, 0),
            skipped=batch.skipped + bad,
        )
        await ledger.record(connection, entry, now)
        await cursors.save(connection, cursor)
    return ids


def _id(change: Arrival | Mention | Gone) -> str:
    return change.mention.id if isinstance(change, Arrival) else change.id
