"""Clicks on Slack cards, by Socket Mode or by signed HTTP: both end in ``Clicks.handle``.

Slack wants its answer within 3 s (docs.slack.dev/interactivity/handling-user-interaction), so a
click only writes: the action, the new state and the card's pending update, in one transaction. The
card itself changes through the outbox, never through the payload's response_url.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channels.base import Clock
from alerts.desk.actions import VERBS, Action, Outcome, act
from alerts.inbox.slack_socket import SlackSocket
from listener.store.session import Database

log = logging.getLogger(__name__)

MAX_BODY = 200_000


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; an empty body with 200 is Slack's ack."""

    status: int
    body: str = ""


@dataclass(slots=True)
class Clicks:
    """``wake``: called after a click that changed something, so that the card follows at once."""

    db: Database
    zone: tzinfo
    clock: Clock
    wake: Callable[[], Awaitable[None]] | None = None

    async def handle(self, payload: Mapping[str, Any]) -> Outcome | None:
        """One interaction payload, verified already. None: nothing of ours (the link button, an
        unknown action, a payload of another shape)."""
        action = parse(payload)
        if action is None:
            return None
        outcome = await act(self.db, action, now=self.clock(), zone=self.zone)
        log.info("%s on alert %d: %s", action.verb, action.alert_id, outcome)
        if outcome == "done" and self.wake is not None:
            try:
                await self.wake()
            except Exception:  # it only wakes: the sweep finds the pending update anyway
                log.exception("waking the delivery failed")
        return outcome

    async def http(
        self, headers: Mapping[str, str], body: bytes, *, signing_secret: str
    ) -> Response:
        """``POST /slack/actions``: 401 for a forged or stale request, 400 for a broken one."""
        if len(body) > MAX_BODY:
            return Response(413)
        if not verified(headers, body, signing_secret=signing_secret, clock=self.clock):
            log.warning("a request with a wrong Slack signature was refused")
            return Response(401)
        try:
            form = parse_qs(body.decode("utf-8"), strict_parsing=True)
            payload = json.loads(form["payload"][0])
        except (KeyError, ValueError, RecursionError):
            return Response(400)
        if isinstance(payload, dict):
            await self.handle(payload)
        return Response(200)

    async def connect(self, app_token: str, client: AsyncWebClient) -> SlackSocket:
        """Socket Mode, connected: ``socket`` and its ``connect`` in one."""
        socket = self.socket(app_token, client)
        await socket.connect()
        return socket

    def socket(self, app_token: str, client: AsyncWebClient) -> SlackSocket:
        """Socket Mode, to be connected: answers clicks from ``connect()`` until ``close()``;
        reconnects by itself. An envelope is acknowledged once its click is written: a click that
        was lost must look lost."""
        socket = SlackSocket(app_token, client, self.clock)
        socket.socket_mode_request_listeners.append(self._envelope)
        return socket

    async def _envelope(
        self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        if request.type == "interactive" and isinstance(request.payload, dict):
            await self.handle(request.payload)
        answer = SocketModeResponse(envelope_id=request.envelope_id)
        await socket.send_socket_mode_response(answer)


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


def parse(payload: Mapping[str, Any]) -> Action | None:
    """The click in a block_actions payload; None when it holds none of ours."""
    if payload.get("type") != "block_actions":
        return None
    first = (_listed(payload.get("actions")) or [None])[0]
    user = payload.get("user")
    if not isinstance(first, dict) or not isinstance(user, dict) or not user.get("id"):
        return None
    verb = str(first.get("action_id", "")).removeprefix("rasid_")
    chosen = first.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else first.get("value")
    number, _, choice = str(value or "").partition(":")
    if verb not in VERBS or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    name = user.get("name") or user.get("username")
    return Action(
        key=_key(payload, first, str(user["id"])),
        alert_id=int(number),
        user_id=str(user["id"]),
        user_name=str(name)[:80] if name else None,
        verb=verb,
        choice=choice or None,
    )


def _key(payload: Mapping[str, Any], action: Mapping[str, Any], user: str) -> str:
    """The same for every delivery of one click: who, on which message, which button, when."""
    container = payload.get("container")
    message = container.get("message_ts") if isinstance(container, dict) else None
    parts = [user, message, action.get("action_id"), action.get("action_ts"), action.get("value")]
    return "slack:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
