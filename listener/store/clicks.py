"""What people's clicks say of mentions: is this one about the brand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.store.among import among
from listener.store.tables import actions, alert_mentions, alerts, matches, mentions, revisions

NAMED = frozenset({"text", "hashtag"})
"""Places of evidence where a name may be another word."""
_SAYS = {"claim": True, "resolve": True, "not_us": False, "reopen": None}

STILL = or_(matches.c.about.is_(None), matches.c.about > 0)
"""The match was not taken away by an edit (``rereads.NO_LONGER``)."""


@dataclass(frozen=True, slots=True)
class Clicked:
    """A mention that was judged. names: what of it matched, as it is written there."""

    mention_id: int
    text: str
    names: tuple[str, ...]
    about: bool
    alert_id: int


async def verdicts(connection: AsyncConnection, brand_id: int) -> dict[int, tuple[bool, datetime]]:
    """alert id -> is it about the brand, and since when that is the last word. A claim or resolve
    says yes, "not about us" says no, reopening takes either back."""
    rows = await connection.execute(
        select(actions.c.alert_id, actions.c.action, actions.c.at)
        .join(alerts, alerts.c.id == actions.c.alert_id)
        .where(
            alerts.c.brand_id == brand_id,
            actions.c.outcome == "done",
            actions.c.action.in_(list(_SAYS)),
        )
        .order_by(actions.c.id)
    )
    by_alert: dict[int, tuple[bool, datetime]] = {}
    for alert_id, action, at in rows:
        word = _SAYS[action]
        if word is None:
            by_alert.pop(alert_id, None)
        else:
            by_alert[alert_id] = (word, at)
    return by_alert


async def clicked(connection: AsyncConnection, brand_id: int) -> list[Clicked]:
    """The mentions that were judged, in the order they came. Texts that are deleted, forgotten or
    kept no longer take no part, nor those that no longer match, that changed or joined the card
    after the click, or that address the brand's own account; of identical texts the last counts."""
    judged = await verdicts(connection, brand_id)
    edited = (
        select(func.max(revisions.c.at))
        .where(revisions.c.mention_id == mentions.c.id)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(
            alert_mentions.c.alert_id,
            alert_mentions.c.at,
            mentions.c.id,
            mentions.c.text,
            mentions.c.text_key,
            matches.c.evidence,
            edited.label("edited_at"),
        )
        .join(mentions, mentions.c.id == alert_mentions.c.mention_id)
        .join(matches, and_(matches.c.mention_id == mentions.c.id, matches.c.brand_id == brand_id))
        .where(
            among(connection, alert_mentions.c.alert_id, sorted(judged)),
            mentions.c.gone_at.is_(None),
            mentions.c.text != "",
            STILL,
        )
        .order_by(mentions.c.id, alert_mentions.c.alert_id)
    )
    by_text: dict[str, Clicked] = {}
    for row in rows.mappings():
        about, at = judged[row["alert_id"]]
        names = names_in(row["evidence"])
        if names is None or row["at"] > at or (row["edited_at"] or at) > at:
            continue
        by_text.pop(row["text_key"], None)  # to its later place
        by_text[row["text_key"]] = Clicked(row["id"], row["text"], names, about, row["alert_id"])
    return list(by_text.values())


def names_in(evidence: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """What the evidence found in the text, as it is written there. None where the match rests on
    more than a name: an own account was addressed, or a person said whose file it is."""
    if any(term.startswith("@") or place not in NAMED for term, place, _found in evidence):
        return None
    return tuple(dict.fromkeys(found for _term, _place, found in evidence if found)) or None
