"""Matches that wait for a decision: taken by lease, read as facts, finished under the lease."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.facts import Facts, HeadLabel, labelled
from listener.store.tables import brands, decisions, labels, matches, mentions

Pair = tuple[int, int]  # mention id, brand id
_PAIR = (matches.c.mention_id, matches.c.brand_id)


async def take_matches(
    connection: AsyncConnection,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    ids: Collection[int] | None = None,
) -> list[Pair]:
    """Leases up to ``limit`` waiting matches whose mention has been labelled (or set aside, or
    deleted upstream). ``ids``: only of these mentions. Oldest first."""
    ready = or_(mentions.c.state.in_(("labelled", "set_aside")), mentions.c.gone_at.is_not(None))
    free = or_(matches.c.taken_until.is_(None), matches.c.taken_until < now)
    wanted = (
        select(*_PAIR)
        .join(mentions, mentions.c.id == matches.c.mention_id)
        .where(matches.c.state == "waiting", ready, free)
        .order_by(matches.c.mention_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=matches)
    )
    if ids is not None:
        wanted = wanted.where(matches.c.mention_id.in_(list(ids)))
    taken = await connection.execute(
        update(matches)
        .where(tuple_(*_PAIR).in_(wanted))
        .values(taken_by=worker, taken_until=now + lease, tries=matches.c.tries + 1)
        .returning(*_PAIR)
    )
    return sorted((row.mention_id, row.brand_id) for row in taken)


async def finish_matches(
    connection: AsyncConnection, pairs: Sequence[Pair], *, worker: str, now: datetime
) -> set[Pair]:
    """Marks as decided those of ``pairs`` that ``worker`` still holds and that can still be
    decided (an edit in the meantime sends the mention back to be labelled); returns them."""
    labelled_still = (
        select(mentions.c.id)
        .where(mentions.c.id == matches.c.mention_id)
        .where(or_(mentions.c.state != "collected", mentions.c.gone_at.is_not(None)))
        .exists()
    )
    done = await connection.execute(
        update(matches)
        .where(
            tuple_(*_PAIR).in_(list(pairs)),
            matches.c.state == "waiting",
            matches.c.taken_by == worker,
            labelled_still,
        )
        .values(state="decided", taken_by=None, taken_until=None, tries=0, changed_at=now)
        .returning(*_PAIR)
    )
    return {(row.mention_id, row.brand_id) for row in done}


async def release_matches(
    connection: AsyncConnection, pairs: Sequence[Pair], *, worker: str
) -> None:
    await connection.execute(
        update(matches)
        .where(tuple_(*_PAIR).in_(list(pairs)), matches.c.taken_by == worker)
        .values(taken_by=None, taken_until=None)
    )


async def read_facts(connection: AsyncConnection, pairs: Collection[Pair]) -> list[Facts]:
    """The facts of each pair, by mention id."""
    if not pairs:
        return []
    decided = (
        select(func.max(decisions.c.revision))
        .where(
            and_(
                decisions.c.mention_id == matches.c.mention_id,
                decisions.c.brand_id == matches.c.brand_id,
            )
        )
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(
            mentions,
            matches.c.brand_id,
            matches.c.about,
            brands.c.name.label("brand"),
            brands.c.role.label("brand_role"),
            decided.label("decided_revision"),
        )
        .join(matches, matches.c.mention_id == mentions.c.id)
        .join(brands, brands.c.id == matches.c.brand_id)
        .where(tuple_(*_PAIR).in_(list(pairs)))
        .order_by(mentions.c.id, matches.c.brand_id)
    )
    found = rows.mappings().all()
    heads = await current_labels(connection, [row["id"] for row in found])
    return [_facts(row, heads.get(row["id"], {})) for row in found]


def _facts(row: Any, heads: dict[str, HeadLabel]) -> Facts:
    return Facts(
        mention_id=row["id"],
        brand_id=row["brand_id"],
        brand=row["brand"],
        brand_role=row["brand_role"],
        revision=row["revision"],
        network=row["network"],
        native_id=row["native_id"],
        kind=row["kind"],
        created_at=row["created_at"],
        author_id=row["author_id"],
        author_handle=row["author_handle"],
        followers=row["author_followers"],
        parent_id=row["parent_id"],
        thread_id=row["thread_id"],
        rating=row["rating"],
        hashtags=tuple(row["hashtags"] or ()),
        about=row["about"],
        gone=row["gone_at"] is not None,
        set_aside=row["state"] == "set_aside",
        decided_revision=row["decided_revision"],
        **labelled(heads),
    )


async def current_labels(
    connection: AsyncConnection, mention_ids: Collection[int]
) -> dict[int, dict[str, HeadLabel]]:
    """Mention id → head → (value, detail, source), of the mention's newest revision: a person's
    word before a model's, the newest of each kind."""
    rows = await connection.execute(
        select(labels.c.mention_id, labels.c.head, labels.c.value, labels.c.detail, labels.c.source)
        .join(mentions, mentions.c.id == labels.c.mention_id)
        .where(labels.c.mention_id.in_(set(mention_ids)))
        .where(labels.c.revision == mentions.c.revision)
        .order_by(labels.c.source.like("user:%"), labels.c.at)
    )
    current: dict[int, dict[str, HeadLabel]] = {}
    for row in rows:  # the strongest comes last and overwrites
        heads = current.setdefault(row.mention_id, {})
        heads[row.head] = (row.value, row.detail or {}, row.source)
    return current
