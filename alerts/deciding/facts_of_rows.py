"""Matches that wait for a decision, read as facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.deciding.directed import handles_in, is_directed, parent_ours
from alerts.deciding.facts import Facts, RelevanceScore, labelled
from listener.store.among import among
from listener.store.label_rows import StoredLabel, current_labels, for_brand
from listener.store.own_posts import is_own
from listener.store.tables import brands, decisions, matches, mentions, relevance

Pair = tuple[int, int]  # mention id, brand id
_ROW = tuple(
    mentions.c[name]
    for name in (
        "id", "revision", "network", "native_id", "kind", "created_at", "created_known", "alerting",
        "author_id", "author_handle", "author_followers", "parent_id", "thread_id", "rating",
        "hashtags", "gone_at", "state", "collected_at", "text", "handles", "url", "source",
    )
)  # fmt: skip


_PARENT = mentions.alias("parent")


async def read_facts(
    connection: AsyncConnection,
    pairs: Collection[Pair],
    *,
    own: Mapping[str, frozenset[str]] | None = None,
) -> list[Facts]:
    """The facts of each pair, by mention id. own: the names of each brand's own accounts
    (``directed.own_names``); without them nobody knows which handles are the brand's."""
    if not pairs:
        return []
    wanted = sorted({mention_id for mention_id, _brand_id in pairs})
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
            *_ROW,
            matches.c.brand_id,
            matches.c.about,
            matches.c.about_by,
            matches.c.evidence,
            relevance.c.least,
            relevance.c.labels,
            relevance.c.since,
            brands.c.name.label("brand"),
            brands.c.role.label("brand_role"),
            decided.label("decided_revision"),
            _answers_own_post().label("answers_own_post"),
            is_own(mentions.c.network, mentions.c.native_id, matches.c.brand_id).label("is_own"),
            _of_parent(_PARENT.c.author_handle).label("parent_handle"),
            _of_parent(_PARENT.c.author_id).label("parent_author"),
        )
        .join(matches, matches.c.mention_id == mentions.c.id)
        .join(brands, brands.c.id == matches.c.brand_id)
        .outerjoin(relevance, relevance.c.brand_id == matches.c.brand_id)
        .where(among(connection, mentions.c.id, wanted))
        .order_by(mentions.c.id, matches.c.brand_id)
    )
    pair_set = set(pairs)
    matched = [row for row in rows.mappings() if (row["id"], row["brand_id"]) in pair_set]
    heads = await current_labels(connection, wanted)
    names = own or {}
    return [
        _facts(
            row,
            for_brand(heads.get(row["id"], {}), row["brand_id"]),
            names.get(row["brand"], frozenset()),
        )
        for row in matched
    ]


def _answers_own_post() -> ColumnElement[bool]:
    return is_own(mentions.c.network, mentions.c.parent_id, matches.c.brand_id)


def _of_parent(column: ColumnElement[str | None]) -> ColumnElement[str | None]:
    """Of the mention that this one answers, where that is stored: looked up by its key, for joined
    it might be hashed over the whole table."""
    return (
        select(column)
        .where(
            _PARENT.c.network == mentions.c.network,
            _PARENT.c.native_id == mentions.c.parent_id,
        )
        .scalar_subquery()
    )


def _directed(row: Any, own: frozenset[str]) -> bool | None:
    evidence: Sequence[Sequence[str]] = row["evidence"] or ()
    authors = (row["parent_handle"], row["parent_author"])
    places = {place for _term, place, _found in evidence}
    return is_directed(
        row["kind"],
        handles_in(row["text"], row["handles"] or ()),
        own,
        continues=row["parent_id"] is not None,
        parent_is_ours=parent_ours(bool(row["answers_own_post"]), authors, own),
        is_given="given" in places,
        to_account="account" in places,
    )


def _passed_on(row: Any, own: frozenset[str]) -> bool:
    """A repost of what the brand wrote holds no word of who reposts it."""
    if row["kind"] != "repost":
        return False
    authors = (row["parent_handle"], row["parent_author"])
    return bool(parent_ours(bool(row["answers_own_post"]), authors, own))


def _relevance(row: Any) -> RelevanceScore | None:
    if row["about_by"] is None or row["since"] is None:
        return None
    return RelevanceScore(row["about_by"], row["least"], row["labels"], row["since"].isoformat())


def _facts(row: Any, heads: Mapping[str, StoredLabel], own: frozenset[str]) -> Facts:
    model = _relevance(row)
    unused = row["about_by"] is not None and model is None  # no model stands behind it now
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
        created_known=row["created_known"],
        alerting=row["alerting"],
        author_id=row["author_id"],
        author_handle=row["author_handle"],
        followers=row["author_followers"],
        parent_id=row["parent_id"],
        directed=_directed(row, own),
        thread_id=row["thread_id"],
        rating=row["rating"],
        hashtags=tuple(row["hashtags"] or ()),
        about=None if unused else row["about"],
        relevance=model,
        gone=row["gone_at"] is not None,
        own_voice=bool(row["is_own"]) or _passed_on(row, own),
        set_aside=row["state"] == "set_aside",
        decided_revision=row["decided_revision"],
        source=row["source"],
        text=row["text"],
        url=row["url"],
        stored_at=row["collected_at"],
        **labelled(heads),
    )
