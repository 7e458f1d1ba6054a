"""Tables of a trained model's card: intent, the need of a response, and the gate of auto."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classifiers.evaluation.head_scores import IntentTable, Interval, NeedScores
from classifiers.evaluation.head_text import NAMES
from classifiers.labels import INTENTS
from classifiers.making.card.markdown import share, table, with_interval

if TYPE_CHECKING:
    from classifiers.making.measured import Compared


@dataclass(frozen=True, slots=True)
class OwnGate:
    """``written``: whether the folder has a gate; ``sentence``: why, or why not; ``held``: (the
    model alone, auto) on held-out rows, by head, where they are enough."""

    written: bool
    sentence: str
    held: dict[str, tuple[float, float]] = field(default_factory=dict)


def head_figures(found: Compared) -> Iterable[str]:
    """Before and after, where held-out texts tell the head."""
    if found.intent:
        yield "\nIntent, F1 of each and the mean over those that stand in the texts:\n"
        yield _intents(*found.intent)
    if found.needs:
        yield "\nNeed of a response:\n"
        yield _needs(*found.needs)


def _intents(before: IntentTable, after: IntentTable) -> str:
    both = (before, after)
    rows = [
        ["all", f"{after.texts:,}", *(with_interval(one.macro_f1, *one.interval) for one in both)]
    ]
    for name, counts in zip(INTENTS, after.confusion, strict=True):
        if name in after.f1:
            rows.append([name, f"{sum(counts):,}", *(share(one.f1[name]) for one in both)])
    return table(["intent", "texts", "before", "after"], rows)


def _needs(before: NeedScores, after: NeedScores) -> str:
    rows = [
        [
            f"of {after.needed:,} that need one, found",
            _share(before.recall, before.recall_interval),
            _share(after.recall, after.recall_interval),
        ],
        [
            "of those said to need one, right",
            _share(before.precision, before.precision_interval),
            _share(after.precision, after.precision_interval),
        ],
    ]
    return table([f"{after.texts:,} texts", "before", "after"], rows)


def _share(value: float | None, interval: Interval | None) -> str:
    return share(None) if value is None or interval is None else with_interval(value, *interval)


def gate_lines(gate: OwnGate | None) -> Iterable[str]:
    """What the auto tier does with the model; nothing where no gate was to be fitted."""
    if gate is None:
        return
    yield "## As half of auto"
    yield f"{gate.sentence}\n"
    if gate.held:
        rows = [
            [NAMES.get(head, head), share(whole), share(mixed)]
            for head, (whole, mixed) in gate.held.items()
        ]
        yield "On the held-out texts of your own, macro-F1:\n"
        yield table(["", "the model alone", "auto"], rows)
        yield ""
