"""Several models on all dev files, as they are served: ``classify`` on the texts as they came.

The result is plain lists and dictionaries, to be kept as JSON and put into tables:
``{"models": {name: {"model"}}, "sets": {set: {"figure", "texts", name: [value, low, high]}},
"dialects", "languages": {value: {"texts", name: [...]}}, "pooled": {name: {"macro_f1",
"negative_recall": [...], "ece"}}, "ece": {set: {name: value}}, "intent": {...}, "posts": {name:
figures of the written posts}}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.evaluation.evaluate import answers
from classifiers.evaluation.metrics import calibration_error
from classifiers.labels import SENTIMENTS, Classifier, Label
from classifiers.making.bag.rows import DIALECT_OF, BagRow
from classifiers.making.bag.rows import rows as read_rows
from classifiers.making.card.intents import intent_figures
from classifiers.making.card.posts import dev_posts, posts_figures
from classifiers.making.card.set_figures import Kind, SetFigure, figure

FIGURES: dict[str, Kind] = {
    "semeval2017_en": "average_recall",
    "arsarcasm_v2": "f1_pos_neg",
    "astd": "average_recall",
}
"""The figure that a set is usually given, where it is not macro-F1."""
Say = Callable[[str], None]


class Said(NamedTuple):
    """The dev texts of sentiment with one model's answers; neutral barred in two-class sets."""

    gold: NDArray[np.int64]
    said: NDArray[np.int64]
    sure: NDArray[np.float64]

    def of(self, where: NDArray[np.bool_]) -> Said:
        return Said(self.gold[where], self.said[where], self.sure[where])

    def ece(self) -> float:
        return calibration_error(self.sure, self.gold == self.said)


def measure(models: Mapping[str, Classifier], data: Path, say: Say) -> dict[str, Any]:
    """All figures of ``models`` on the dev files of ``data``. ValueError where there are none."""
    rows = list(read_rows(data, "sentiment", "dev"))
    aims = list(read_rows(data, "intent", "dev"))
    if not rows:
        raise ValueError(f"no sentiment/*.dev.jsonl.gz in {data}")
    parts = _parts(rows)
    table: dict[str, Any] = {
        "models": {name: {"model": one.model} for name, one in models.items()},
        **{
            group: {value: {"texts": int(where.sum())} for value, where in found.items()}
            for group, found in parts.items()
        },
        "pooled": {"texts": len(rows)},
        "ece": {name: {} for name in parts["sets"]},
        "intent": {},
        "posts": {},
    }
    posts = dev_posts()
    for name, model in models.items():
        labels = _labels(model, rows, name, say)
        found = _said(rows, labels)
        for group, values in parts.items():
            for value, where in values.items():
                kind = FIGURES.get(value, "macro_f1") if group == "sets" else "macro_f1"
                part = found.of(where)
                table[group][value]["figure"] = kind
                table[group][value][name] = _rounded(figure(kind, part.gold, part.said))
                if group == "sets":
                    table["ece"][value][name] = round(part.ece(), 4)
        table["pooled"][name] = {
            "macro_f1": _rounded(figure("macro_f1", found.gold, found.said)),
            "negative_recall": _rounded(figure("negative_recall", found.gold, found.said)),
            "ece": round(found.ece(), 4),
        }
        said = answers(model, [{"text": post.text} for post in posts], lambda done: None)
        table["posts"][name] = posts_figures(posts, said.labels)
        say(f"{name}: intents")
        for value, figures in intent_figures(model, rows, labels, aims).items():
            table["intent"].setdefault(value, {})[name] = figures
    return table


def _parts(rows: Sequence[BagRow]) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """Which texts are of which set, dialect and language."""
    columns = {
        "sets": [row.set for row in rows],
        "dialects": [DIALECT_OF.get(row.dialect, "") if row.lang == "ar" else "" for row in rows],
        "languages": [row.lang for row in rows],
    }
    return {
        group: {value: np.array(values) == value for value in sorted(set(values) - {""})}
        for group, values in columns.items()
    }


def _labels(model: Classifier, rows: Sequence[BagRow], name: str, say: Say) -> list[Label]:
    texts = [{"text": row.text} for row in rows]
    return answers(
        model, texts, lambda done: say(f"{name}: {done:,} of {len(rows):,} texts")
    ).labels


def _said(rows: Sequence[BagRow], labels: Sequence[Label]) -> Said:
    shares = np.array([[getattr(one.probabilities, name) for name in SENTIMENTS] for one in labels])
    gold = np.array([[*SENTIMENTS].index(row.label) for row in rows])  # type: ignore[arg-type]
    sets = np.array([row.set for row in rows])
    two = [name for name in set(sets.tolist()) if 1 not in gold[sets == name]]
    shares[np.isin(sets, two), 1] = 0.0
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    return Said(gold, shares.argmax(axis=1), shares.max(axis=1))


def _rounded(found: SetFigure) -> list[float]:
    return [round(value, 4) for value in found]
