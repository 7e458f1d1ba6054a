"""The model that clicks taught of each brand's name, and the scores it gives, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.clicks import STILL, Clicked, names_in
from listener.store.tables import brands, matches, relevance
from listener.store.upsert import insert_new

if TYPE_CHECKING:  # numpy is not needed to read rows
    from classifiers.relevance.fitting import Fitted

_MEASURED = ("least", "hidden", "caught", "apart", "labels", "ours")


@dataclass(frozen=True, slots=True)
class StoredRelevance:
    """A fitted model's row. reads: the reader it needs; learned: [mention id, about] of its clicks;
    since: in use since, None where it is not good enough to use."""

    version: str
    reads: str
    learned: list[list[Any]]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Match:
    """A match that may be scored. names: what of the text matched, as it is written there."""

    mention_id: int
    brand_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A match's score for the text of ``revision``, and the version of the model that gave it."""

    mention_id: int
    brand_id: int
    revision: int
    about: float
    about_by: str


async def in_use(connection: AsyncConnection, reads: str) -> dict[int, str]:
    """brand id -> version, of the models that are good enough and understand the reader."""
    c = relevance.c
    rows = await connection.execute(
        select(c.brand_id, c.version).where(c.since.is_not(None), c.reads == reads)
    )
    return {brand_id: version for brand_id, version in rows}  # noqa: C416


async def model_of(connection: AsyncConnection, brand_id: int, version: str) -> bytes | None:
    """The model itself; None where another has taken its place."""
    c = relevance.c
    result = await connection.execute(
        select(c.model).where(c.brand_id == brand_id, c.version == version)
    )
    return result.scalar_one_or_none()


async def to_score(
    connection: AsyncConnection, ids: Collection[int], brand_ids: Collection[int]
) -> list[Match]:
    """The matches of these mentions for these brands that rest on a name."""
    rows = await connection.execute(
        select(matches.c.mention_id, matches.c.brand_id, matches.c.evidence).where(
            among(connection, matches.c.mention_id, ids),
            matches.c.brand_id.in_(sorted(brand_ids)),
            STILL,
        )
    )
    named = [(mention_id, brand_id, names_in(evidence)) for mention_id, brand_id, evidence in rows]
    return [Match(mention_id, brand_id, names) for mention_id, brand_id, names in named if names]


async def write_scores(connection: AsyncConnection, scores: Sequence[Scored]) -> None:
    """Scores of matches that are as they were: not of another revision, nor taken away since."""
    rows = [
        {
            "of": score.mention_id,
            "by": score.brand_id,
            "that": score.revision,
            "score": score.about,
            "model": score.about_by,
        }
        for score in sorted(scores, key=lambda score: (score.mention_id, score.brand_id))
    ]
    if rows:
        await connection.execute(
            update(matches)
            .where(
                matches.c.mention_id == bindparam("of"),
                matches.c.brand_id == bindparam("by"),
                matches.c.revision == bindparam("that"),
                STILL,
            )
            .values(about=bindparam("score"), about_by=bindparam("model")),
            rows,
        )


async def stored(connection: AsyncConnection, brand_id: int) -> StoredRelevance | None:
    """What was fitted last for a brand, used or not."""
    c = relevance.c
    rows = await connection.execute(
        select(c.version, c.reads, c.learned, c.since).where(c.brand_id == brand_id)
    )
    row = rows.first()
    return StoredRelevance(row.version, row.reads, row.learned, row.since) if row else None


async def save(
    connection: AsyncConnection,
    brand_id: int,
    fitted: Fitted,
    learned: Sequence[Clicked],
    *,
    before: StoredRelevance | None,
    now: datetime,
) -> bool:
    """Puts a model in the place of ``before``; False where another process was quicker."""
    since = (before.since if before and before.since else now) if fitted.good else None
    row = {
        "version": fitted.model.version,
        "reads": fitted.model.reads,
        "model": fitted.model.pack(),
        **{name: getattr(fitted, name) for name in _MEASURED},
        "learned": [[click.mention_id, click.about] for click in learned],
        "since": since,
        "fitted_at": now,
    }
    if before is None:
        await insert_new(connection, relevance, [{"brand_id": brand_id, **row}])
        there = await stored(connection, brand_id)
        return there is not None and there.version == row["version"]
    c = relevance.c
    done = await connection.execute(
        update(relevance).where(c.brand_id == brand_id, c.version == before.version).values(row)
    )
    return done.rowcount == 1


async def drop(connection: AsyncConnection, brand_id: int, before: StoredRelevance) -> None:
    """Too little is left to learn from: the model of texts that are gone goes as well."""
    c = relevance.c
    await connection.execute(
        delete(relevance).where(c.brand_id == brand_id, c.version == before.version)
    )


async def standing(connection: AsyncConnection) -> list[dict[str, Any]]:
    """How every fitted model stands, for ``status``; times as ISO 8601 in UTC."""
    c = relevance.c
    rows = await connection.execute(
        select(brands.c.name.label("brand"), c.version, *(c[name] for name in _MEASURED),
               c.since, c.fitted_at)
        .join(brands, brands.c.id == c.brand_id)
        .order_by(brands.c.name)
    )  # fmt: skip
    return [
        {
            **row,
            "since": row["since"].isoformat() if row["since"] else None,
            "fitted_at": row["fitted_at"].isoformat(),
        }
        for row in rows.mappings()
    ]
