"""The labels that count: of the current revision, a person's before a model's, the newest first."""

from __future__ import annotations

from sqlalchemy import Select, Subquery, and_, case, func, or_, select

from listener.store.tables import labels, matches, mentions

PERSON = "user:"
"""Prefix of ``labels.source`` where a person gave the label."""


def about_head(brand_id: int) -> str:
    """The head of what people say: is this mention about that brand, "yes" or "no"? One mention may
    have matched several."""
    return f"about:{brand_id}"


def effective(head: str) -> Subquery:
    """One row a mention: ``mention_id, value, detail, source`` of ``head``; to be joined."""
    name = head.replace(":", "_")
    person_first = case((labels.c.source.startswith(PERSON), 0), else_=1)
    place = (
        func.row_number()
        .over(partition_by=labels.c.mention_id, order_by=[person_first, labels.c.at.desc()])
        .label("place")
    )
    ranked = (
        select(labels.c.mention_id, labels.c.value, labels.c.detail, labels.c.source, place)
        .join(
            mentions,
            and_(mentions.c.id == labels.c.mention_id, mentions.c.revision == labels.c.revision),
        )
        .where(labels.c.head == head)
        .subquery(f"ranked_{name}")
    )
    return (
        select(ranked.c.mention_id, ranked.c.value, ranked.c.detail, ranked.c.source)
        .where(ranked.c.place == 1)
        .subquery(f"effective_{name}")
    )


def counted(brand_id: int) -> Select[tuple[int]]:
    """Ids of the mentions that count for a brand: matched, still so after an edit (``about`` is 0
    where an edit took the match away), not deleted upstream."""
    return (
        select(mentions.c.id)
        .join(matches, matches.c.mention_id == mentions.c.id)
        .where(
            matches.c.brand_id == brand_id,
            or_(matches.c.about.is_(None), matches.c.about > 0),
            mentions.c.gone_at.is_(None),
        )
    )
