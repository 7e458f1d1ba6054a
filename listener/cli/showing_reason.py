"""`why`: what a decision's reason means, and which conditions of which route failed, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from listener.cli.speaking import echo, say_line
from listener.words import Words
from listener.words.bidi import one_line, rtl_line

INDENT = "    "


def show_reason(decision: Mapping[str, Any], words: Words) -> None:
    """The reason in words, where it is no alert; then each condition that was wanted and did not
    hold, with what it was."""
    reason, detail = decision["reason"], decision["detail"]
    key = f"check.reason_{reason}"
    if reason != "matched_route" and words.has(key):
        values = {"route": decision["route"] or "-", "channel": "-"}
        said = words.raw(key).format_map({k: words.aside(one_line(v)) for k, v in values.items()})
        echo(INDENT + (rtl_line(said) if words.rtl else said))
    if "age_seconds" in detail and "alert_within_seconds" in detail:
        age, most = detail["age_seconds"], detail["alert_within_seconds"]
        say_line(words, "why.age", indent=4, age=_hours(age, words), most=_hours(most, words))
    failed = detail.get("failed")
    if failed is None:  # decided before the values were kept
        failed = [[route, key, None, None] for route, key in detail.get("tried", ())]
    for route, key, wanted, was in failed:
        say_line(
            words, "why.failed" if wanted is not None else "why.failed_once", indent=4,
            route=route, key=key, wanted=wanted or "",
            was=was if was is not None else words.say("command.why.unknown"),
        )  # fmt: skip


def _hours(seconds: int, words: Words) -> str:
    return words.number(seconds / 3600, decimals=0 if seconds >= 36_000 else 1)
