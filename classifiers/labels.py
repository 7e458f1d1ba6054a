"""The label records and the protocol that every classifier speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Sentiment = Literal["negative", "neutral", "positive"]
Intent = Literal["question", "complaint", "request", "praise", "spam", "other"]
Urgency = Literal["low", "normal", "urgent"]

SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
INTENTS: tuple[Intent, ...] = ("question", "complaint", "request", "praise", "spam", "other")
Dialect = Literal["msa", "egy", "glf", "lev", "mgr", "irq", "sud"]
DIALECTS: tuple[Dialect, ...] = ("msa", "egy", "glf", "lev", "mgr", "irq", "sud")
"""Standard Arabic, Egyptian, Gulf (with Yemeni), Levantine, Maghrebi (with Libyan), Iraqi,
Sudanese."""
ANSWERABLE: frozenset[Intent] = frozenset({"question", "complaint", "request"})

EVALUATED: frozenset[str] = frozenset({"ar", "ar-Latn", "en", "fr", "es", "de", "it", "pt"})
"""Languages whose sentiment the shipped models were measured in, on texts that people labelled and
that taught them nothing. The others are classified all the same, and said to be untested.

Hindi is not among them: its only labelled set is in Latin letters and half English, and ``hi``
stands for both scripts. Nor is ``mixed``: no set has rows of it."""


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities of the three sentiments; they sum to 1."""

    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True)
class Label:
    """All that is said about one text.

    language: ISO 639-1 code (``ckb`` for Sorani, which has none), ``ar-Latn``
    (Arabizi), ``mixed`` or ``other``;
    dialect: one of DIALECTS, or None where it is not Arabic or cannot be told;
    needs_response: whether the company that is spoken of should answer;
    dialect_probability and needs_probability: how sure the model is of the dialect, and of the
    need of a response, 0 to 1; None where no model was asked or a rule overruled it. The intent
    does not settle ``needs_response``: a question asked of the public needs none. Praise is never
    urgent.
    """

    language: str
    dialect: str | None
    sentiment: Sentiment
    probabilities: Probabilities
    intent: Intent
    needs_response: bool
    urgency: Urgency
    dialect_probability: float | None = None
    needs_probability: float | None = None


def evaluated(language: str) -> bool:
    """Whether figures of accuracy speak of ``language``: an ISO code, a region behind it or not
    ("ar", "ar-SA"), or what ``Label.language`` may be."""
    return language in EVALUATED or language.partition("-")[0] in EVALUATED


NEEDS_AT = 0.5
"""Where a model that names no threshold is even."""


def needs_threshold(classifier: object) -> float:
    """From which ``needs_probability`` on ``classifier`` says that a text needs a response (its
    attribute ``needs_at``), 0 to 1."""
    return float(getattr(classifier, "needs_at", NEEDS_AT))


class Classifier(Protocol):
    """``classify`` takes any list of texts and returns as many labels in the same order.

    It never raises for a text: empty text, lone surrogates and 100,000 characters have a label.
    """

    name: str
    model: str
    """Hash of the weights plus the calibration's version: what a stored label names as source.

    A model that gives ``needs_probability`` also has ``needs_at``: see ``needs_threshold``."""

    def classify(self, texts: Sequence[str]) -> list[Label]: ...
