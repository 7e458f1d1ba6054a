"""The serve process: health, metrics, mentions handed in, and clicks from Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from alerts.worker import clicks_of
from listener.cli.house import House
from listener.health import healthz, metrics, readyz
from listener.http import Route, serve
from listener.store.cursors import sources
from listener.store.overview import overview
from listener.webhook_in import mentions_in

EXPECTED = frozenset({"collect", "label", "alert", "count", "serve"})


async def status(house: House) -> Mapping[str, Any]:
    """What ``rasid status --json`` prints."""
    async with house.db.reading() as connection:
        return {
            "sources": await sources(connection, house.clock.now()),
            **await overview(connection),
        }


async def serve_house(house: House, stop: asyncio.Event) -> None:
    """Listens on ``service.listen`` and, where the settings name an app token, to Slack."""
    now = house.clock.now
    async with clicks_of(house.db, house.settings, house.clock) as clicks:
        routes = [
            Route("GET", "/healthz", healthz()),
            Route("GET", "/readyz", readyz(house.db, EXPECTED, now)),
            Route("GET", "/metrics", metrics(lambda: status(house), house.db, now)),
            *mentions_in(house),
            *clicks,
        ]
        await serve(routes, house.settings.service.listen, stop)
