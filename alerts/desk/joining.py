"""A batch of mentions joins its conversations: those nobody has spoken in yet are opened together.

An alert costs four statements on its own. In a batch most are the first of their conversation, so
all of those are looked up, opened and queued with one statement a table; the others go one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.decide import Decision
from alerts.deciding.facts import Facts
from alerts.desk.conversations import alert_row, first_notices, join_conversation
from alerts.desk.folding import LIVE, shared, story_rows
from alerts.desk.groups import group_key, thread_roots
from alerts.desk.stories import story_of
from alerts.outbox.notices import add_notices
from listener.store.among import among
from listener.store.bulk import insert_rows, new_ids
from listener.store.tables import alert_mentions, alerts, stories

Decided = tuple[Facts, Decision]
Key = tuple[int, str]  # brand id, group key


async def join_conversations(
    connection: AsyncConnection, decided: Sequence[Decided], *, now: datetime, zone: tzinfo
) -> None:
    """As ``join_conversation`` for each, in order. ``now`` is aware; ``zone``: of the days that
    part one author's conversations."""
    keys = [(facts.brand_id, group_key(facts, zone)) for facts, _decision in decided]
    told = [(facts.brand_id, story_of(facts)) for facts, _decision in decided]
    taken = await _spoken_in(connection, keys)
    again = await shared(connection, told)
    taken |= {key for key, is_shared in zip(keys, again, strict=True) if is_shared}
    taken |= {key for key, times in Counter(keys).items() if times > 1}
    taken |= {
        key for key, (facts, _) in zip(keys, decided, strict=True) if thread_roots(facts)
    }  # its conversation may be another's, and another's may be its own
    await _open(
        connection,
        [pair for key, pair in zip(keys, decided, strict=True) if key not in taken],
        now,
        zone,
    )
    for key, (facts, decision) in zip(keys, decided, strict=True):
        if key in taken:
            await join_conversation(connection, facts, decision, now=now, zone=zone)


async def _spoken_in(connection: AsyncConnection, keys: Sequence[Key]) -> set[Key]:
    """Those of ``keys`` that have an alert which a mention may join, whatever its route."""
    by_brand: dict[int, set[str]] = {}
    for brand_id, key in keys:
        by_brand.setdefault(brand_id, set()).add(key)
    spoken: set[Key] = set()
    for brand_id, of_brand in by_brand.items():
        rows = await connection.execute(
            select(alerts.c.group_key)
            .where(alerts.c.brand_id == brand_id)
            .where(among(connection, alerts.c.group_key, sorted(of_brand)))
            .where(alerts.c.state.in_((*LIVE, "resolved")))
        )
        spoken |= {(brand_id, key) for key in rows.scalars()}
    return spoken


async def _open(
    connection: AsyncConnection, decided: Sequence[Decided], now: datetime, zone: tzinfo
) -> None:
    if not decided:
        return
    ids = await new_ids(connection, alerts, len(decided))
    opened = list(zip(ids, decided, strict=True))
    await insert_rows(
        connection,
        alerts,
        [
            {"id": alert_id, **alert_row(facts, decision.route, decision.channel, now, zone)}
            for alert_id, (facts, decision) in opened
        ],
        keys=None,
    )
    await insert_rows(
        connection,
        alert_mentions,
        [
            {"alert_id": alert_id, "mention_id": facts.mention_id, "at": now}
            for alert_id, (facts, _decision) in opened
        ],
    )
    await insert_rows(
        connection,
        stories,
        [
            row
            for alert_id, (facts, _decision) in opened
            for row in story_rows(alert_id, facts.mention_id, story_of(facts))
        ],
    )
    await add_notices(
        connection,
        [
            row
            for alert_id, (_facts, decision) in opened
            for row in first_notices(alert_id, decision.channel, now)
        ],
    )
