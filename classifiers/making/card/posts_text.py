"""The written dev posts' figures as tables of a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classifiers.making.card.markdown import share, table, with_interval

WHOLE = {
    "sentiment_macro_f1": "sentiment, macro-F1",
    "intent_macro_f1": "intent, macro-F1",
    "needs_recall": "needs a response, recall",
    "needs_precision": "needs a response, precision",
    "dialect": "dialect of Arabic posts, right of five",
    "dialect_of_seven": "dialect of Arabic posts, right of seven",
}
ERRORS = {
    "sentiment_ece": "calibration error, sentiment",
    "needs_ece": "calibration error, needs a response",
    "dialect_ece": "calibration error, dialect",
}


def whole(found: Mapping[str, Mapping[str, Any]]) -> str:
    """All posts; ``found``: by model what ``posts_figures`` gave."""
    names = list(found)
    lines = [
        [title, *(_cell(found[name]["all"].get(key)) for name in names)]
        for key, title in WHOLE.items()
    ]
    for key, title in ERRORS.items():
        lines.append([title, *(share(found[name]["all"].get(key)) for name in names)])
    shown = [found[name]["all"].get("dialect_shown") or [None, None] for name in names]
    lines.append(["dialect named on cards (sure by .8)", *(share(part[0]) for part in shown)])
    lines.append(["… and right of seven", *(share(part[1]) for part in shown)])
    texts = found[names[0]]["all"]["texts"]
    return table([f"{texts:,} posts", *names], lines)


def by(found: Mapping[str, Mapping[str, Any]], group: str) -> str:
    """One model's figures by the values of a group."""
    lines = [
        [
            value,
            f"{row['texts']:,}",
            *(_share(row[key]) for key in ("sentiment", "intent", "needs_recall")),
            *(_share(row[key]) for key in ("needs_precision", "dialect")),
        ]
        for value, row in found[group].items()
    ]
    heads = ["sentiment right", "intent right", "needs recall", "needs precision", "dialect"]
    return table([group, "posts", *heads], lines)


def _cell(value: list[float] | None) -> str:
    return with_interval(*value) if value else "–"


def _share(value: list[float] | None) -> str:
    return share(value[0]) if value else "–"
