"""People at the Slack stand-in: a click as Slack would send it, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode


def find_element(message: dict[str, Any], action_id: str) -> dict[str, Any]:
    """The button or select of ``message``; KeyError when the card does not offer it."""
    for block in message.get("blocks", []):
        for element in block.get("elements", []):
            if element.get("action_id") == action_id:
                return dict(element)
    raise KeyError(action_id)


def click(
    channel: str,
    message: dict[str, Any],
    action_id: str,
    user: str,
    *,
    option: str | None = None,
    at: float | None = None,
) -> dict[str, Any]:
    """A block_actions payload. ``option``: what is picked in a select (the end of its value)."""
    element = find_element(message, action_id)
    at = time.time() if at is None else at
    action = {"action_id": action_id, "type": element["type"], "action_ts": f"{at:.6f}"}
    if element["type"] == "static_select":
        action["selected_option"] = next(
            o for o in element["options"] if o["value"].endswith(f":{option}")
        )
    elif "value" in element:
        action["value"] = element["value"]
    return {
        "type": "block_actions",
        "user": {"id": user, "username": user.lower(), "name": user.lower()},
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
        "channel": {"id": channel},
        "trigger_id": "1.2.3",
        "actions": [action],
    }


def sign(secret: str, body: bytes, at: float) -> dict[str, str]:
    """Slack's headers for ``body``: docs.slack.dev/authentication/verifying-requests-from-slack."""
    stamp = str(int(at))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def form(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()
