"""A page that a network brought of its own accord, stored as one that was asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from listener.collecting import hints, ledger
from listener.collecting.in_time import in_time
from listener.collecting.intake import Intake
from listener.collecting.ours import figures_of, posts_of
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
    of = of or Read("feed", hints.READ)  # of nobody's account
    sorting = intake.sort(page.mentions, to=of.brand if of.given else None)
    own = intake.sort(posts_of(of, page), by=of.brand)
    edited = await intake.edited(connection, sorting.others)
    arrivals = [*sorting.arrivals, *own.arrivals, *edited]
    ids, bad = await intake.store(connection, arrivals, source="push", now=now)
    if page.gone:
        gone = [Gone(native) for native in page.gone]
        await intake.remove(connection, network.name, gone, now=now)
    figures = figures_of(of, page, now)
    if intake.keep is not None and figures:
        bad += await intake.keep(connection, figures, now=now)
    entry = ledger.Entry(
        network.name,
        hints.READ,
        since=min((m.created_at for m in page.mentions if m.created_at), default=None),
        until=now,
        fetched=len(page.mentions) + page.skipped,
        matched=len(sorting.arrivals),
        skipped=page.skipped + sorting.skipped + own.skipped + bad,
    )
    await ledger.record(connection, entry, now)
    return ids
