"""From labelled matches to pending notices: take → decide → group → write → finish.

Decision, alert, its mentions and the pending notices are one transaction with the end of the
match's lease: a crash leaves either all of it or a match that waits and is taken again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.conversations import (
    holding,
    join_conversation,
    queue_notices,
    queue_thread_edit,
    touch,
)
from alerts.decide import Decision, Reason, decide
from alerts.facts import Facts
from alerts.intake import Pair, finish_matches, read_facts, release_matches, take_matches
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import decisions, mentions
from listener.store.upsert import upsert

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
KEYS = ("mention_id", "brand_id", "revision")


async def decide_some(
    db: Database,
    settings: Settings,
    *,
    worker: str,
    now: datetime,
    ids: Collection[int] | None = None,
    limit: int = 200,
) -> int:
    """Decides up to ``limit`` waiting matches (``ids``: of these mentions only) and queues what is
    to be sent. Returns how many were decided; 0 means that nothing is free to take.

    Raises what the database raises when it cannot be reached; the leases then run out.
    """
    async with db.writing() as connection:
        pairs = await take_matches(
            connection, worker=worker, now=now, lease=LEASE, limit=limit, ids=ids
        )
    return await _decide(db, settings, pairs, worker, now) if pairs else 0


async def _decide(
    db: Database, settings: Settings, pairs: Sequence[Pair], worker: str, now: datetime
) -> int:
    """A batch that fails is halved until the bad row is found; that one is decided as failed."""
    try:
        async with db.writing() as connection:
            return await _write(connection, settings, pairs, worker, now)
    except DBAPIError as error:
        if error.connection_invalidated or len(pairs) == 1:
            raise
        log.warning("deciding %d matches: %s; trying halves", len(pairs), type(error).__name__)
    except Exception as error:
        if len(pairs) == 1:
            log.exception("mention %d could not be decided", pairs[0][0])
            return await _set_aside(db, pairs[0], worker, now, error)
        log.warning("deciding %d matches: %s; trying halves", len(pairs), type(error).__name__)
    half = len(pairs) // 2
    return await _decide(db, settings, pairs[:half], worker, now) + await _decide(
        db, settings, pairs[half:], worker, now
    )


async def _write(
    connection: AsyncConnection,
    settings: Settings,
    pairs: Sequence[Pair],
    worker: str,
    now: datetime,
) -> int:
    ours = await finish_matches(connection, pairs, worker=worker, now=now)
    if len(ours) < len(pairs):
        rest = [pair for pair in pairs if pair not in ours]
        await release_matches(connection, rest, worker=worker)
    reasons: Counter[str] = Counter()
    decided: list[tuple[Facts, Decision]] = []
    for facts in await read_facts(connection, ours):
        decision = decide(
            facts,
            settings.routes,
            now=now,
            alert_within=settings.service.alert_within,
            min_confidence=settings.classifiers.sentiment.min_confidence,
        )
        reasons[decision.reason] += 1
        if decision.reason is not Reason.duplicate_revision:
            decided.append((facts, decision))
    await _store_decisions(connection, decided, now)
    for facts, decision in decided:
        await _notify(connection, settings, facts, decision, now)
    if reasons:
        log.info("decided %s", dict(reasons))
    return len(ours)


async def _notify(
    connection: AsyncConnection, settings: Settings, facts: Facts, decision: Decision, now: datetime
) -> None:
    """An edit or a deletion updates the cards that show the mention; only a mention that is on no
    card yet may open one or follow up."""
    first_time = facts.decided_revision is None
    shown_on = [] if first_time else await holding(connection, facts)
    for alert_id in shown_on:
        await touch(connection, alert_id, now)
        await queue_thread_edit(connection, alert_id, facts, now)
        await queue_notices(connection, alert_id, now)
    if decision.alerts and not shown_on:
        zone = settings.service.zone
        alert_id = await join_conversation(connection, facts, decision, now=now, zone=zone)
        await queue_notices(connection, alert_id, now)


async def _store_decisions(
    connection: AsyncConnection, decided: Sequence[tuple[Facts, Decision]], now: datetime
) -> None:
    rows = [_row(facts, decision, now) for facts, decision in decided]
    await upsert(connection, decisions, rows, keys=KEYS)  # a deletion revises what was decided


def _row(facts: Facts, decision: Decision, now: datetime) -> dict[str, object]:
    return {
        "mention_id": facts.mention_id,
        "brand_id": facts.brand_id,
        "revision": facts.revision,
        "route": decision.route,
        "reason": decision.reason.value,
        "detail": decision.detail,
        "at": now,
    }


async def _set_aside(db: Database, pair: Pair, worker: str, now: datetime, error: Exception) -> int:
    """Without reading the row as facts: that may be what fails."""
    async with db.writing() as connection:
        done = await finish_matches(connection, [pair], worker=worker, now=now)
        if done:
            revision = await connection.execute(
                select(mentions.c.revision).where(mentions.c.id == pair[0])
            )
            row = {
                "mention_id": pair[0],
                "brand_id": pair[1],
                "revision": revision.scalar_one(),
                "route": None,
                "reason": Reason.failed.value,
                "detail": {"error": f"{type(error).__name__}: {error}"[:300]},
                "at": now,
            }
            await upsert(connection, decisions, [row], keys=KEYS)
    return len(done)
