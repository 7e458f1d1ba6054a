"""The labels that count: of the current revision, a person's before a model's, the newest first.

They are read by the key of each mention that a query comes to, never ranked over the whole table:
that took 8.7 s for one hour of a million mentions.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, cast, func, literal, or_, select

from listener.store.tables import labels, matches, mentions

PERSON = "user:"
"""Prefix of ``labels.source`` where a person gave the label."""
ABOUT = "about:"
SENTIMENT = "sentiment"


def about_head(brand_id: int) -> str:
    """The head of what people say: is this mention about that brand, "yes" or "no"? One mention may
    have matched several."""
    return f"{ABOUT}{brand_id}"


def sentiment_head(brand_id: int) -> str:
    """The head of a model's sentiment with the bias of that brand in it (``classifiers.bias``)."""
    return f"{SENTIMENT}:{brand_id}"


def effective(head: str | ColumnElement[str], what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """``what`` (made of columns of ``labels``) of the label that counts for the mention of the
    enclosing query, which reads ``mentions``; None where there is none. Of two labels of one moment
    the source that sorts last counts, as in ``labels.current_labels``."""
    return _strongest(what, labels.c.head == head, labels.c.source.desc())


def effective_sentiment(what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """As ``effective``, of the sentiment for the brand whose match the enclosing query reads: of
    a model's labels of one moment the one with the brand's bias counts."""
    brands_own = SENTIMENT + ":" + cast(matches.c.brand_id, Text)
    mine = labels.c.head.in_([literal(SENTIMENT), brands_own])
    return _strongest(what, mine, labels.c.head.desc(), labels.c.source.desc())


def _strongest(
    what: ColumnElement[Any], mine: ColumnElement[bool], *last: ColumnElement[Any]
) -> ScalarSelect[Any]:
    return (
        select(what)
        .where(
            labels.c.mention_id == mentions.c.id,
            labels.c.revision == mentions.c.revision,
            mine,
        )
        .order_by(labels.c.source.startswith(PERSON).desc(), labels.c.at.desc(), *last)
        .limit(1)
        .correlate(mentions, matches)
        .scalar_subquery()
    )


def said_about() -> ColumnElement[str]:
    """The ``about_head`` of the match that the enclosing query reads."""
    return ABOUT + cast(matches.c.brand_id, Text)


def counted_for(brand_id: int) -> ColumnElement[bool]:
    """As ``counted``, of mentions alone: their match is looked up by its key. Joined, PostgreSQL
    reads the whole table of matches for the mentions of a week."""
    mine = (
        select(func.count())
        .where(
            matches.c.mention_id == mentions.c.id,
            matches.c.brand_id == brand_id,
            or_(matches.c.about.is_(None), matches.c.about > 0),
        )
        .correlate(mentions)
        .scalar_subquery()
    )
    return and_(mentions.c.gone_at.is_(None), mine > 0)


def counted() -> ColumnElement[bool]:
    """True where a mention, joined with its match, counts for the brand: still matched after an
    edit (``about`` is 0 where an edit took the match away), not deleted upstream."""
    return and_(
        or_(matches.c.about.is_(None), matches.c.about > 0),
        mentions.c.gone_at.is_(None),
    )
