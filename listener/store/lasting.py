"""Matches that rest on more than words: whatever the text says now, it is the brand's still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.records import Evidence, Hit
from listener.store.among import among
from listener.store.rows import evidence_column
from listener.store.tables import matches

LASTING = ("given", "account")
"""Places of evidence: a person brought it as the brand's, or it was written to the brand's own
account."""
_STILL = or_(matches.c.about.is_(None), matches.c.about > 0.0)  # not taken away by an edit


async def given(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, dict[int, Hit]]:
    """mention id -> brand id -> the hit, with what lasts of its evidence."""
    c = matches.c
    rows = await connection.execute(
        select(c.mention_id, c.brand_id, c.evidence).where(
            among(connection, c.mention_id, ids), _STILL
        )
    )
    by_mention: dict[int, dict[int, Hit]] = {}
    for mention_id, brand_id, evidence in rows:
        if lasting := [Evidence(*e) for e in evidence or () if e[1] in LASTING]:
            by_mention.setdefault(mention_id, {})[brand_id] = Hit("", tuple(lasting))
    return by_mention


async def learn(
    connection: AsyncConnection,
    seen: Iterable[tuple[int, Sequence[Hit]]],
    *,
    brand_ids: Mapping[str, int],
    now: datetime,
) -> None:
    """What was found by its words and is now seen on the brand's own account, or brought as its:
    (mention id, hits) of texts that are the same. The match rests on more than a name from here on,
    so no score says what it is about; what was decided stands."""
    told = {
        (of, brand_ids[hit.brand]): lasting
        for of, hits in seen
        for hit in hits
        if (lasting := [e for e in hit.evidence if e.place in LASTING])
    }
    if not told:
        return
    c = matches.c
    rows = await connection.execute(
        select(c.mention_id, c.brand_id, c.evidence, c.about).where(
            among(connection, c.mention_id, sorted({of for of, _by in told})), _STILL
        )
    )
    for of, by, evidence, about in rows.all():
        known = [Evidence(*each) for each in evidence or ()]
        places = {each.place for each in known}
        new = [each for each in told.get((of, by), ()) if each.place not in places]
        if not new:
            continue
        scored = {"about": None, "about_by": None, "changed_at": now} if about is not None else {}
        await connection.execute(
            update(matches)
            .where(c.mention_id == of, c.brand_id == by)
            .values(evidence=evidence_column([*new, *known]), **scored)
        )
