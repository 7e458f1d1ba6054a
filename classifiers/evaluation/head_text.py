"""What people read of intent and the need of a response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classifiers.evaluation.compare import FEWEST, Difference
from classifiers.evaluation.evaluate import Report
from classifiers.evaluation.head_scores import IntentTable, Interval, NeedScores

NAMES = {"sentiment": "sentiment", "intent": "intent", "needs_response": "need of a response"}
"""Of the heads, as sentences name them."""


def head_lines(report: Report) -> Iterable[str]:
    """The figures, a line a head; none where no row tells it."""
    if report.intent:
        yield from _intent(report.intent)
    if report.needs_response:
        yield _needs(report.needs_response)


def _intent(found: IntentTable) -> Iterable[str]:
    yield (
        f"intent: {found.texts:,} texts, macro-F1 {found.macro_f1:.3f} "
        f"({between(found.interval)}), right {found.accuracy:.3f} "
        f"({between(found.accuracy_interval)})"
    )
    counts = {name: sum(row) for name, row in zip(found.f1, _held(found), strict=True)}
    parts = (f"{name} {value:.3f} of {counts[name]:,}" for name, value in found.f1.items())
    yield f"  F1: {', '.join(parts)}"


def _held(found: IntentTable) -> list[list[int]]:
    return [row for row in found.confusion if sum(row)]


def _needs(found: NeedScores) -> str:
    line = f"need of a response: {found.texts:,} texts, {found.needed:,} need one"
    if found.recall is not None and found.recall_interval:
        line += f", recall {found.recall:.3f} ({between(found.recall_interval)})"
    if found.precision is not None and found.precision_interval:
        return f"{line}, precision {found.precision:.3f} ({between(found.precision_interval)})"
    return f"{line}, none is said to"


def head_verdicts(differences: Mapping[str, Difference]) -> Iterable[str]:
    """A sentence a head: which of two models is better at it, first and second."""
    for head, found in differences.items():
        low, high = found.interval
        about = (
            f"{NAMES[head]}: macro-F1 {found.first:.3f} (first) and {found.second:.3f} (second) on "
            f"{found.texts:,} texts, difference {found.difference:+.3f} ({low:+.3f} to {high:+.3f})"
        )
        if found.texts < FEWEST:
            yield f"{about}: fewer than {FEWEST} texts are too few to call it significant."
        elif found.significant:
            better = "first" if found.difference > 0 else "second"
            yield f"{about}: significant at 5 %, the {better} model is better."
        else:
            yield f"{about}: not significant at 5 %."


def between(interval: Interval) -> str:
    low, high = interval
    return f"{low:.3f}-{high:.3f}"
