"""From labelled matches to pending notices: take → decide → group → write → finish.

Decision, alert, its mentions and the pending notices are one transaction with the end of the
match's lease: a crash leaves either all of it or a match that waits and is taken again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.decide import Decision, Reason, decide
from alerts.deciding.directed import own_names
from alerts.deciding.facts import Facts
from alerts.deciding.facts_of_rows import read_facts
from alerts.desk.answered import show_replies
from alerts.desk.conversations import (
    holding,
    let_go,
    queue_notices,
    queue_thread_edit,
    touch,
)
from alerts.desk.folding import unfold
from alerts.desk.joining import join_conversations
from alerts.desk.turns import alone
from listener.settings import Settings, brands_of
from listener.store.first_start import began
from listener.store.latencies import observe
from listener.store.session import Database
from listener.store.tables import decisions
from listener.store.trouble import caused_by_rows, hand_back
from listener.store.upsert import upsert
from listener.store.work import DECIDE, finish_mine, set_aside, take

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
KEYS = ("mention_id", "brand_id", "revision")
RACES = 3
"""Other processes that may open one of a batch's conversations before it, one after the other."""


async def decide_some(
    db: Database,
    settings: Settings,
    *,
    worker: str,
    now: datetime,
    ids: Sequence[int] | None = None,
    limit: int = 200,
) -> int:
    """Decides up to ``limit`` waiting matches (``ids``: of these mentions only) and queues what is
    to be sent. Returns how many were decided; 0 means that nothing is free to take.

    Raises what the database raises when it cannot be reached; the leases then run out.
    """
    async with db.writing() as connection:
        rows = await take(
            connection, DECIDE, worker=worker, now=now, lease=LEASE, limit=limit, ids=ids
        )
    return await _decide(db, settings, rows, worker, now) if rows else 0


async def _decide(
    db: Database,
    settings: Settings,
    rows: Sequence[Row[Any]],
    worker: str,
    now: datetime,
    races: int = RACES,
) -> int:
    """A batch that fails by its rows is halved until the bad one is found; that one is decided as
    failed. One that met another process is still held, and sees now what that one wrote. Trouble of
    the database is raised, and no row's fault."""
    try:
        async with db.writing() as connection:
            return await _write(connection, settings, rows, worker, now)
    except Exception as error:
        if isinstance(error, IntegrityError) and races:
            return await _decide(db, settings, rows, worker, now, races - 1)
        if not caused_by_rows(error):
            await hand_back(db, DECIDE, rows, error, worker=worker, now=now)
            raise
        if len(rows) == 1:
            log.exception("mention %d could not be decided", rows[0].mention_id)
            why = f"{type(error).__name__}: {error}"
            async with db.writing() as connection:
                return await set_aside(connection, DECIDE, rows, worker=worker, reason=why, now=now)
        log.warning("deciding %d matches: %s; trying halves", len(rows), type(error).__name__)
    half = len(rows) // 2
    return await _decide(db, settings, rows[:half], worker, now) + await _decide(
        db, settings, rows[half:], worker, now
    )


async def _write(
    connection: AsyncConnection,
    settings: Settings,
    rows: Sequence[Row[Any]],
    worker: str,
    now: datetime,
) -> int:
    await alone(connection)
    ours = await finish_mine(connection, DECIDE, rows, worker=worker, now=now)
    pairs = [(row.mention_id, row.brand_id) for row in ours]
    reasons: Counter[str] = Counter()
    decided: list[tuple[Facts, Decision]] = []
    known: list[Facts] = []
    own = own_names(brands_of(settings))
    first = await began(connection)
    for facts in await read_facts(connection, pairs, own=own):
        decision = decide(
            facts,
            settings.routes,
            now=now,
            alert_within=settings.service.alert_within,
            min_confidence=settings.classifiers.sentiment.min_confidence,
            began=first,
        )
        reasons[decision.reason] += 1
        if decision.reason is Reason.duplicate_revision:
            known.append(facts)
        else:
            decided.append((facts, decision))
    await _store_decisions(connection, decided, now)
    await _notify(connection, settings, decided, now)
    await show_replies(connection, known, now)
    await observe(connection, "decided", _took(decided, now))
    if reasons:
        log.info("decided %s", {str(reason): n for reason, n in reasons.items()})
    return len(ours)


async def _notify(
    connection: AsyncConnection,
    settings: Settings,
    decided: Sequence[tuple[Facts, Decision]],
    now: datetime,
) -> None:
    """An edit or a deletion updates the cards that show the mention; only a mention that is on no
    card, or no longer says what its card does, may open one or follow up."""
    joining: list[tuple[Facts, Decision]] = []
    for facts, decision in decided:
        first_time = facts.decided_revision is None
        shown_on = [] if first_time else await holding(connection, facts)
        for alert_id in list(shown_on):
            if await unfold(connection, alert_id, facts):
                shown_on.remove(alert_id)
            if decision.reason is Reason.own_voice:
                await let_go(connection, alert_id, now)
            await touch(connection, alert_id, now)
            await queue_thread_edit(connection, alert_id, facts, now)
            await queue_notices(connection, alert_id, now)
        if decision.alerts and not shown_on:
            joining.append((facts, decision))
    await join_conversations(connection, joining, now=now, zone=settings.service.zone)


async def _store_decisions(
    connection: AsyncConnection, decided: Sequence[tuple[Facts, Decision]], now: datetime
) -> None:
    rows = [_row(facts, decision, now) for facts, decision in decided]
    await upsert(connection, decisions, rows, keys=KEYS)  # a deletion revises what was decided


def _took(decided: Sequence[tuple[Facts, Decision]], now: datetime) -> list[timedelta]:
    """How long new mentions waited for their decision; an edit is as late as its author made it."""
    return [
        now - facts.stored_at
        for facts, _decision in decided
        if facts.stored_at and facts.revision == 1 and facts.decided_revision is None
    ]


def _row(facts: Facts, decision: Decision, now: datetime) -> dict[str, object]:
    return {
        "mention_id": facts.mention_id,
        "brand_id": facts.brand_id,
        "revision": facts.revision,
        "route": decision.route,
        "reason": str(decision.reason),
        "detail": decision.detail,
        "at": now,
    }
