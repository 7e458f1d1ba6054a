"""How long posts are kept: what the settings say, and what a network's terms let them say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from listener.networks import NETWORKS, about
from listener.settings.findings import Finding
from listener.settings.model import Settings


def terms_of(network: str) -> timedelta | None:
    """How long a post of ``network`` may be kept that is not read again; None where its terms do
    not bound that, and for what is no network of ours (an imported row's own)."""
    return about(network).keep if network in NETWORKS else None


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A warning where a ``keep`` is longer than the network's terms allow, a note where that is so
    of ``retention.mentions``. ``lines``: as of ``settings.load.Inspected``."""
    return list(_findings(settings, lines))


def _findings(settings: Settings, lines: Mapping[str, int]) -> Iterator[Finding]:
    for name, section in settings.networks.items():
        bound = terms_of(name)
        if bound is None or not section.enabled:
            continue
        at = f"networks.{name}"
        values = {"network": name, "bound": written(bound), "source": source_of(name)}
        if section.keep is None and settings.retention.mentions > bound:
            yield Finding(at, "kept_shorter", lines.get(at), values, "note")
        elif section.keep is not None and section.keep > bound:
            line = lines.get(f"{at}.keep", lines.get(at))
            yield Finding(f"{at}.keep", "kept_too_long", line, values, "warning")


def source_of(network: str) -> str:
    """Where it stands how long a network lets its posts be kept."""
    return about(network).terms or "docs/networks.md"


def written(span: timedelta) -> str:
    """As ``keep`` is written: 30d, or 48h where that is no number of days above two."""
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24}d" if hours % 24 == 0 and hours > 48 else f"{hours}h"
