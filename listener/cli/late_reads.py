"""What `check` says of reads that cannot be had as often as configured: reckoned, and measured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from listener.cli.house import open_for_reading
from listener.collecting.sources import sources_of
from listener.collecting.too_often import too_often
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.settings.findings import Finding
from listener.store.heartbeats import collecting_since, workers
from listener.store.lateness import late
from listener.store.standing import sources

PATIENCE = 5.0
"""Seconds for the database, which need not be there."""


def findings(settings: Settings, lines: Mapping[str, int]) -> Sequence[Finding]:
    """A warning for each network; what was measured where there is such a measure, else what is
    reckoned. ``lines``: as of ``settings.load.Inspected``."""
    measured = {crowd["network"]: crowd for crowd in _measured(settings)}
    return [
        *(_finding(lines, "too_late", **crowd) for crowd in measured.values()),
        *_reckoned(settings, lines, besides=measured),
    ]


def _reckoned(
    settings: Settings, lines: Mapping[str, int], *, besides: Mapping[str, Any]
) -> Iterator[Finding]:
    for crowd in too_often(sources_of(settings, brands_of(settings))):
        if crowd.network not in besides:
            yield _finding(
                lines,
                "too_often",
                network=crowd.network,
                reads=crowd.reads,
                every_seconds=crowd.every.total_seconds(),
                takes_seconds=crowd.takes.total_seconds(),
            )


def _finding(lines: Mapping[str, int], code: str, *, network: str, **values: Any) -> Finding:
    place = f"networks.{network}.every"
    said = {
        name.removesuffix("_seconds"): written(value) if name.endswith("_seconds") else str(value)
        for name, value in values.items()
    }
    line = lines.get(place) or lines.get(f"networks.{network}")
    return Finding(place, code, line, said, "warning")


def _measured(settings: Settings) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        async with (
            asyncio.timeout(PATIENCE),
            open_for_reading(settings) as house,
            house.db.reading() as connection,
        ):
            now = house.clock.now()
            since = collecting_since(await workers(connection, now))
            return late(await sources(connection, now), since)

    try:
        return asyncio.run(read())
    except Exception:  # not there yet, away, of another version: `run` and `status` say that
        return []


def written(seconds: float) -> str:
    """As ``every`` is written: 90s, 12m, 3h, rounded up."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= 5 * size:
            return f"{-int(-seconds // size)}{unit}"
    return f"{round(seconds)}s"
