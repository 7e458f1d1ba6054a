"""`status` for people: what was taken of each network's allowances, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from listener.cli.late_reads import written
from listener.cli.speaking import say_line
from listener.collecting.budget_room import amount_text
from listener.words import Words
from listener.words.bidi import strip_isolates

SHOWN = 10
"""Things left out that are named."""


def show_budgets(budgets: Sequence[Mapping[str, Any]], words: Words, zone: tzinfo) -> None:
    """``budgets``: as of ``status``. ``zone``: of whoever reads."""
    for budget in budgets:
        _show(budget, words, zone)
    shown: set[tuple[str, str]] = set()  # a read is stretched once, however many limits there are
    for budget in budgets:
        of = (budget["network"], budget["allowance"])
        if of not in shown:
            shown.add(of)
            _show_reads(budget, words)


def _show(budget: Mapping[str, Any], words: Words, zone: tzinfo) -> None:
    values: dict[str, Any] = {
        "network": _name(budget, words),
        "used": amount_text(budget["used"]),
        "most": amount_text(budget["most"]),
        "unit": _unit(budget["unit"], words),
    }
    if budget["stopped_until"]:
        until = words.moment(datetime.fromisoformat(budget["stopped_until"]), zone)
        say_line(words, "status.budget.stopped", **values, until=until)
    elif budget["until"] is None:
        span = words.span(round(budget["per"] / 60))
        say_line(words, "status.budget.rolling", **values, span=span)
    else:
        until = words.moment(datetime.fromisoformat(budget["until"]), zone)
        say_line(words, "status.budget.until", **values, until=until)
    if budget["planned"] is not None:
        say_line(words, "status.budget.planned", indent=2, planned=amount_text(budget["planned"]))


def _show_reads(budget: Mapping[str, Any], words: Words) -> None:
    for one in budget["stretched"]:
        say_line(
            words, "status.budget.stretched", indent=2, n=one["reads"], kind=one["kind"],
            every=written(one["every_seconds"]), to=written(one["to_seconds"]),
        )  # fmt: skip
    if left := budget["left_out"]:
        more = f" … (+{len(left) - SHOWN})" if len(left) > SHOWN else ""
        texts = "; ".join(left[:SHOWN]) + more
        say_line(words, "status.budget.left_out", indent=2, n=len(left), texts=texts)


def _name(budget: Mapping[str, Any], words: Words) -> str:
    return strip_isolates(words.one_of("network", budget["network"]))


def _unit(unit: str, words: Words) -> str:
    return strip_isolates(words.one_of("unit", unit))
