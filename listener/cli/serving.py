"""The serve process: health, metrics, mentions handed in, and clicks from Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from alerts.channels.slack.channel import web_client
from alerts.inbox.slack_clicks import Clicks
from alerts.inbox.slack_socket import SlackSocket
from listener.cli.house import House
from listener.handed_in.webhook import WebhookIn
from listener.masking.masker import masker
from listener.matching.matcher import Matcher
from listener.running.queues import LABEL
from listener.serving.health import healthz, metrics, readyz, slack_of, without
from listener.serving.http import Answer, Incoming, Route, serve
from listener.store.heartbeats import workers
from listener.store.jobs import standings
from listener.store.overview import overview
from listener.store.relevance import standing
from listener.store.standing import sources
from listener.store.tombstones import tombstone_key

log = logging.getLogger(__name__)

EXPECTED = frozenset({"collect", "label", "alert", "count", "serve"})


async def status(house: House) -> Mapping[str, Any]:
    """What ``rasid status --json`` prints."""
    now = house.clock.now()
    async with house.db.reading() as connection:
        found = {"sources": await sources(connection, now), **await overview(connection)}
        beating = await workers(connection, now)
        return {
            **found,
            "workers": [without(worker, "detail") for worker in beating],
            "jobs": await standings(connection, now),
            "slack": slack_of(beating),
        }


async def relevance(house: House) -> list[dict[str, Any]]:
    """How each brand's model of relevance stands, which ``rasid status`` adds for people."""
    async with house.db.reading() as connection:
        return await standing(connection)


async def serve_house(house: House, stop: asyncio.Event) -> None:
    """Listens on ``service.listen`` and, where a channel names an app token, to Slack itself."""
    now = house.clock.now
    clicks = Clicks(house.db, house.settings.service.zone, now)
    routes = [
        Route("GET", "/healthz", healthz()),
        Route("GET", "/readyz", readyz(house.db, EXPECTED, now)),
        Route("GET", "/metrics", metrics(partial(status, house), house.db)),
        Route("POST", "/mentions", _webhook(house)),
        Route("POST", "/slack/actions", partial(_click, clicks, _signing_secret(house))),
    ]
    async with _sockets(house, clicks):
        await serve(routes, house.settings.service.listen, stop)


def _webhook(house: House) -> WebhookIn:
    section = house.settings.networks.get("webhook")
    secret = section.secret if section and section.enabled else None
    return WebhookIn(
        db=house.db,
        match=Matcher(house.brands).match,
        brand_ids=house.brand_ids,
        key=tombstone_key(house.data),
        zone=house.settings.service.zone,
        clock=house.clock.now,
        wake=partial(house.wake, LABEL),
        secret=secret.reveal() if secret else None,
        mask=masker(house.settings.retention.mask),
    )


def _signing_secret(house: House) -> str | None:
    for channel in house.settings.channels.values():
        if channel.signing_secret is not None:
            return channel.signing_secret.reveal()
    return None


async def _click(clicks: Clicks, secret: str | None, request: Incoming) -> Answer:
    if secret is None:
        return Answer.json({"error": "no channel names a signing_secret"}, 503)
    answer = await clicks.http(request.headers, request.body, signing_secret=secret)
    return Answer(answer.status, answer.body.encode())


@asynccontextmanager
async def _sockets(house: House, clicks: Clicks) -> AsyncIterator[None]:
    """One Socket Mode connection an app token. Slack being away does not keep us from serving: its
    client tries again until it works. How each stands goes into our heartbeat."""
    tokens = {
        channel.app_token.reveal(): (name, channel)
        for name, channel in house.settings.channels.items()
        if channel.kind == "slack" and channel.app_token is not None
    }
    opened: dict[str, SlackSocket] = {}
    for app_token, (name, channel) in tokens.items():
        token = channel.token.reveal() if channel.token else ""
        opened[name] = clicks.socket(app_token, web_client(token, channel.api_url, 10.0))
    house.pulse.facts["slack"] = lambda: {n: socket.standing() for n, socket in opened.items()}
    tasks = [asyncio.create_task(_connect(n, socket)) for n, socket in opened.items()]
    try:
        yield
    finally:
        del house.pulse.facts["slack"]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for socket in opened.values():
            await socket.close()  # type: ignore[no-untyped-call]


async def _connect(name: str, socket: SlackSocket) -> None:
    pause = 1.0
    while True:
        try:
            await socket.connect()
        except Exception as error:  # whatever the client raises for a network that is away
            socket.failed(error)
            log.warning("Slack is away (%s); trying again in %.0f s", type(error).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)
        else:
            log.info("connected to Slack for %s: clicks are heard", name)
            return
