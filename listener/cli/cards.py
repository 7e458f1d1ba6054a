"""Mentions that are in no database, shown as cards in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from alerts.cards.card import Card, Quote
from alerts.channels.console import Console
from alerts.deciding.dialects import sure_dialect
from classifiers import Label
from listener.records import Mention
from listener.words import words


def quote_of(mention: Mention, label: Label) -> Quote:
    """A mention and its label as a card quotes them."""
    author = mention.author
    return Quote(
        mention_id=0,
        network=mention.network,
        kind=mention.kind,
        text=mention.text,
        created_at=mention.created_at,
        url=mention.url,
        handle=author.handle if author else None,
        name=author.name if author else None,
        followers=author.followers if author else None,
        rating=mention.rating,
        sentiment=label.sentiment,
        probability=getattr(label.probabilities, label.sentiment),
        intent=label.intent,
        needs_response=label.needs_response,
        language=label.language,
        dialect=sure_dialect(label.dialect, label.dialect_probability),
    )


def print_mentions(
    labelled: Sequence[tuple[Mention, Label]],
    *,
    brand: str,
    language: Any,
    now: datetime,
    out: TextIO,
    plain: bool,
) -> None:
    """A card for each; ages count to ``now``."""
    console = Console(
        "terminal", out, words=words(language), zone=UTC, clock=lambda: now, plain=plain
    )
    for mention, label in labelled:
        card = Card(
            alert_id=0,
            brand=brand,
            route="",
            state="open",
            urgency=label.urgency,
            quote=quote_of(mention, label),
        )
        console.show(card)
