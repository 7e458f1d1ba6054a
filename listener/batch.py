"""Events of a stream, gathered until they are worth a transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from listener.intake import Arrival, Intake
from listener.networks.base import Gone, Stream
from listener.store import cursors, ledger
from listener.store.cursors import Cursor
from listener.store.session import Database


@dataclass(slots=True)
class Batch:
    """``events``: all that came; ``changes``: what concerns a brand, and deletions, in order."""

    changes: list[Arrival | Gone] = field(default_factory=list)
    events: int = 0
    mentions: int = 0
    skipped: int = 0
    position: str | None = None

    def take(self, stream: Stream, intake: Intake, data: bytes) -> None:
        """Anything unreadable is counted; the position moves on all the same."""
        self.events += 1
        try:
            event = stream.event(data)
            self.position = stream.position(data) or self.position
        except Exception:  # a firehose holds everything; one event must not stop it
            self.skipped += 1
            return
        if isinstance(event, Gone):
            self.changes.append(event)
        elif event is not None:
            self.mentions += 1
            found = intake.sort((event,))
            self.skipped += found.skipped
            self.changes.extend(found.arrivals)


async def write(
    db: Database, intake: Intake, batch: Batch, cursor: Cursor, *, network: str, now: datetime
) -> list[int]:
    """Stores the batch with the cursor that follows it; ids that are new or changed."""
    ids: list[int] = []
    matched = bad = 0
    async with db.writing() as connection:
        for kind, run in groupby(batch.changes, type):
            some = list(run)
            if kind is Gone:
                gone = [change for change in some if isinstance(change, Gone)]
                await intake.remove(connection, network, gone, now=now)
                continue
            arrivals = [change for change in some if isinstance(change, Arrival)]
            # A post that was edited within the batch: its last text is what is stored.
            latest = {arrival.mention.id: arrival for arrival in arrivals}
            stored, refused = await intake.store(
                connection, list(latest.values()), source="stream", now=now
            )
            ids += stored
            matched += len(latest)
            bad += refused
        entry = ledger.Entry(
            cursor.network,
            cursor.read,
            since=cursor.pace.last_success,
            until=now,
            fetched=batch.mentions,
            matched=matched - bad,
            skipped=batch.skipped + bad,
        )
        await ledger.record(connection, entry, now)
        await cursors.save(connection, cursor)
    return ids
