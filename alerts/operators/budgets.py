"""Budgets that are used up, told to the operators once, and that reading goes on.

A read that waits for its budget is in no trouble: nobody hears of it by itself. What a collector
wrote of its budgets (``stopped_until``) is looked at here, and hangs on an outage of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.operators.outages import Outage, begin, tell, well
from listener.settings import Settings
from listener.store.session import Database
from listener.store.spending_rows import all_budgets
from listener.words import Words

BUDGET = "budget:"
"""Begins the subject of an outage of a budget."""


async def look_at_budgets(
    db: Database, settings: Settings, words: Words, there: Mapping[str, Outage], now: datetime
) -> int:
    """``there``: open outages by subject. Returns how many messages were queued."""
    async with db.reading() as connection:
        rows = await all_budgets(connection)
    stopped: dict[str, tuple[str, str, datetime]] = {}
    for row in rows:
        until = row["stopped_until"]
        if until is not None and until > now:
            subject = f"{BUDGET}{row['network']}:{row['allowance']}"
            stopped.setdefault(subject, (row["network"], row["unit"], until))
    queued = 0
    for subject, (network, unit, until) in stopped.items():
        before, nobody = there.get(subject), settings.service.operators is None
        if before is not None and before.well_since is None and (nobody or before.told_at):
            continue
        async with db.writing() as connection:
            queued += await _used_up(
                connection, settings, words, subject, network, unit, until, now
            )
    for subject, outage in there.items():
        if subject.startswith(BUDGET) and subject not in stopped:
            async with db.writing() as connection:
                queued += await _on(connection, settings, words, outage, now)
    return queued


async def _used_up(
    connection: AsyncConnection,
    settings: Settings,
    words: Words,
    subject: str,
    network: str,
    unit: str,
    until: datetime,
    now: datetime,
) -> int:
    outage = await begin(connection, subject, "budget", None, now)
    channel = settings.service.operators
    if channel is None:
        return 0
    text = words.say(
        "budget.used_up",
        network=words.one_of("network", network),
        unit=words.one_of("unit", unit),
        until=words.moment(until, settings.service.zone),
    )
    return int(await tell(connection, outage, channel, text, now))


async def _on(
    connection: AsyncConnection, settings: Settings, words: Words, outage: Outage, now: datetime
) -> int:
    ended = await well(connection, outage, now)
    channel = settings.service.operators
    if not ended or outage.told_at is None or channel is None:
        return 0
    network = outage.subject.removeprefix(BUDGET).partition(":")[0]
    text = words.say("budget.on", network=words.one_of("network", network))
    back = Outage(outage.id, outage.subject, "back", None, outage.began_at, now, now)
    return int(await tell(connection, back, channel, text, now))
