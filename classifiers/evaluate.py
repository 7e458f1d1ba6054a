"""How good a classifier is: one table over sources, dialects and languages, and the same as JSON.

Rows are JSON lines (gzip by the name's end): ``text, label[, lang, dialect, source]``, labels
negative, neutral, positive, or complaint, not_complaint, spam, ham for intent.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from classifiers.labels import SENTIMENTS, Classifier, Label
from classifiers.metrics import Scores, confusion, f1s, score, wilson

INTENT_LABELS = {"complaint": True, "not_complaint": False, "spam": True, "ham": False}
GROUPS = ("source", "dialect", "lang")


@dataclass(frozen=True, slots=True)
class IntentScores:
    """One intent against all others, by the final label: ``macro_f1`` of yes and no."""

    texts: int
    macro_f1: float
    recall: float
    precision: float
    recall_interval: tuple[float, float]


@dataclass(slots=True)
class Report:
    """``tables``: group ("all", "source", ...) to value to scores; ``rejected``: rows left out."""

    model: str
    tables: dict[str, dict[str, Scores]] = field(default_factory=dict)
    intents: dict[str, IntentScores] = field(default_factory=dict)
    rejected: int = 0

    def to_json(self) -> str:
        """All figures, indented."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def to_text(self) -> str:
        """A table for people, widest groups first."""
        lines = [f"model {self.model}", _HEADER]
        for group, values in self.tables.items():
            lines += [_line(f"{group} {name}".strip(), found) for name, found in values.items()]
        for name, one in self.intents.items():
            lines.append(
                f"intent {name}: {one.texts} texts, macro-F1 {one.macro_f1:.3f}, "
                f"recall {one.recall:.3f}, precision {one.precision:.3f}"
            )
        if "all" in self.tables:
            lines.append("confusion (rows gold, columns said: negative, neutral, positive)")
            lines += [str(row) for row in self.tables["all"][""].confusion]
        if self.rejected:
            lines.append(f"{self.rejected} rows without a text or a known label were left out")
        return "\n".join(lines)


_COLUMNS: tuple[tuple[str, int], ...] = (
    ("texts", 7),
    ("macro-F1", 10),
    ("95 %", 13),
    ("avg rec", 9),
    ("pn F1", 7),
    ("neg rec", 9),
    ("ECE", 7),
)
_HEADER = " " * 28 + "".join(f"{name:>{width}}" for name, width in _COLUMNS)


def _line(name: str, found: Scores) -> str:
    low, high = found.interval
    negative = "-" if found.negative_recall is None else f"{found.negative_recall:.3f}"
    return (
        f"{name:28}{found.texts:>7}{found.macro_f1:>10.3f}{f'{low:.3f}-{high:.3f}':>13}"
        f"{found.average_recall:>9.3f}{found.pos_neg_f1:>7.3f}{negative:>9}{found.ece:>7.3f}"
    )


def read_rows(paths: Iterable[Path]) -> tuple[list[dict[str, str]], int]:
    """Readable rows, and how many lines had no text or no known label."""
    rows, rejected = [], 0
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", errors="replace") as file:
            for line in file:
                row = _row(line)
                if row is None:
                    rejected += bool(line.strip())
                else:
                    rows.append(row)
    return rows, rejected


def _row(line: str) -> dict[str, str] | None:
    try:
        raw = json.loads(line)
    except ValueError:
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        return None
    if raw.get("label") not in SENTIMENTS and raw.get("label") not in INTENT_LABELS:
        return None
    return {key: str(raw.get(key) or "") for key in ("text", "label", *GROUPS)}


def evaluate(
    classifier: Classifier, rows: Sequence[Mapping[str, str]], rejected: int = 0
) -> Report:
    """Scores of ``classifier`` on ``rows`` in all, and per source, dialect and language."""
    report = Report(classifier.model, rejected=rejected)
    labels = classifier.classify([row["text"] for row in rows])
    pairs = list(zip(rows, labels, strict=True))
    moods = [pair for pair in pairs if pair[0]["label"] in SENTIMENTS]
    if moods:
        report.tables["all"] = {"": _score(moods)}
        for group in GROUPS:
            values = sorted({row.get(group, "") for row, _ in moods} - {""})
            report.tables[group] = {
                value: _score([pair for pair in moods if pair[0].get(group) == value])
                for value in values
            }
    for intent, names in (
        ("complaint", ("complaint", "not_complaint")),
        ("spam", ("spam", "ham")),
    ):
        part = [pair for pair in pairs if pair[0]["label"] in names]
        if part:
            report.intents[intent] = _score_intent(part, intent)
    return report


def _score(pairs: Sequence[tuple[Mapping[str, str], Label]]) -> Scores:
    gold = np.array([SENTIMENTS.index(row["label"]) for row, _ in pairs])
    shares = np.array(
        [
            (
                label.probabilities.negative,
                label.probabilities.neutral,
                label.probabilities.positive,
            )
            for _, label in pairs
        ]
    )
    return score(gold, shares)


def _score_intent(pairs: Sequence[tuple[Mapping[str, str], Label]], intent: str) -> IntentScores:
    gold = np.array([int(INTENT_LABELS[row["label"]]) for row, _ in pairs])
    said = np.array([int(label.intent == intent) for _, label in pairs])
    table = confusion(gold, said, 2)
    hits, of = int(table[1, 1]), int(table[1].sum())
    return IntentScores(
        texts=len(pairs),
        macro_f1=float(f1s(table).mean()),
        recall=hits / of if of else 0.0,
        precision=hits / max(1, int(table[:, 1].sum())),
        recall_interval=wilson(hits, of),
    )
