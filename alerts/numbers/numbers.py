"""What happened to a brand between two moments, computed from rows each time it is asked.

Unknown is None, never 0. ``reach`` is what networks report for own posts; ``potential_reach`` is
the followers of distinct authors; they are never added together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.arabic import fold
from listener.store.effective import about_head, counted, effective
from listener.store.tables import figures, ledger, matches, mentions

EVEN = 0.5
"""Below it a mention is more likely about something else. Alerts are withheld only below the
model's own least score, which is lower: a number may err in both directions, an alert is missed."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts over [since, until), both aware UTC. Mappings go from a name to a count."""

    since: datetime
    until: datetime
    mentions: int = 0
    authors: int = 0
    authors_unknown: int = 0  # mentions whose author the network does not tell
    sentiment: Mapping[str, int] = field(default_factory=dict)  # and "unlabelled"
    networks: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    intents: Mapping[str, int] = field(default_factory=dict)
    needing_response: int = 0
    hashtag_authors: Mapping[str, int] = field(default_factory=dict)
    engagement: int | None = None  # likes + replies + shares as reported
    reach: float | None = None
    potential_reach: int | None = None
    elsewhere: int | None = None  # of the mentions: seem to be about something else
    gaps: int = 0  # windows that were never read: the numbers are then a lower bound


async def numbers(
    connection: AsyncConnection,
    brand_id: int,
    *,
    since: datetime,
    until: datetime,
    hashtags: Iterable[str] = (),
) -> Numbers:
    """Counts for one brand; ``hashtags`` (without '#') are those whose users are counted."""
    sentiment, intent, language = effective("sentiment"), effective("intent"), effective("language")
    said = effective(about_head(brand_id))
    columns = [
        mentions.c.network,
        mentions.c.author_id,
        mentions.c.author_handle,
        mentions.c.author_followers,
        mentions.c.hashtags,
        mentions.c.likes,
        mentions.c.replies,
        mentions.c.shares,
        sentiment.c.value.label("sentiment"),
        intent.c.value.label("intent"),
        intent.c.detail.label("response"),
        language.c.value.label("said_language"),
        matches.c.about,
        said.c.value.label("said_about"),
    ]
    rows = await connection.execute(
        select(*columns)
        .outerjoin(sentiment, sentiment.c.mention_id == mentions.c.id)
        .outerjoin(intent, intent.c.mention_id == mentions.c.id)
        .outerjoin(language, language.c.mention_id == mentions.c.id)
        .outerjoin(said, said.c.mention_id == mentions.c.id)
        .join(matches, and_(matches.c.mention_id == mentions.c.id, matches.c.brand_id == brand_id))
        .where(
            mentions.c.id.in_(counted(brand_id)),
            mentions.c.created_at >= since,
            mentions.c.created_at < until,
        )
    )
    tally = _Tally(tags={tag_key(tag): tag for tag in hashtags})
    for row in rows.mappings():
        tally.add(row)
    return tally.result(
        since=since,
        until=until,
        reach=await _reach(connection, brand_id, since, until),
        gaps=await _gaps(connection, since, until),
    )


def tag_key(tag: str) -> str:
    """Hashtags are equal whatever their underscores, case and letter forms."""
    return fold(tag.lstrip("#")).replace("_", "")


class _Tally:
    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = tags
        self.counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("sentiment", "network", "language", "intent")
        }
        self.followers: dict[tuple[str, str], int | None] = {}
        self.tag_authors: dict[str, set[tuple[str, str]]] = {tag: set() for tag in tags.values()}
        self.mentions = self.unknown = self.needing = 0
        self.engagement: int | None = None
        self.elsewhere: int | None = None

    def add(self, row: Mapping[Any, Any]) -> None:
        self.mentions += 1
        self.counts["network"][row["network"]] += 1
        self.counts["sentiment"][row["sentiment"] or "unlabelled"] += 1
        self.counts["language"][row["said_language"] or "unlabelled"] += 1
        self.counts["intent"][row["intent"] or "unlabelled"] += 1
        if (about := self._about(row)) is not None:
            self.elsewhere = (self.elsewhere or 0) + (about < EVEN)
        self.needing += bool((row["response"] or {}).get("needs_response"))
        known = [row[name] for name in ("likes", "replies", "shares") if row[name] is not None]
        if known:
            self.engagement = (self.engagement or 0) + sum(known)
        author = row["author_id"] or row["author_handle"]
        if author is None:
            self.unknown += 1
            return
        who = (row["network"], author)
        before, told = self.followers.get(who), row["author_followers"]
        self.followers[who] = told if before is None else max(before, told or 0)
        for tag in row["hashtags"]:
            if (name := self.tags.get(tag_key(tag))) is not None:
                self.tag_authors[name].add(who)

    def _about(self, row: Mapping[Any, Any]) -> float | None:
        """What a person said of it and this brand, else what the model says."""
        if row["said_about"] is not None:
            return 1.0 if row["said_about"] == "yes" else 0.0
        score: float | None = row["about"]
        return score

    def result(
        self, *, since: datetime, until: datetime, reach: float | None, gaps: int
    ) -> Numbers:
        told = [followers for followers in self.followers.values() if followers is not None]
        return Numbers(
            since=since,
            until=until,
            mentions=self.mentions,
            authors=len(self.followers),
            authors_unknown=self.unknown,
            sentiment=dict(self.counts["sentiment"]),
            networks=dict(self.counts["network"].most_common()),
            languages=dict(self.counts["language"].most_common()),
            intents=dict(self.counts["intent"].most_common()),
            needing_response=self.needing,
            hashtag_authors={tag: len(who) for tag, who in self.tag_authors.items()},
            engagement=self.engagement,
            reach=reach,
            potential_reach=sum(told) if told else None,
            elsewhere=self.elsewhere,
            gaps=gaps,
        )


async def _reach(
    connection: AsyncConnection, brand_id: int, since: datetime, until: datetime
) -> float | None:
    found = await connection.execute(
        select(func.sum(figures.c.value)).where(
            figures.c.brand_id == brand_id,
            figures.c.measure == "reach",
            figures.c.as_of >= since,
            figures.c.as_of < until,
        )
    )
    total = found.scalar_one()
    return None if total is None else float(total)


async def _gaps(connection: AsyncConnection, since: datetime, until: datetime) -> int:
    found = await connection.execute(
        select(func.count()).where(
            ledger.c.kind == "gap", ledger.c.since < until, ledger.c.until > since
        )
    )
    return int(found.scalar_one())
