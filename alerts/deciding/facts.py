"""What a decision is made of: one mention for one brand, with its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.deciding.dialects import sure_dialect
from listener.store.effective import PERSON
from listener.store.label_rows import StoredLabel, says_needs


@dataclass(frozen=True, slots=True)
class RelevanceScore:
    """What gave ``Facts.about``. least: a score below it withholds an alert; labels: the clicks it
    learned from; since: relevance is in use for the brand since then (ISO 8601, UTC)."""

    version: str
    least: float
    labels: int
    since: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Unknown is None. ``created_at`` is aware UTC: when it came, where ``created_known`` is
    False. ``alerting`` is what its importer asked for (``never``, ``always`` or nothing).
    ``about`` is the relevance, 0 to 1 (0: an edit took the match away), ``relevance`` what gave
    it, where that is still in use; ``own_voice``: the words are the brand's own;
    ``decided_revision`` is the newest revision decided for this brand before.

    ``dialect`` is one that is sure (``dialects.sure_dialect``). ``needs_response`` and
    ``needs_probability`` are the text's own, ``needs_at`` its model's threshold (None also
    where a person or a rule said it); what ``directed`` (it speaks to the brand) adds is in
    ``deciding.directed``."""

    mention_id: int
    brand_id: int
    brand: str
    brand_role: str
    revision: int
    network: str
    native_id: str
    kind: str
    created_at: datetime
    created_known: bool = True
    alerting: str | None = None
    author_id: str | None = None
    author_handle: str | None = None
    followers: int | None = None
    parent_id: str | None = None
    directed: bool | None = None
    thread_id: str | None = None
    rating: float | None = None
    hashtags: tuple[str, ...] = ()
    about: float | None = None
    relevance: RelevanceScore | None = None
    gone: bool = False
    set_aside: bool = False
    muted: bool = False
    own_voice: bool = False
    decided_revision: int | None = None
    language: str | None = None
    dialect: str | None = None
    sentiment: str | None = None
    probability: float | None = None  # of ``sentiment``; 1.0 when a person said so
    intent: str | None = None
    needs_response: bool | None = None
    needs_probability: float | None = None
    needs_at: float | None = None
    urgency: str | None = None
    source: str | None = None  # mentions.source: how it came
    text: str = ""
    url: str | None = None
    stored_at: datetime | None = None  # when it came; how long a decision took is counted from here


def labelled(heads: Mapping[str, StoredLabel]) -> dict[str, Any]:
    """The label fields of Facts out of current labels, by head.

    A person's word counts as certain, and where it says only the intent, the answer to
    ``needs_response`` follows from that. A model's intent settles nothing: it answers for itself.
    """
    fields: dict[str, Any] = {}
    if "language" in heads:
        value, detail, source = heads["language"]
        chance = 1.0 if source.startswith(PERSON) else _number(detail.get("dialect_probability"))
        fields |= {"language": value, "dialect": sure_dialect(detail.get("dialect"), chance)}
    if "sentiment" in heads:
        value, detail, source = heads["sentiment"]
        by_person = source.startswith(PERSON)
        fields |= {"sentiment": value, "probability": 1.0 if by_person else _chance(value, detail)}
    if "intent" in heads:
        value, detail, _ = heads["intent"]
        fields |= {
            "intent": value,
            "needs_response": says_needs(heads["intent"]),
            "needs_probability": _number(detail.get("needs_probability")),
            "needs_at": _number(detail.get("needs_at")),
            "urgency": detail.get("urgency") or "normal",
        }
    return fields


def _chance(value: str, detail: Mapping[str, Any]) -> float | None:
    """Of ``value``, from {"negative": …, …} or from the same under "probabilities"."""
    nested = detail.get("probabilities")
    chances = nested if isinstance(nested, Mapping) else detail
    return _number(chances.get(value, detail.get("probability")))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
