"""The numbers of a span as one would count them by hand: every row is read, nothing is cached.

It shares nothing with the product but the tables and ``tag_key``: the two must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from alerts.numbers.distinct_authors import tag_key
from alerts.numbers.numbers import Numbers
from listener.store.session import Database
from listener.store.tables import labels, matches, mentions


async def by_hand(
    db: Database, brand_id: int, since: datetime, until: datetime, hashtags: Iterable[str] = ()
) -> Numbers:
    async with db.reading() as connection:
        every = (await connection.execute(select(mentions))).mappings().all()
        matched = (
            await connection.execute(
                select(matches.c.mention_id, matches.c.about).where(matches.c.brand_id == brand_id)
            )
        ).all()
        said = (await connection.execute(select(labels))).mappings().all()
    about = {row.mention_id: row.about for row in matched if row.about != 0}
    rows = [
        row
        for row in every
        if row["id"] in about and row["gone_at"] is None and since <= row["created_at"] < until
    ]
    shares: dict[str, Counter[str]] = {n: Counter() for n in ("sentiment", "intent", "language")}
    sources: set[str] = set()
    followers: dict[tuple[str, str], list[int]] = {}
    users: dict[str, set[tuple[str, str]]] = {tag: set() for tag in hashtags}
    engagement, elsewhere, unknown, needing = [], [], 0, 0
    for row in rows:
        for head, counter in shares.items():
            label = _strongest(said, row, head, f"{head}:{brand_id}")
            counter[label["value"] if label else "unlabelled"] += 1
            if head == "sentiment" and label:
                sources.add(label["source"])
            if head == "intent" and label:
                needing += bool(label["detail"].get("needs_response"))
        person = _strongest(said, row, f"about:{brand_id}")
        score = about[row["id"]] if person is None else float(person["value"] == "yes")
        if score is not None:
            elsewhere.append(score < 0.5)
        known = [row[n] for n in ("likes", "replies", "shares") if row[n] is not None]
        engagement += [sum(known)] if known else []
        name = row["author_id"] or row["author_handle"]
        if name is None:
            unknown += 1
            continue
        told = followers.setdefault((row["network"], name), [])
        told += [] if row["author_followers"] is None else [row["author_followers"]]
        for tag, people in users.items():
            if tag_key(tag) in map(tag_key, row["hashtags"]):
                people.add((row["network"], name))
    reached = [max(told) for told in followers.values() if told]
    return Numbers(
        since=since,
        until=until,
        mentions=len(rows),
        authors=len(followers),
        authors_unknown=unknown,
        sentiment=dict(shares["sentiment"]),
        networks=dict(Counter(row["network"] for row in rows)),
        languages=dict(shares["language"]),
        intents=dict(shares["intent"]),
        needing_response=needing,
        hashtag_authors={tag: len(people) for tag, people in users.items()},
        engagement=sum(engagement) if engagement else None,
        potential_reach=sum(reached) if reached else None,
        elsewhere=sum(elsewhere) if elsewhere else None,
        labelled_by=tuple(sorted(sources)),
    )


def _strongest(said: Iterable[Any], row: Any, *heads: str) -> Any:
    mine = [
        label
        for label in said
        if (label["mention_id"], label["revision"]) == (row["id"], row["revision"])
        and label["head"] in heads
    ]
    by_weight = sorted(
        mine,
        key=lambda label: (
            label["source"].startswith("user:"), label["at"], label["head"], label["source"],
        ),
    )  # fmt: skip
    return by_weight[-1] if by_weight else None
