"""The labels that count: of the current revision, a person's before a model's, the newest first.

They are read by the key of each mention that a query comes to, never ranked over the whole table:
that took 8.7 s for one hour of a million mentions.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, cast, or_, select

from listener.store.tables import labels, matches, mentions

PERSON = "user:"
"""Prefix of ``labels.source`` where a person gave the label."""
ABOUT = "about:"


def about_head(brand_id: int) -> str:
    """The head of what people say: is this mention about that brand, "yes" or "no"? One mention may
    have matched several."""
    return f"{ABOUT}{brand_id}"


def effective(head: str | ColumnElement[str], what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """``what`` (made of columns of ``labels``) of the label that counts for the mention of the
    enclosing query, which reads ``mentions``; None where there is none. Of two labels of one moment
    the source that sorts last counts, as in ``labels.current_labels``."""
    return (
        select(what)
        .where(
            labels.c.mention_id == mentions.c.id,
            labels.c.revision == mentions.c.revision,
            labels.c.head == head,
        )
        .order_by(
            labels.c.source.startswith(PERSON).desc(), labels.c.at.desc(), labels.c.source.desc()
        )
        .limit(1)
        .correlate(mentions, matches)
        .scalar_subquery()
    )


def said_about() -> ColumnElement[str]:
    """The ``about_head`` of the match that the enclosing query reads."""
    return ABOUT + cast(matches.c.brand_id, Text)


def counted() -> ColumnElement[bool]:
    """True where a mention, joined with its match, counts for the brand: still matched after an
    edit (``about`` is 0 where an edit took the match away), not deleted upstream."""
    return and_(
        or_(matches.c.about.is_(None), matches.c.about > 0),
        mentions.c.gone_at.is_(None),
    )
