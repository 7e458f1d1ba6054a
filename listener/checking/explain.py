"""`rasid check --text`: which term of a pasted text matched where, its label, and the route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from classifiers.labels import NEEDS_AT, Label, evaluated, needs_threshold
from listener.matching.matcher import Explanation, Verdict
from listener.records import Brand, Mention
from listener.settings.findings import printable
from listener.words import check_words as words_check

_HASHTAG = re.compile(r"#(\w+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``alerts.deciding.decide`` says: ``reason`` is its name, ``tried`` the routes passed
    over, each with the condition that did not hold. ``directed``: the probability that a response
    is needed, where it decided that the text speaks to the brand's own account."""

    reason: str
    route: str | None = None
    channel: str | None = None
    tried: tuple[tuple[str, str], ...] = ()
    directed: float | None = None


class Explain(Protocol):
    """``listener.matching.matcher.Matcher``."""

    def explain(self, mention: Mention | str) -> Explanation: ...


class Classify(Protocol):
    """``classifiers.Classifier``."""

    def classify(self, texts: Sequence[str]) -> list[Label]: ...


class Decide(Protocol):
    """``alerts.deciding.decide.decide``, wrapped where both sides may be imported."""

    def __call__(
        self, mention: Mention, brand: Brand, label: Label, *, now: datetime
    ) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Explained:
    """``outcomes`` holds one for each brand that matched; ``needs_at`` is the model's threshold on
    the probability that a response is needed."""

    label: Label
    verdicts: tuple[Verdict, ...]
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    needs_at: float = NEEDS_AT


def explain(
    text: str,
    brands: Sequence[Brand],
    *,
    matcher: Explain,
    classifier: Classify,
    decide: Decide,
    now: datetime,
) -> Explained:
    """As if ``text`` had been posted at ``now`` (aware UTC) by an author of unknown following."""
    hashtags = tuple(dict.fromkeys(_HASHTAG.findall(text)))
    mention = Mention(network="", id="", text=text, created_at=now, hashtags=hashtags)
    verdicts = matcher.explain(mention).verdicts
    label = classifier.classify([text])[0]
    by_name = {brand.name: brand for brand in brands}
    outcomes = {
        verdict.brand: decide(mention, by_name[verdict.brand], label, now=now)
        for verdict in verdicts
        if verdict.matched
    }
    return Explained(label, verdicts, outcomes, needs_threshold(classifier))


def explanation(
    explained: Explained, *, language: Literal["ar", "en"], isolate: bool = False
) -> str:
    """The explanation for a person, a line for each thing; brands that no word touches are left
    out."""

    def say(key: str, **values: object) -> str:
        clean = {name: printable(value) for name, value in values.items()}
        return words_check.say(key, language, isolate=isolate, **clean)

    label = explained.label
    sure = getattr(label.probabilities, label.sentiment)
    lines = [
        say(
            "label",
            sentiment=words_check.value(label.sentiment, language),
            sure=f"{sure:.2f}",
            intent=words_check.value(label.intent, language),
            response=words_check.value(f"response_{label.needs_response}".lower(), language),
            urgency=words_check.value(f"urgency_{label.urgency}", language),
            spoken=_spoken(label),
        )
    ]
    if label.needs_probability is not None:
        share, least = f"{label.needs_probability:.2f}", f"{explained.needs_at:.2f}"
        lines.append(say("needs", share=share, least=least))
    if not evaluated(label.language):
        lines.append(say("untested", spoken=label.language))
    touched = [verdict for verdict in explained.verdicts if verdict.touched or verdict.matched]
    if not touched:
        lines.append(say("no_brand"))
    for verdict in touched:
        lines.append(say("matched" if verdict.matched else "not_matched", brand=verdict.brand))
        for proof in verdict.evidence:
            place = words_check.value(f"place_{proof.place}", language)
            lines.append("  " + say("evidence", term=proof.term, place=place, found=proof.found))
        for reason in verdict.reasons:
            lines.append(
                "  " + say(f"not_{reason.code}", term=reason.term, found=reason.found or "")
            )
        outcome = explained.outcomes.get(verdict.brand)
        if outcome is not None:
            for route, condition in outcome.tried:
                lines.append("  " + say("passed_over", route=route, condition=condition))
            if outcome.directed is not None:
                lines.append("  " + say("directed", share=f"{outcome.directed:.2f}"))
            route, channel = outcome.route or "-", outcome.channel or "-"
            lines.append("  " + say(f"reason_{outcome.reason}", route=route, channel=channel))
    return "\n".join(lines)


def _spoken(label: Label) -> str:
    """``ar/egy (0.64)``: the dialect with how sure that is, since cards and routes ask for it."""
    if label.dialect is None:
        return label.language
    sure = "" if label.dialect_probability is None else f" ({label.dialect_probability:.2f})"
    return f"{label.language}/{label.dialect}{sure}"
