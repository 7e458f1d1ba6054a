"""A page that a network brought of its own accord, stored as one that was asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import hints, ledger
from listener.collecting.in_time import in_time
from listener.collecting.intake import Intake
from listener.networks.base import Gone, Network, Page, Read


async def store_brought(
    connection: AsyncConnection,
    intake: Intake,
    network: Network,
    page: Page,
    of: Read | None,
    *,
    now: datetime,
) -> list[int]:
    """Ids of what is new or changed, to be told to ``intake`` once committed; the same page again
    changes nothing. ``of``: as whose page it is taken. Raises what the database raises."""
    page = in_time(page, network.mark, now)
    sorting = intake.sort(page.mentions)
    edited = await intake.edited(connection, sorting.others)
    arrivals = [*sorting.arrivals, *edited]
    ids, bad = await intake.store(connection, arrivals, source="push", now=now)
    if page.gone:
        gone = [Gone(native) for native in page.gone]
        await intake.remove(connection, network.name, gone, now=now)
    if intake.keep and (page.own_posts or page.figures):
        await intake.keep(connection, network.name, page, now=now)
    entry = ledger.Entry(
        network.name,
        hints.READ,
        since=min((m.created_at for m in page.mentions if m.created_at), default=None),
        until=now,
        fetched=len(page.mentions) + page.skipped,
        matched=len(sorting.arrivals) - bad,
        skipped=page.skipped + sorting.skipped + bad,
    )
    await ledger.record(connection, entry, now)
    return ids
