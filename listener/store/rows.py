"""Records as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from classifiers.tidy import text_key
from listener.records import Author, Engagement, Evidence, Hit, Mention
from listener.store.storable import URL_LIMIT, count, identity, measure, storable, word, words
from listener.store.text_tags import with_tags_of

Key = tuple[str, str]
"""(network, native id): the identity of a mention."""
EVIDENCE_LIMIT = 20
BESIDE_LIMIT, BESIDE_LENGTH = 20, 5_000


def text_columns(mention: Mention) -> dict[str, Any]:
    """What changes when a text is edited."""
    text = storable(mention.text)
    return {
        "text": text,
        "text_key": text_key(text),
        "language": word(mention.language),
        "hashtags": words(with_tags_of(text, mention.hashtags)),
        "handles": words(mention.mentions),
        "media": words(mention.media),
        "beside": beside_column(mention),
    }


def beside_column(mention: Mention) -> list[list[str]]:
    """At most ``BESIDE_LIMIT`` pieces, none twice and none empty."""
    told = [(piece.kind, storable(piece.text, BESIDE_LENGTH)) for piece in mention.beside]
    once = [pair for pair in dict.fromkeys(told) if pair[1].strip()]
    return [[kind, text] for kind, text in once[:BESIDE_LIMIT]]


def engagement_columns(engagement: Engagement) -> dict[str, int | None]:
    return {
        "likes": count(engagement.likes),
        "replies": count(engagement.replies),
        "shares": count(engagement.shares),
        "views": count(engagement.views),
    }


def author_columns(author: Author | None) -> dict[str, Any]:
    author = author or Author(network="")
    return {
        "author_id": identity(author.id),
        "author_handle": word(author.handle),
        "author_name": word(author.name),
        "author_followers": count(author.followers),
    }


def mention_row(mention: Mention, key: Key, *, source: str, now: datetime) -> dict[str, Any]:
    """The row of a mention seen for the first time."""
    numbers = engagement_columns(mention.engagement)
    reported = any(number is not None for number in numbers.values())
    return {
        "network": key[0],
        "native_id": key[1],
        "url": word(mention.url, URL_LIMIT),
        **author_columns(mention.author),
        **text_columns(mention),
        "kind": mention.kind,
        "ref": word(mention.ref),
        "parent_id": word(mention.parent_id, URL_LIMIT),
        "thread_id": word(mention.thread_id, URL_LIMIT),
        "rating": measure(mention.rating),
        **numbers,
        "engagement_at": (mention.engagement.as_of or now) if reported else None,
        # A mention of unknown time counts when it came, and says so.
        "created_at": now if mention.created_at is None else mention.created_at,
        "created_known": mention.created_at is not None,
        "collected_at": now,
        "source": source,
        "state": "collected",
    }


def evidence_column(evidence: Sequence[Evidence]) -> list[list[str]]:
    """The first ``EVIDENCE_LIMIT`` pieces."""
    return [
        [storable(e.term, 500), e.place, storable(e.found, 500)] for e in evidence[:EVIDENCE_LIMIT]
    ]


def match_row(
    mention_id: int, brand_id: int, hit: Hit, *, revision: int, now: datetime
) -> dict[str, Any]:
    """A match that waits to be decided."""
    return {
        "mention_id": mention_id,
        "brand_id": brand_id,
        "evidence": evidence_column(hit.evidence),
        "state": "waiting",
        "revision": revision,
        "changed_at": now,
    }
