"""Keys that this version takes and checks, and that do nothing yet.

Whoever builds one removes its line here and its mark in docs/config.md; a test holds the two
together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from listener.settings.findings import Finding, listed
from listener.settings.model import Settings

IDLE: Mapping[str, str] = MappingProxyType(
    {
        "retention.raw": "no answer is stored as it came",
        "routes[].respond_within": "no response clock runs",
        "routes[].hours": "no response clock runs",
        "routes[].wait": "the first notice goes at once",
        "routes[].repeat": "nobody is reminded",
        "routes[].cap": "every conversation is a card",
        "routes[].escalate": "nobody else is told",
        "routes[].digest": "cards go at once",
        "hours": "no response clock runs",
        "quiet": "no channel is silent at any hour",
        "storms": "a wave is as many cards as it has conversations",
        "replies": "none is offered on a card",
        "review": "no sample is drawn",
    }
)
"""Place (``[]``: of each, ``*``: any name) to what happens instead."""

IDLE_CHANNELS = ("webhook", "apprise")
"""Kinds of channels that nothing is sent to yet."""

IDLE_PLAN = "plan.toml"
"""The whole file is checked; nothing measures it yet."""

_SAYS_NOTHING: Mapping[str, Callable[[Settings], bool]] = {
    "storms": lambda settings: not settings.storms.enabled,
    "review": lambda settings: not settings.review.sample,
    "routes[].hours": lambda settings: all(
        route.hours == "always" for route in settings.routes if "hours" in route.model_fields_set
    ),
}


def idle_keys(settings: Settings, lines: Mapping[str, int]) -> list[str]:
    """Those of ``IDLE`` that are written in the file and ask for something, in the table's order.
    ``lines``: as of ``load.Inspected``."""
    written = {re.sub(r"\[\d+\]", "[]", path) for path in lines}
    return [key for key in IDLE if _is_written(key, written) and _asks(key, settings)]


def idle_notes(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """One note with all that does nothing yet, and one a channel that nothing is sent to."""
    notes = []
    if keys := idle_keys(settings, lines):
        name = settings.path.name if settings.path else "rasid.toml"
        notes.append(Finding(name, "idle", None, {"keys": listed(keys)}, "note"))
    for name, channel in settings.channels.items():
        if channel.kind in IDLE_CHANNELS:
            place = f"channels.{name}"
            values = {"kind": channel.kind}
            notes.append(Finding(place, "idle_channel", lines.get(place), values, "note"))
    return notes


def idle_plan(name: str = IDLE_PLAN) -> Finding:
    """What is said of a plan that is there."""
    return Finding(name, "idle_plan", None, {}, "note")


def _asks(key: str, settings: Settings) -> bool:
    says_nothing = _SAYS_NOTHING.get(key)
    return says_nothing is None or not says_nothing(settings)


def _is_written(key: str, written: set[str]) -> bool:
    if "*" not in key:
        return key in written
    pattern = re.compile(re.escape(key).replace(r"\*", r"[^.\[\]]+"))
    return any(pattern.fullmatch(path) for path in written)
