"""How a model does on the written dev posts: each head, by country, phenomenon and intent."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.evaluation.metrics import calibration_error, wilson
from classifiers.labels import INTENTS, SENTIMENTS, Label
from classifiers.making.card.set_figures import figure
from classifiers.making.encoder.data import WRITTEN_IN, of_five, written_file

Field = Callable[["Post"], str | None]
REGIONS = {"glf": "Gulf", "irq": "Gulf", "egy": "Egypt", "sud": "Egypt"}
REGIONS |= {"lev": "Levant", "mgr": "Maghreb"}
FEW = 15


@dataclass(frozen=True, slots=True)
class Post:
    """A written post as its writer labelled it; ``dialect`` None where it is in no Arabic."""

    text: str
    sentiment: str
    intent: str
    needs: bool
    dialect: str | None
    country: str
    phenomenon: str


def dev_posts() -> list[Post]:
    """The posts that the models did not learn from."""
    with gzip.open(written_file("dev"), "rt", encoding="utf-8") as lines:
        return [_post(json.loads(line)) for line in lines]


def _post(raw: dict[str, Any]) -> Post:
    return Post(
        raw["text"],
        raw["sentiment"],
        raw["intent"],
        raw["needs_response"],
        WRITTEN_IN[raw["dialect"]] if raw["dialect"] else None,
        raw["country"],
        raw["phenomenon"],
    )


def posts_figures(posts: Sequence[Post], labels: Sequence[Label]) -> dict[str, Any]:
    """{"all": figures, "country", "phenomenon", "region", "intent": {value: figures}}."""
    groups: dict[str, Field] = {
        "region": lambda post: REGIONS.get(post.dialect or ""),
        "country": lambda post: post.country,
        "phenomenon": lambda post: post.phenomenon,
        "intent": lambda post: post.intent,
    }
    pairs = list(zip(posts, labels, strict=True))
    found: dict[str, Any] = {"all": figures(pairs) | _macro(pairs)}
    for name, of in groups.items():
        values = sorted({value for post in posts if (value := of(post))})
        parts = {value: [pair for pair in pairs if of(pair[0]) == value] for value in values}
        found[name] = {value: figures(part) for value, part in parts.items() if len(part) >= FEW}
    return found


def figures(pairs: Sequence[tuple[Post, Label]]) -> dict[str, Any]:
    """Shares that are right; of the need of a response recall and precision, with intervals."""
    needed = np.array([post.needs for post, _ in pairs])
    said = np.array([label.needs_response for _, label in pairs])
    hits = int((needed & said).sum())
    spoken = [(post.dialect, label.dialect) for post, label in pairs if post.dialect]
    return {
        "texts": len(pairs),
        "sentiment": _share(label.sentiment == post.sentiment for post, label in pairs),
        "intent": _share(label.intent == post.intent for post, label in pairs),
        "needs_recall": _with_interval(hits, int(needed.sum())),
        "needs_precision": _with_interval(hits, int(said.sum())),
        "dialect": _share(_five(a) == _five(b) for a, b in spoken) if spoken else None,
        "dialect_of_seven": _share(a == b for a, b in spoken) if spoken else None,
    }


def _macro(pairs: Sequence[tuple[Post, Label]]) -> dict[str, Any]:
    moods: Sequence[str] = SENTIMENTS
    aims: Sequence[str] = INTENTS
    both: dict[str, tuple[Sequence[str], list[tuple[str, str]]]] = {
        "sentiment_macro_f1": (moods, [(p.sentiment, one.sentiment) for p, one in pairs]),
        "intent_macro_f1": (aims, [(p.intent, one.intent) for p, one in pairs]),
    }
    found: dict[str, Any] = {}
    for name, (classes, said) in both.items():
        gold, answer = (np.array([classes.index(pair[at]) for pair in said]) for at in (0, 1))
        value = figure("macro_f1", gold, answer, len(classes))
        found[name] = [round(one, 4) for one in value]
    sure = np.array([max(_shares(label)) for _, label in pairs])
    right = np.array([label.sentiment == post.sentiment for post, label in pairs])
    found["sentiment_ece"] = round(calibration_error(sure, right), 4)
    known = [(post, one) for post, one in pairs if one.needs_probability is not None]
    if known:
        yes = np.array([one.needs_probability for _, one in known])
        truth = np.array([post.needs for post, _ in known])
        chosen = np.maximum(yes, 1 - yes)
        found["needs_ece"] = round(calibration_error(chosen, (yes >= 0.5) == truth), 4)
    spoken = [(post, one) for post, one in pairs if post.dialect and one.dialect_probability]
    if spoken:
        sure = np.array([one.dialect_probability for _, one in spoken])
        right = np.array([post.dialect == one.dialect for post, one in spoken])
        found["dialect_ece"] = round(calibration_error(sure, right), 4)
        shown = sure >= SHOWN
        found["dialect_shown"] = [round(float(shown.mean()), 4), _mean(right[shown])]
    return found


SHOWN = 0.8
"""From this probability on a card names the dialect."""


def _shares(label: Label) -> tuple[float, float, float]:
    of = label.probabilities
    return of.negative, of.neutral, of.positive


def _five(dialect: str | None) -> str | None:
    return of_five(dialect) if dialect else None


def _share(right: Iterable[bool]) -> list[float]:
    values = list(right)
    return _with_interval(sum(values), len(values)) or [0.0, 0.0, 1.0]


def _with_interval(hits: int, of: int) -> list[float] | None:
    return [round(value, 4) for value in (hits / of, *wilson(hits, of))] if of else None


def _mean(values: Any) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None
