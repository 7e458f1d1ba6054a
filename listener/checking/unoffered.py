"""Configured networks that offer no way to read what others write: said, so that an empty column is
not taken for nobody speaking. By `rasid check` and `rasid status`, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping

from listener.networks import BUILT, NETWORKS, about
from listener.settings.findings import Finding
from listener.settings.model import Settings


def unoffered(settings: Settings) -> dict[str, bool]:
    """By name; whether its own account's figures are read all the same."""
    return {
        name: name in BUILT and about(name).own_figures != "no"
        for name, section in settings.networks.items()
        if section.enabled and name in NETWORKS and not about(name).listens
    }


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A note for each; ``lines``: as of ``settings.load.Inspected``."""
    return [
        Finding(
            f"networks.{name}",
            "unoffered_figures" if figures else "unoffered",
            lines.get(f"networks.{name}"),
            {"network": name},
            "note",
        )
        for name, figures in unoffered(settings).items()
    ]
