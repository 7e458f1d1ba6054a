"""``GET /healthz``, ``/readyz`` and ``/metrics``: what monitoring asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from listener.serving.answers import as_json, refusal
from listener.serving.health import Status, metrics, readyz
from listener.store.heartbeats import Gone, nobody
from listener.store.session import Database

log = logging.getLogger(__name__)


def health_routes(
    db: Database,
    expected: frozenset[str],
    clock: Callable[[], datetime],
    *,
    gone: Gone = nobody,
    trouble: Callable[[], str | None] = lambda: None,
) -> list[web.RouteDef]:
    """``expected``: the processes that must beat; ``clock``: aware UTC. ``trouble``: what keeps our
    own heartbeat from being written, None where it is."""

    async def alive(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")  # as long as this process answers

    async def ready(_request: web.Request) -> web.Response:
        code, answer = await readyz(db, expected, clock(), gone=gone, trouble=trouble())
        return as_json(answer, code)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


def metrics_routes(status: Status, db: Database) -> list[web.RouteDef]:
    async def scraped(_request: web.Request) -> web.Response:
        try:
            body = await metrics(status, db)
        except (SQLAlchemyError, OSError) as error:
            log.warning("GET /metrics: the database does not answer (%s)", type(error).__name__)
            return refusal(503, "the database does not answer")
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/metrics", scraped)]
