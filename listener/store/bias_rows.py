"""Biases as rows: every one that was fitted, and which of them is in use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.clicks import STILL
from listener.store.drawing import Scope
from listener.store.tables import biases, brands, matches, mentions

if TYPE_CHECKING:  # numpy is not needed to read rows
    from classifiers.bias import Fitted


class Used(NamedTuple):
    """A bias that new labels of a model get. version: what their source says behind a "+"."""

    version: str
    negative: float
    positive: float


class Matched(NamedTuple):
    """A match that a bias may concern."""

    mention_id: int
    brand_id: int
    network: str


async def in_use(connection: AsyncConnection, model: str) -> dict[Scope, Used]:
    """Of the biases that were fitted for ``model``, those in use."""
    c = biases.c
    rows = await connection.execute(
        select(c.brand_id, c.network, c.version, c.negative, c.positive)
        .where(c.since.is_not(None), c.ended_at.is_(None), c.model == model)
        .order_by(c.id)
    )
    return {
        Scope(brand_id, network): Used(version, negative, positive)
        for brand_id, network, version, negative, positive in rows
    }


async def matched(
    connection: AsyncConnection, ids: Collection[int], brand_ids: Collection[int]
) -> list[Matched]:
    """The matches of these mentions for these brands that were not taken away."""
    rows = await connection.execute(
        select(matches.c.mention_id, matches.c.brand_id, mentions.c.network)
        .join(mentions, mentions.c.id == matches.c.mention_id)
        .where(
            among(connection, matches.c.mention_id, ids),
            matches.c.brand_id.in_(sorted(brand_ids)),
            STILL,
        )
    )
    return [Matched(*row) for row in rows]


async def newest(connection: AsyncConnection, scope: Scope) -> dict[str, Any] | None:
    """The row that was fitted last, in use or not; None where none ever was."""
    c = biases.c
    rows = await connection.execute(
        select(biases)
        .where(c.brand_id == scope.brand_id, c.network == scope.network)
        .order_by(c.id.desc())
        .limit(1)
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row else None


async def save(
    connection: AsyncConnection,
    scope: Scope,
    fitted: Fitted,
    *,
    model: str,
    samples: Sequence[int],
    learned: str,
    now: datetime,
) -> bool:
    """Puts a bias in the place of the one before; False where another process did it just now. What
    is labelled already stays as it is, and so does the row of the one before."""
    await connection.execute(  # the lock that puts all fits of a brand into a line
        select(brands.c.id).where(brands.c.id == scope.brand_id).with_for_update()
    )
    before = await newest(connection, scope)
    if before and (before["model"], before["learned"]) == (model, learned):
        return False
    c = biases.c
    await connection.execute(
        update(biases)
        .where(c.brand_id == scope.brand_id, c.network == scope.network, c.ended_at.is_(None))
        .values(ended_at=now)
    )
    row = {
        "brand_id": scope.brand_id,
        "network": scope.network,
        "version": fitted.bias.version(model),
        "model": model,
        "negative": fitted.bias.negative,
        "positive": fitted.bias.positive,
        "width": fitted.width,
        "labels": fitted.labels,
        "measured": {
            "before": asdict(fitted.before),
            "after": asdict(fitted.after),
            "error": fitted.error,
        },
        "samples": list(samples),
        "learned": learned,
        "since": now if fitted.helps else None,
        "fitted_at": now,
    }
    await connection.execute(insert(biases), [row])
    return True


async def standing(
    connection: AsyncConnection, *, brand_id: int | None = None
) -> list[dict[str, Any]]:
    """The bias that was fitted last for each scope, with its brand's name, for people and scripts;
    times as ISO 8601 in UTC."""
    c = biases.c
    last = select(func.max(c.id)).group_by(c.brand_id, c.network)
    names = [
        c[name]
        for name in (
            "network", "version", "model", "negative", "positive", "width", "labels", "measured",
            "samples", "since", "fitted_at",
        )
    ]  # fmt: skip
    rows = await connection.execute(
        select(brands.c.name.label("brand"), *names)
        .join(brands, brands.c.id == c.brand_id)
        .where(c.id.in_(last), *([c.brand_id == brand_id] if brand_id is not None else []))
        .order_by(brands.c.name, c.network)
    )
    return [
        {
            **row,
            "since": row["since"].isoformat() if row["since"] else None,
            "fitted_at": row["fitted_at"].isoformat(),
        }
        for row in rows.mappings()
    ]
