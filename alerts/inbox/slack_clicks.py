"""Clicks on Slack cards, by Socket Mode or by signed HTTP: both end in ``Clicks.handle``.

Slack wants its answer within 3 s (docs.slack.dev/interactivity/handling-user-interaction), so a
click only writes: the action, the new state and the card's pending update, in one transaction. The
card itself changes through the outbox, never through the payload's response_url.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import select

from alerts.channels.base import Clock
from alerts.desk.actions import VERBS, Action, Outcome, act
from alerts.inbox.slack_apps import SlackApp
from listener.store.session import Database
from listener.store.tables import alerts

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Clicks:
    """``apps``: all that are configured. ``wake``: called after a click that changed something, so
    that the card follows at once."""

    db: Database
    zone: tzinfo
    clock: Clock
    apps: Sequence[SlackApp] = ()
    wake: Callable[[], Awaitable[None]] | None = None

    async def handle(
        self, payload: Mapping[str, Any], app: SlackApp | None = None
    ) -> Outcome | None:
        """One interaction payload, verified already, and the app whose secret or connection vouches
        for it. None: nothing of ours (the link button, an unknown action, a payload of another
        shape). An app presses nothing on the cards of another."""
        action = parse(payload)
        if action is None:
            return None
        if app is not None:
            action = replace(action, detail={**action.detail, "app": app.name})
            if await self._foreign(action.alert_id, app):
                log.warning("%s: a click on alert %d of another app", app.name, action.alert_id)
                return "refused"
        outcome = await act(self.db, action, now=self.clock(), zone=self.zone)
        name = app.name if app else "slack"
        log.info("%s: %s on alert %d: %s", name, action.verb, action.alert_id, outcome)
        if outcome == "done" and self.wake is not None:
            try:
                await self.wake()
            except Exception:  # it only wakes: the sweep finds the pending update anyway
                log.exception("waking the delivery failed")
        return outcome

    async def _foreign(self, alert_id: int, app: SlackApp) -> bool:
        others = {name for other in self.apps if other != app for name in other.channels}
        if not others:
            return False
        async with self.db.reading() as connection:
            result = await connection.execute(
                select(alerts.c.channel).where(alerts.c.id == alert_id)
            )
            return result.scalar() in others


def payload_of(body: bytes) -> Mapping[str, Any] | None:
    """The payload of a form that Slack posts; None for anything else."""
    try:
        form = parse_qs(body.decode("utf-8"), strict_parsing=True)
        payload = json.loads(form["payload"][0])
    except (KeyError, ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


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
