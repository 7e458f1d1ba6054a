"""``POST /slack/actions``: clicks by signed HTTP, where Slack reaches us at a public address."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from aiohttp import web
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from alerts.channels.base import Clock
from alerts.inbox.slack_apps import SlackApp, secret_of
from alerts.inbox.slack_clicks import Clicks, payload_of
from listener.serving.answers import refusal

log = logging.getLogger(__name__)

MAX_BODY = 200_000


def slack_routes(clicks: Clicks, apps: Sequence[SlackApp]) -> list[web.RouteDef]:
    """401 for a forged or stale request, 400 for a broken one, 503 where no app has a secret; an
    empty 200 is Slack's ack."""

    async def clicked(request: web.Request) -> web.Response:
        body = await request.read()
        if len(body) > MAX_BODY:
            return refusal(413, f"the request is larger than {MAX_BODY} bytes")
        if not any(app.signing_secret for app in apps):
            return refusal(503, "no channel names a signing_secret")
        app = signer(request.headers, body, apps, clock=clicks.clock)
        if app is None:
            log.warning("a request with a wrong Slack signature was refused")
            return refusal(401, "the signature is of no app that is configured, or too old")
        payload = payload_of(body)
        if payload is None:
            return refusal(400, "this is no interaction")
        await clicks.handle(payload, app)
        return web.Response()

    return [web.post("/slack/actions", clicked)]


def signer(
    headers: Mapping[str, str], body: bytes, apps: Sequence[SlackApp], *, clock: Clock
) -> SlackApp | None:
    """The app whose signing secret a request bears; None: forged or stale. All secrets are tried,
    each in constant time, so that how long it takes does not tell which one nearly fitted."""
    signed_by = None
    for app in apps:
        secret = secret_of(app.signing_secret) if app.signing_secret else None
        fits = secret is not None and verified(headers, body, signing_secret=secret, clock=clock)
        signed_by = app if fits and signed_by is None else signed_by
    return signed_by


def verified(headers: Mapping[str, str], body: bytes, *, signing_secret: str, clock: Clock) -> bool:
    """Slack's signature: v0, HMAC-SHA256 over timestamp and raw body, at most 5 minutes old
    (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    try:
        return SignatureVerifier(signing_secret, _Now(clock)).is_valid_request(body, dict(headers))
    except (ValueError, TypeError):  # a timestamp that is no number, a body that is no text
        return False


class _Now(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
