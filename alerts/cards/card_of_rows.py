"""Cards built from rows at the moment of sending, so that they show the newest state: an edit is
in, a deleted text is out, wherever it was queued."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.cards.card import Card, Other, Quote, Replied, User
from alerts.deciding.directed import UNSHIFTED
from alerts.deciding.facts import labelled
from listener.settings import Settings
from listener.store.effective import PERSON
from listener.store.label_rows import current_labels, for_brand
from listener.store.own_posts import speaks_for
from listener.store.own_replies import replies_to
from listener.store.tables import (
    alert_mentions,
    alerts,
    brands,
    decisions,
    matches,
    mentions,
    users,
)

LISTED = 25
"""Of the others who say the same, so many of the newest can be claimed from the card."""


@dataclass(frozen=True, slots=True)
class CardStyle:
    """What of the settings a card depends on."""

    min_confidence: float = 0.5
    notify: Mapping[str, tuple[User, ...]] | None = None  # by route

    @classmethod
    def of(cls, settings: Settings) -> CardStyle:
        people = settings.people
        notify = {}
        for route in settings.routes:
            who = []
            for name in route.notify:
                person = people.get(name)
                if person is None:
                    who.append(User("", name))
                else:
                    who.append(User(person.slack or "", person.name))
            notify[route.name] = tuple(who)
        return cls(settings.classifiers.sentiment.min_confidence, notify)


async def load_card(connection: AsyncConnection, alert_id: int, style: CardStyle) -> Card | None:
    """The alert's card; None when the alert or all its mentions were removed."""
    result = await connection.execute(
        select(alerts, brands.c.name.label("brand"))
        .join(brands, brands.c.id == alerts.c.brand_id)
        .where(alerts.c.id == alert_id)
    )
    alert = result.mappings().one_or_none()
    if alert is None:
        return None
    held = await connection.execute(
        select(
            mentions.c.id,
            mentions.c.gone_at,
            mentions.c.author_handle,
            mentions.c.author_name,
            alert_mentions.c.folded,
            speaks_for(literal(alert["brand_id"], alerts.c.id.type)).label("own"),
        )
        .join(alert_mentions, alert_mentions.c.mention_id == mentions.c.id)
        .where(alert_mentions.c.alert_id == alert_id)
        .order_by(alert_mentions.c.folded, alert_mentions.c.at, mentions.c.id)
    )
    rows = held.all()
    if not rows:
        return None
    shown = [r for r in rows if r.gone_at is None]
    mention_id = next(r.id for r in (*(r for r in shown if not r.own), *shown, *rows))
    quotes = await load_quotes(connection, [mention_id], alert["brand_id"], style)
    others = [r for r in shown if r.folded and not r.own and r.id != mention_id]
    card = await _card(connection, alert, quotes[mention_id], style)
    told = [r.id for r in rows if not r.folded and not r.own]
    replies = await replies_to(connection, told, brand_id=alert["brand_id"])
    return replace(
        card,
        count=max(1, sum(not r.folded and not r.own for r in rows)),
        others=len(others),
        replied=Replied(replies[-1].at) if replies else None,
        listed=tuple(
            Other(r.id, r.author_handle, r.author_name) for r in reversed(others[-LISTED:])
        ),
    )


async def _card(connection: AsyncConnection, alert: Any, quote: Quote, style: CardStyle) -> Card:
    state = alert["state"]
    card = Card(
        alert_id=alert["id"],
        brand=alert["brand"],
        route=alert["route"],
        state=state,
        urgency=alert["urgency"],
        quote=quote,
        snoozed_until=alert["snoozed_until"],
        notify=(style.notify or {}).get(alert["route"], ()),
    )
    by = alert["claimed_by"] if state == "claimed" else alert["resolved_by"]
    if state not in ("claimed", "resolved", "dismissed") or by is None:
        return card
    name = await connection.execute(select(users.c.name).where(users.c.id == by))
    at = alert["changed_at"] if state == "claimed" else alert["resolved_at"]
    if state == "claimed" and alert["claimed_at"] is not None:
        at = alert["claimed_at"]
    return replace(card, by=User(by, name.scalar_one_or_none()), at=at)


async def load_quotes(
    connection: AsyncConnection, mention_ids: Iterable[int], brand_id: int, style: CardStyle
) -> dict[int, Quote]:
    """Mention id → what is shown of it, with the evidence of its match with the brand."""
    ids = list(mention_ids)
    rows = await connection.execute(
        select(mentions, matches.c.evidence, decisions.c.detail.label("decision"))
        .outerjoin(
            matches,
            (matches.c.mention_id == mentions.c.id) & (matches.c.brand_id == brand_id),
        )
        .outerjoin(
            decisions,
            (decisions.c.mention_id == mentions.c.id)
            & (decisions.c.brand_id == brand_id)
            & (decisions.c.revision == mentions.c.revision),
        )
        .where(mentions.c.id.in_(ids))
    )
    heads = await current_labels(connection, ids)
    counting = {mention_id: for_brand(said, brand_id) for mention_id, said in heads.items()}
    return {r["id"]: _quote(r, counting.get(r["id"], {}), style) for r in rows.mappings()}


def _quote(row: Any, heads: Mapping[str, Any], style: CardStyle) -> Quote:
    gone = row["gone_at"] is not None
    fields = labelled(heads)
    fields.pop("urgency", None)
    fields.pop("needs_at", None)
    by_model = fields.pop("needs_probability", None) is not None
    if by_model and fields["intent"] not in UNSHIFTED and "directed" in (row["decision"] or {}):
        fields["needs_response"] = True  # as it was decided, or the card contradicts its being sent
    probability = fields.get("probability")
    corrected = "sentiment" in heads and heads["sentiment"][2].startswith(PERSON)
    return Quote(
        mention_id=row["id"],
        network=row["network"],
        kind=row["kind"],
        created_at=row["created_at"] if row["created_known"] else None,
        text="" if gone else row["text"],
        url=None if gone else row["url"],
        handle=None if gone else row["author_handle"],
        name=None if gone else row["author_name"],
        followers=None if gone else row["author_followers"],
        rating=row["rating"],
        edited=row["revision"] > 1,
        gone=gone,
        sure=probability is not None and probability >= style.min_confidence,
        corrected=corrected,
        evidence=tuple((str(e[0]), str(e[1]), str(e[2])) for e in (row["evidence"] or ())),
        beside=() if gone else tuple((str(b[0]), str(b[1])) for b in (row["beside"] or ())),
        **fields,
    )
