"""The serve process: health, metrics, mentions handed in, and clicks from Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from alerts.inbox.slack_apps import apps_of
from alerts.inbox.slack_clicks import Clicks
from alerts.inbox.slack_routes import slack_routes
from alerts.inbox.slack_sockets import Sockets
from listener.checking.unoffered import unoffered
from listener.cli.house import House
from listener.cli.pushing import push_in, pushes_of
from listener.collecting.budget_standing import budgets
from listener.collecting.push_rows import standings as push_standings
from listener.handed_in.webhook import WebhookIn
from listener.masking.masker import masker
from listener.matching.matcher import Matcher
from listener.running import slate
from listener.running.queues import LABEL
from listener.running.workers import gone
from listener.serving.app import application
from listener.serving.health import slack_of, without
from listener.serving.listen import serve
from listener.serving.routes import health_routes, metrics_routes
from listener.settings.values import MissingSecretError, Secret
from listener.store.bias_rows import standing as bias_standing
from listener.store.expiry_rows import tokens
from listener.store.heartbeats import collecting_since, workers
from listener.store.job_rows import standings
from listener.store.lateness import late
from listener.store.overview import overview
from listener.store.relevance_rows import standing
from listener.store.standing import sources
from listener.store.tombstones import tombstone_key
from listener.store.verdict import last_alert, needing, paused, size, unreachable, verdict

EXPECTED = frozenset({"collect", "label", "alert", "count", "serve"})


ended = partial(gone, own="")
"""A worker of this machine without a process."""


async def status(house: House) -> Mapping[str, Any]:
    """What ``rasid status --json`` prints."""
    now = house.clock.now()
    enabled = {name for name, section in house.settings.networks.items() if section.enabled}
    async with house.db.reading() as connection:
        read = await sources(connection, now)
        parts = {"sources": read, **await overview(connection)}
        beating = await workers(connection, now, gone=ended)
        return {
            **parts,
            "tokens": await tokens(connection, enabled, now),
            "unoffered": list(unoffered(house.settings)),
            "late": late(read, collecting_since(beating)),
            "budgets": await budgets(connection, reading(house), now),
            "unwritten": [
                {**asdict(said), "since": said.since.isoformat()}
                for said in slate.read(house.data, ended)
            ],
            "workers": [without(worker, "detail") for worker in beating],
            "jobs": await standings(connection, now),
            "slack": slack_of(beating),
            "pushes": pushes_of(await push_standings(connection), beating, house.settings),
        }


def reading(house: House) -> set[str]:
    """The networks that the settings have read."""
    return {name for name, section in house.settings.networks.items() if section.enabled}


async def house_facts(house: House, standing: Mapping[str, Any]) -> dict[str, Any]:
    """What `rasid status` says beside ``standing``, of the installation as a whole: ``service``
    (``store.verdict.verdict``, and how many things are ``needing`` somebody), ``channels`` that are
    paused with what would mend them, ``last_alert``, ``database``, ``version``."""
    from alerts.channels.slack.errors import fix_of
    from listener.cli.main import installed_version

    async with house.db.reading() as connection:
        stopped = await paused(connection, house.settings.channels)
        runs = await verdict(connection, EXPECTED, house.clock.now())
        return {
            "service": {
                **runs,
                "needing": needing(standing, stopped),
                "unreachable": unreachable(standing),
            },
            "channels": [{**of, "fix": fix_of(of["why"] or "")} for of in stopped],
            "last_alert": await last_alert(connection),
            "database": {"kind": house.db.dialect, "bytes": await size(connection)},
            "version": installed_version(),
        }


async def relevance(house: House) -> list[dict[str, Any]]:
    """How each brand's model of relevance stands, which ``rasid status`` adds for people."""
    async with house.db.reading() as connection:
        return await standing(connection)


async def biases(house: House) -> list[dict[str, Any]]:
    """How each brand's bias stands, which ``rasid status`` adds for people."""
    async with house.db.reading() as connection:
        return await bias_standing(connection)


async def serve_house(house: House, stop: asyncio.Event) -> None:
    """Listens on ``service.listen`` and, for each Slack app with an app token, to Slack itself.
    Numbers have an address of their own where ``service.metrics`` names one: what Slack must reach
    is public, they are nobody's outside."""
    now, service = house.clock.now, house.settings.service
    apps, pushed = apps_of(house.settings), push_in(house)
    clicks = Clicks(house.db, service.zone, now, apps)
    health = health_routes(house.db, EXPECTED, now, gone=ended, trouble=lambda: house.pulse.trouble)
    numbers = metrics_routes(partial(status, house), house.db)
    app = application(
        [
            *health,
            *(() if service.metrics else numbers),
            *_webhook(house).routes(),
            *slack_routes(clicks, apps),
            *pushed.routes(),
        ]
    )
    async with Sockets(clicks, apps) as sockets:
        house.pulse.facts["slack"] = sockets.standings  # how each stands goes into our heartbeat
        house.pulse.facts["push"] = pushed.standings
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(serve(app, service.listen, stop))
                if service.metrics:
                    inside = application([*health, *numbers])
                    both.create_task(serve(inside, service.metrics, stop, key="service.metrics"))
        finally:
            del house.pulse.facts["slack"], house.pulse.facts["push"]


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
        secret=partial(_as_it_stands, secret),
        mask=masker(house.settings.retention.mask),
        timed=bool(section and section.options.get("timed")),
    )


def _as_it_stands(secret: Secret | None) -> str | None:
    try:
        return secret.reveal() if secret is not None else None
    except MissingSecretError:
        return None
